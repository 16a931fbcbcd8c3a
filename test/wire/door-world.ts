import type { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import type { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import type { SignInStep } from '../../generated/sallyport/auth/v1/sign_in.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { codeFor, firstAdministrator } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';

export type DoorWorld = Awaited<ReturnType<typeof openDoorWorld>>;

/** A server with an administrator, and two components that people come through. */
export async function openDoorWorld() {
  const server = await startSallyport();
  const local = connect({ address: server.socket });
  const first = await firstAdministrator(server, local);
  let { session } = first;
  let admin = local.withSession(session);
  let people = 0;
  const opened = [local];

  const keyed = async (componentId: string): Promise<Client> => {
    const { componentKey } = await admin.admin.createComponentKey({ componentId });
    const client = connect({ address: server.address, componentKey });
    opened.push(client);
    return client;
  };
  const pastOneStep = (): void => server.setClock(server.now() - Date.now() + 30_000);

  return {
    server,
    local,
    web: await keyed('web-ui'),
    console: await keyed('console'),
    keyed,
    pastOneStep,
    admin: () => admin.admin,
    administrator: async () => (await local.auth.validateSession({ sessionToken: session })).userId,
    /** The server's time passes with every code, and the administrator's proof grows old. */
    proveAgain: async (): Promise<void> => {
      pastOneStep();
      const proof = { $case: 'code', value: codeFor(server, first.secret) } as const;
      session = (await admin.auth.reauthenticate({ proof })).session?.sessionToken ?? '';
      admin = local.withSession(session);
    },
    switchMfa: (mfaSwitch: MfaSwitch) =>
      admin.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] }),
    webAdmits: (access: PeopleAccess) =>
      admin.admin.updateComponent({ componentId: 'web-ui', component: { people: access }, updateMask: ['people'] }),
    newPerson: async () => {
      const username = `person-${++people}`;
      const { user, oneTimePassword } = await admin.admin.createUser({ username });
      return { username, userId: user?.userId ?? '', oneTimePassword };
    },
    /** The reason, or the stage that came instead; an opened session is asked about before it is believed. */
    outcome: async (knocked: Promise<string>): Promise<string> => {
      const answer = await knocked.catch(({ reason }: SallyportError) => String(reason));
      if (!answer.startsWith('sst_')) return answer;
      await local.auth.validateSession({ sessionToken: answer });
      return 'session';
    },
    close: async () => {
      for (const client of opened) client.close();
      await server.stop();
    },
  };
}

export const tokenOf = (answer: { readonly step?: SignInStep | undefined }): string => {
  const step = answer.step?.step;
  return step?.$case === 'session' ? step.value.sessionToken : (step?.$case ?? 'nothing');
};

export const stage = <C extends NonNullable<SignInStep['step']>['$case']>(
  { step }: { readonly step?: SignInStep | undefined },
  wanted: C,
): Extract<NonNullable<SignInStep['step']>, { $case: C }>['value'] => {
  if (step?.step?.$case !== wanted) throw new Error(`expected ${wanted}, got ${step?.step?.$case}`);
  return step.step.value as never;
};
