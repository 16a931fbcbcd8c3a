import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError } from '../../src/client/index.js';
import { type Client, clientOf, codeFor } from '../../test/support/people.js';
import { enrol, type Person, type Staff } from '../enrol.js';
import { challenge, sessionIn } from '../sign-in.js';
import { type FakedServer, startFaked } from './faked-server.js';
import type { ClockFault } from './faults.js';

const FAILURES_TO_A_WAIT = 6;
const FIRST_WAIT = 60_000;
const IDLE = 30 * 60_000;
const LIFE = 12 * 60 * 60_000;
const LONGEST_RECOVERY = 30_000;
/** Where something went wrong already, what comes after tells little. */
const FOR_FORM = 2000;

export interface Trial {
  readonly failures: readonly string[];
  /** Milliseconds from the clock being right to a sign-in. */
  readonly recovery: number;
}

/** What was there before the clock went wrong. */
interface Scene {
  readonly server: FakedServer;
  readonly staff: Staff;
  readonly spent: { readonly code: string; readonly signInToken: string };
  readonly session: string;
  readonly waiting: { readonly name: string; readonly password: string; readonly since: number };
}

/** One server, one fault, and everything that the wrong time must not bring. */
export async function trial(command: readonly string[], fault: ClockFault): Promise<Trial> {
  const server = await startFaked(command);
  try {
    const scene = await before(server);
    await goWrong(server, fault);
    const wrong = await during(scene, fault);
    server.setClock(0);
    const { failures, recovery } = await after(scene, wrong.length === 0 ? LONGEST_RECOVERY : FOR_FORM);
    return { failures: [...wrong, ...failures].map((failure) => `${fault.what}: ${failure}`), recovery };
  } finally {
    await server.stop();
  }
}

async function before(server: FakedServer): Promise<Scene> {
  const client = clientOf(server);
  const staff = await enrol(server, ['erin', 'frank']);
  const [erin] = staff.people as [Person];
  const { oneTimePassword } = await client.admin.createUser({ username: 'gina' }, { session: staff.session });
  const [first, second] = [await challenge(client, erin.name), await challenge(client, erin.name)];
  const code = codeFor(server, erin.secret, 1);
  const session = sessionIn(await client.auth.verifyOtp({ signInToken: first, code }));
  for (let failure = 1; failure <= FAILURES_TO_A_WAIT; failure++)
    await client.auth.startSignIn({ username: 'gina', password: 'wrong wrong wrong' }).catch(() => undefined);
  client.close();
  const waiting = { name: 'gina', password: oneTimePassword, since: performance.now() };
  return { server, staff, spent: { code, signInToken: second }, session, waiting };
}

async function goWrong(server: FakedServer, { off, whileDown, after: late = 0 }: ClockFault): Promise<void> {
  if (whileDown) await server.end();
  server.setClock(off(Date.now()));
  if (whileDown) await server.start();
  await pause(late);
}

async function during(scene: Scene, { off }: ClockFault): Promise<string[]> {
  const { server, staff, session } = scene;
  const client = clientOf(server);
  const [, frank] = staff.people as [Person, Person];
  const ahead = off(Date.now());
  const found = [
    ...(await always(client, scene)),
    ...(await unless('somebody signed in', async () => {
      const signInToken = await challenge(client, frank.name);
      return client.auth.verifyOtp({ signInToken, code: codeFor(server, frank.secret) });
    })),
    ...((await client.auth.getServerTime({})).trusted ? ['the service says that its clock is to be trusted'] : []),
    ...((await fetch(`http://${server.metrics}/readyz`)).ok ? ['it says that it is ready'] : []),
    ...(typeof ahead === 'number' && ahead > LIFE
      ? await unless('a session outlived its age', () => client.auth.validateSession({ sessionToken: session }))
      : []),
  ];
  // Seen by the wrong clock.
  await client.auth.validateSession({ sessionToken: session }).catch(() => undefined);
  client.close();
  return found;
}

/** What holds whatever the clock says. */
async function always(client: Client, { spent, waiting }: Scene): Promise<string[]> {
  const { name: username, password } = waiting;
  const wait = performance.now() - waiting.since < FIRST_WAIT;
  return [
    ...(await unless('a step was accepted twice', () => client.auth.verifyOtp(spent))),
    ...(wait ? await unless('a wait was shortened', () => client.auth.startSignIn({ username, password })) : []),
  ];
}

async function after(scene: Scene, longest: number): Promise<Trial> {
  const client = clientOf(scene.server);
  const right = performance.now();
  const back = await signedInAgain(client, scene, longest);
  const recovery = performance.now() - right;
  const failures = [
    ...(back ? [] : [`nobody could sign in within ${longest / 1000} s of the clock being right`]),
    ...(await always(client, scene)),
    ...(await extended(client, scene)),
  ];
  client.close();
  return { failures, recovery };
}

async function signedInAgain(client: Client, { server, staff }: Scene, longest: number): Promise<boolean> {
  const [, frank] = staff.people as [Person, Person];
  const end = performance.now() + longest;
  while (performance.now() < end) {
    try {
      const signInToken = await challenge(client, frank.name);
      await client.auth.verifyOtp({ signInToken, code: codeFor(server, frank.secret, 1) });
      return true;
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
    }
    await pause(200);
  }
  return false;
}

async function extended(client: Client, { session }: Scene): Promise<string[]> {
  const answer = await client.auth.validateSession({ sessionToken: session }).catch(() => undefined);
  const end = answer?.expireTime?.getTime() ?? 0;
  return end > Date.now() + IDLE + 1000 ? ['a session was extended'] : [];
}

const unless = (what: string, work: () => Promise<unknown>): Promise<string[]> =>
  work().then(
    () => [what],
    () => [],
  );
