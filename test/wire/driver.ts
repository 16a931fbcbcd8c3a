/**
 * One call as any client makes it: JSON in, JSON out. Field masks are written `{ paths: [...] }`, as `grpcurl` wants them.
 */
export interface Question {
  readonly method: string;
  readonly request: object;
  readonly session?: string | undefined;
  readonly componentKey?: string | undefined;
}

/** What came back: the answer's JSON, or the refusal with its details decoded. */
export type Answer =
  | { readonly ok: true; readonly response: Json }
  | { readonly ok: false; readonly refusal: RefusalAnswer };

// biome-ignore lint/suspicious/noExplicitAny: answers of foreign clients, looked into by tests
export type Json = any;

export interface RefusalAnswer {
  /** `UNAUTHENTICATED`. */
  readonly code: string;
  readonly message: string;
  readonly reason: string;
  /** Seconds. */
  readonly retryDelay: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
  readonly preconditions: readonly string[];
}

/** A client that nobody here wrote, for one server. */
export interface Driver {
  readonly name: string;
  readonly ask: (question: Question) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export interface Target {
  readonly address: string;
  /** PEM file of the authority; makes the call TLS. */
  readonly ca?: string | undefined;
}

export type OpenDriver = (target: Target) => Promise<Driver>;

const SERVICES = { auth: 'sallyport.auth.v1.AuthService', admin: 'sallyport.admin.v1.AdminService' } as const;

/** `auth/StartSignIn` in full. */
export function fullMethod(method: string): string {
  const [service, name] = method.split('/');
  return `${SERVICES[service as keyof typeof SERVICES]}/${name}`;
}

interface Detail {
  readonly '@type': string;
  readonly [key: string]: Json;
}

/** A refusal from its status and the details as proto JSON. */
export function refusalOf(code: string, message: string, details: readonly Detail[]): RefusalAnswer {
  const find = (type: string): Json => details.find((detail) => detail['@type'].endsWith(`google.rpc.${type}`));
  const delay = find('RetryInfo')?.retryDelay as string | undefined;
  return {
    code,
    message,
    reason: find('ErrorInfo')?.reason ?? '',
    retryDelay: delay === undefined ? undefined : Number.parseFloat(delay),
    metadata: find('ErrorInfo')?.metadata ?? {},
    fields: (find('BadRequest')?.fieldViolations ?? []).map(({ field }: { field: string }) => field),
    preconditions: (find('PreconditionFailure')?.violations ?? []).map(
      ({ description }: { description: string }) => description,
    ),
  };
}
