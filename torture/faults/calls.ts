import type { Sallyport as Client } from '../../src/client/index.js';
import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import type { Here } from '../../test/support/start-here.js';
import { METHODS } from '../../test/wire/canary-requests.js';
import { requests } from '../../test/wire/escalation-requests.js';
import { subject } from '../../test/wire/escalation-world.js';
import { KNOCKS } from '../../test/wire/token-knocks.js';
import { type Door, SOUND } from '../../test/wire/token-model.js';
import { bring, type Somebody } from '../../test/wire/token-states.js';

/** One call, made again and again on the same rows. */
export type Call = (client: Client) => Promise<unknown>;

/** A method in one situation. */
export interface Situation {
  readonly name: string;
  /** Whether multi-factor authentication is on. */
  readonly mfa: boolean;
  /** Writes the rows that it starts from. */
  readonly prepare: (here: Here) => Promise<Call>;
}

const doors = Object.keys(SOUND) as Door[];
const COUNTED: readonly Door[] = [
  'StartSignIn',
  'VerifyOtp',
  'UseRecoveryCode',
  'Reauthenticate by a code',
  'Reauthenticate by the password',
  'ChangePassword in a session',
  'ConfirmEnrollment',
  'ResyncFactor',
  'SignInServiceAccount',
];

const atDoor = (door: Door, proof: 'right' | 'wrong'): Situation => ({
  name: `${door}, ${proof}`,
  mfa: SOUND[door].policy === 'on',
  prepare: async (here) => {
    const somebody = await bring(here, { ...SOUND[door], door, proof, component: 'local' });
    return (client) => KNOCKS[door](client, somebody);
  },
});

type InSession = (client: Client, somebody: Somebody) => Promise<unknown>;

const OTHERS: Readonly<Record<string, InSession>> = {
  BeginEnrollment: ({ auth }) => auth.beginEnrollment({}),
  ValidateSession: ({ auth }, { sessionToken }) => auth.validateSession({ sessionToken }),
  EndSession: ({ auth }) => auth.endSession({}),
  ListSessions: ({ auth }) => auth.listSessions({}),
  GetServerTime: ({ auth }) => auth.getServerTime({}),
  RegenerateRecoveryCodes: ({ auth }) => auth.regenerateRecoveryCodes({}),
  ListFactors: ({ auth }) => auth.listFactors({}),
  RenameFactor: ({ auth }, { factorId }) => auth.renameFactor({ factorId, label: 'new phone' }),
  ListOwnEvents: ({ auth }) => auth.listOwnEvents({}),
};

const inSession = (name: string, call: InSession): Situation => ({
  name,
  mfa: true,
  prepare: async (here) => {
    const somebody = await bring(here, { ...SOUND.VerifyOtp, door: 'VerifyOtp' });
    return (client) => call(client.withSession(somebody.sessionToken), somebody);
  },
});

type Methods = Readonly<Record<string, (request: object) => Promise<unknown>>>;

// Off, so that groups may be.
const asAdministrator = (name: string): Situation => ({
  name,
  mfa: false,
  prepare: async (here) => {
    const caller = subject(here, { role: BACKUP_ADMINISTRATOR });
    const state = name === 'EnableUser' ? 'disabled' : 'active';
    const at = subject(here, { state });
    const machine = subject(here, { kind: 'service-account' }).userId;
    const request = requests(here)[name]?.({ at, owner: subject(here).userId, machine });
    if (!request) throw new Error(`no request for ${name}`);
    return async (client) => {
      const { admin } = client.withSession(caller.token);
      return (admin as unknown as Methods)[name.replace(/^./, (first) => first.toLowerCase())]?.(request);
    };
  },
});

/** Every method of both services, and what looks at a proof also with a wrong one. Throws where a method has none. */
export function situations(here: Here): Situation[] {
  const all = [
    ...doors.map((door) => atDoor(door, 'right')),
    ...COUNTED.map((door) => atDoor(door, 'wrong')),
    ...Object.entries(OTHERS).map(([name, call]) => inSession(name, call)),
    ...Object.keys(requests(here)).map(asAdministrator),
  ];
  const without = [...METHODS.values()].filter((method) => !all.some(({ name }) => isOf(method.name, name)));
  if (without.length > 0) throw new Error(`no situation for ${without.map(({ name }) => name).join(', ')}`);
  return all;
}

const isOf = (method: string, situation: string): boolean => situation.split(/[ ,]/)[0] === method;
