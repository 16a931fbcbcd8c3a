import { Method } from '../../generated/sallyport/auth/v1/factor.js';
import type { Sallyport as Client } from '../../src/client/index.js';

/** Two kinds of names that are refused with the same answer, so that the time it takes must not tell them apart. */
export interface Pair {
  readonly name: string;
  /** The grpc-status that both get. */
  readonly status: number;
  /** How often one name is asked about, which is as often as no wait begins; `forever` inside one. */
  readonly tries: number;
  /** Makes so many of each kind. `session` is an administrator's. */
  readonly make: (client: Client, session: string, count: number) => Promise<Kinds>;
}

export interface Kinds {
  readonly one: readonly string[];
  readonly other: readonly string[];
}

const UNAUTHENTICATED = 16;
const RESOURCE_EXHAUSTED = 8;
const BEFORE_A_WAIT = 5;
const STARTS_A_WAIT = 6;
// Shorter than the wait of a minute, however slow the machine.
const INSIDE_A_WAIT = 250;
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const TOTP = Method.METHOD_TOTP;

type Make = (username: string, client: Client, session: string) => Promise<void>;

const person: Make = async (username, { admin }, session) => void (await admin.createUser({ username }, { session }));

const disabled: Make = async (username, { admin }, session) => {
  const { user } = await admin.createUser({ username }, { session });
  await admin.disableUser({ userId: user?.userId ?? '' }, { session });
};

const enrolled: Make = async (username, { admin }, session) => {
  const { user } = await admin.createUser({ username }, { session });
  await admin.importFactor({ userId: user?.userId ?? '', kind: TOTP, secret: SEED }, { session });
};

const nobody: Make = async () => undefined;

const waiting =
  (make: Make): Make =>
  async (username, client, session) => {
    await make(username, client, session);
    for (let failure = 0; failure < STARTS_A_WAIT; failure++)
      await client.auth.startSignIn({ username, password: 'not the password' }).catch(() => undefined);
  };

const ofKinds =
  (one: Make, other: Make): Pair['make'] =>
  async (client, session, count) => {
    const names = (kind: string): string[] => Array.from({ length: count }, (_, at) => `${kind}${at}`);
    const kinds = { one: names('one'), other: names('other') };
    for (const username of kinds.one) await one(username, client, session);
    for (const username of kinds.other) await other(username, client, session);
    return kinds;
  };

export const UNKNOWN: Pair = {
  name: 'unknown',
  status: UNAUTHENTICATED,
  tries: BEFORE_A_WAIT,
  make: ofKinds(nobody, person),
};

export const DISABLED: Pair = {
  name: 'disabled',
  status: UNAUTHENTICATED,
  tries: BEFORE_A_WAIT,
  make: ofKinds(disabled, person),
};

export const ENROLLED: Pair = {
  name: 'enrolled',
  status: UNAUTHENTICATED,
  tries: BEFORE_A_WAIT,
  make: ofKinds(enrolled, person),
};

export const WAITING: Pair = {
  name: 'waiting',
  status: RESOURCE_EXHAUSTED,
  tries: INSIDE_A_WAIT,
  make: ofKinds(waiting(nobody), waiting(person)),
};
