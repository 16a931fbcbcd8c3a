import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as crypto from '../../src/crypto/index.js';
import { codeAt } from '../../src/crypto/otp-codes.js';
import type { Call, Caller } from '../../src/domain/call.js';
import { noteAdministratorEnrolled } from '../../src/domain/enrollment/note-administrator-enrolled.js';
import * as domain from '../../src/domain/index.js';
import type { OtpCodes, TotpShape } from '../../src/domain/ports.js';
import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import type { SignIn } from '../../src/domain/sign-in/sign-in.js';
import type { CommittedReads, UnitOfWork } from '../../src/domain/stores.js';
import { formatToken } from '../../src/domain/token.js';
import { blankUser } from '../../src/domain/user/create-user.js';
import type { User } from '../../src/domain/user/user.js';
import { type Engine, openStores } from './engines.js';
import { QUICK } from './quick-hashes.js';

export const PASSWORD = 'granite sparrow lantern';
export const SHAPE: TotpShape = { algorithm: 'SHA1', digits: 6, period: 30 };
export const MINUTE = 60_000;

/** What a broken variant may exchange. */
export interface Variant {
  readonly unitOfWork?: (unitOfWork: UnitOfWork, reads: CommittedReads) => UnitOfWork;
}

export interface Person {
  readonly user: User;
  readonly secret: Uint8Array;
}

/** The domain on a real database, wired as `service/doors.ts` does, with a clock that stands still until it is moved. */
export async function openHouse(engine: Engine, variant: Variant = {}) {
  const { unitOfWork: sound, reads, printed, url, close } = await openStores(engine);
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-house-'));
  const keyFile = join(folder, 'keys');
  let time = Date.now();
  const clock = (): number => time;
  crypto.createKeyFile(keyFile, time);
  const keys = crypto.readKeyFile(keyFile);
  const randomness = crypto.createRandomness(clock);
  const dataKey = crypto.newDataKey(keys, randomness.newId(), time);
  await sound(async ({ installation }) => {
    await installation.found(keys.installationId, time);
    await installation.addDataKey(dataKey);
  });
  const seen = new Map<string, number>();
  let looks = 0;
  const otpCodes: OtpCodes = {
    ...crypto.otpCodes,
    matchStep: (secret, shape, code, range) => {
      // Ten minutes each way are searched for a clock's offset, after the look.
      if (range.to - range.from < 20) looks++;
      return crypto.otpCodes.matchStep(secret, shape, code, range);
    },
  };
  const needs = {
    unitOfWork: variant.unitOfWork?.(sound, reads) ?? sound,
    reads,
    clock,
    clockTrusted: () => true,
    randomness,
    tokenHashes: crypto.createTokenHashes(keys),
    secretDigest: crypto.createSecretDigest(keys),
    envelope: crypto.createEnvelope(keys, [dataKey]),
    otpCodes,
    blocklist: crypto.createBlocklist(),
    hashQueue: crypto.createHashQueue({
      keys,
      parameters: QUICK,
      threads: 2,
      places: 1000,
    }),
    unlooked: domain.createUnlooked(),
    activity: { note: (id: string, at: number) => void seen.set(id, at), latest: (id: string) => seen.get(id) },
    passwordChanged: () => undefined,
  };
  const components = await reads(({ components: store }) => store.list({ limit: 50, after: undefined }));
  const readActiveSession = domain.readActiveSession(needs);

  const call = (componentId = 'console'): Call => {
    const component = components.find(({ id }) => id === componentId);
    if (!component) throw new Error(`no component ${componentId}`);
    return {
      requestId: randomness.newId(),
      rpc: '/test',
      component,
      address: '192.0.2.1',
      peer: '192.0.2.1',
      description: '',
      deadline: undefined,
    };
  };

  /** A person with a password of their own and a confirmed phone, made without any operation. */
  const person = async (
    name: string,
    { roles = [] as readonly string[], enrolled = true, password = PASSWORD } = {},
  ): Promise<Person> => {
    const id = randomness.newId();
    const secret = randomness.newOtpSecret();
    const place = needs.hashQueue.enter();
    const hash = await place.hash('password', id, password);
    place.leave();
    const user = {
      ...blankUser(id, name, needs.tokenHashes.lockKey(name), time),
      ...(enrolled ? { enrolledAt: time, firstEnrolledAt: time } : {}),
    };
    await sound(async (stores) => {
      await stores.users.insert(user);
      await stores.passwords.set({ userId: id, kind: 'own', hash, createdAt: time });
      for (const role of roles) await stores.users.assignRole(id, role, time);
      if (!enrolled) return;
      const factorId = randomness.newId();
      const sealed = needs.envelope.seal(secret, 'factors', { rowId: factorId, ownerId: id });
      await stores.factors.insert({
        id: factorId,
        userId: id,
        kind: 'totp',
        label: 'phone',
        suspended: false,
        shape: SHAPE,
        secret: sealed,
        secretDigest: needs.secretDigest(secret, id),
        lastStep: -1,
        createdAt: time,
        confirmedAt: time,
        lastUsedAt: undefined,
      });
      await stores.users.noteEnrolled(id, time);
      await noteAdministratorEnrolled(stores, id);
    });
    return { user, secret };
  };

  /** Challenges begun beforehand, without a password being hashed. */
  const challenges = (user: User, count: number, componentId = 'console'): Promise<string[]> =>
    sound(async (stores) => {
      const tokens: string[] = [];
      for (let made = 0; made < count; made++) {
        const id = randomness.newId();
        const tokenSecret = randomness.newTokenSecret();
        const signIn: SignIn = {
          id,
          userId: user.id,
          componentId,
          stage: 'challenge',
          token: needs.tokenHashes.hash('sign-in', { rowId: id, ownerId: user.id }, tokenSecret),
          securityVersion: user.securityVersion,
          state: 'open',
          createdAt: time,
          expiresAt: time + 5 * MINUTE,
          passwordAt: time,
          byOneTimePassword: false,
          secondFactor: undefined,
          enrollmentCodeId: undefined,
          address: '192.0.2.1',
          description: '',
        };
        await stores.signIns.insert(signIn);
        tokens.push(formatToken('sign-in', { id, secret: tokenSecret }));
      }
      return tokens;
    });

  const verifyOtp = domain.verifyOtp(needs);
  const code = ({ secret }: Person, ahead = 0): string => codeAt(secret, SHAPE, Math.floor(time / 30_000) + ahead);

  /** A session of a person, through challenge and code. */
  const session = async (who: Person, componentId = 'console'): Promise<string> => {
    time += 30_000;
    const [signInToken = ''] = await challenges(who.user, 1, componentId);
    const verdict = await verifyOtp(call(componentId), { signInToken, code: code(who), factorId: undefined });
    if (!verdict.proved || verdict.step.next !== 'session') throw new Error('no session');
    return verdict.step.opened.token;
  };

  /** A caller with a session of their own. */
  const caller = async (who: Person, componentId = 'console'): Promise<Caller> => {
    const active = await readActiveSession({ token: await session(who, componentId) });
    if (!active) throw new Error('the session does not hold');
    return { ...call(componentId), active };
  };

  return {
    needs,
    reads,
    printed,
    url,
    keyFile,
    call,
    caller,
    challenges,
    code,
    person,
    session,
    sound,
    verifyOtp,
    readActiveSession,
    administrator: (name = 'root'): Promise<Person> => person(name, { roles: [BACKUP_ADMINISTRATOR] }),
    /** A code that is right at no step near now. */
    wrongCode: (who: Person): string => {
      const near = new Set(Array.from({ length: 41 }, (_, index) => code(who, index - 20)));
      for (let guess = 0; ; guess++)
        if (!near.has(String(guess).padStart(6, '0'))) return String(guess).padStart(6, '0');
    },
    looks: (): number => looks,
    now: clock,
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
    close: async (): Promise<void> => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;
