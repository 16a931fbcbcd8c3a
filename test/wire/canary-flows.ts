import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { Method } from '../../generated/sallyport/auth/v1/factor.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { SignInStep } from '../../generated/sallyport/auth/v1/sign_in.js';
import { codeAt } from '../../src/crypto/otp-codes.js';
import { encoded, type MethodName, methodOf } from '../grpc/door.js';
import { fromBase32 } from '../support/base32.js';
import type { Sallyport } from '../support/sallyport.js';
import type { From, Recorder } from './canary-recorder.js';
import { newCanary } from './canary-search.js';
import { wellFormed } from './canary-texts.js';

// Eight digits, or a code would be found among the instants.
const SHAPE = { algorithm: 'SHA1', digits: 8 } as const;

type Told = Readonly<Record<string, unknown>>;

/** Every secret of the contract on its way, right and wrong: from the first administrator to the last machine. */
export async function everyFlow(server: Sallyport, recorder: Recorder) {
  let offset = 0;
  const local: From = { address: server.socket };
  const password = `amber ${newCanary()}`;

  /** An answer, or undefined where it was refused. */
  async function ask(name: MethodName, request: object, from: From = local): Promise<Told | undefined> {
    const method = name.replace(/\/./, (start) => start.toUpperCase());
    const { bytes } = await recorder.send(method, encoded(name, request), from);
    return bytes && (methodOf(name).responseDeserialize(Buffer.from(bytes)) as Told);
  }

  async function must(name: MethodName, request: object, from: From = local): Promise<Told> {
    const answer = await ask(name, request, from);
    if (!answer) throw new Error(`${name}: ${recorder.codes.at(-1)}`);
    return answer;
  }

  async function mustNot(name: MethodName, request: object, from: From = local): Promise<void> {
    if (await ask(name, request, from)) throw new Error(`${name} was not refused`);
  }

  const tokenIn = (answer: Told): string => {
    const { step } = (answer['step'] as SignInStep).step ? (answer['step'] as SignInStep) : { step: undefined };
    if (!step) throw new Error('no step');
    return step.$case === 'session' ? step.value.sessionToken : step.value.signInToken;
  };
  const text = (answer: Told, field: string): string => String(answer[field]);
  const nextCode = (secret: string): string => {
    offset += 30_000;
    server.setClock(offset);
    return codeAt(fromBase32(secret), SHAPE, Math.floor(server.now() / 30_000));
  };
  const inSession = (session: string): From => ({ ...local, session });

  /** Wrong once and right once at each step of the first sign-in of somebody. */
  async function arrive(username: string, oneTimePassword: string, enrollmentCode = '') {
    await mustNot('AuthService/startSignIn', { username, password: newCanary() });
    const due = tokenIn(await must('AuthService/startSignIn', { username, password: oneTimePassword }));
    const change = { signInToken: due, newPassword: password };
    await mustNot('AuthService/changePassword', { ...change, newPassword: newCanary().repeat(12) });
    await mustNot('AuthService/changePassword', { ...change, signInToken: wellFormed('sign_in_token') });
    const signInToken = tokenIn(await must('AuthService/changePassword', change));
    await mustNot('AuthService/beginEnrollment', { signInToken, enrollmentCode: wellFormed('enrollment_code') });
    const shown = await must('AuthService/beginEnrollment', { signInToken, enrollmentCode, digits: 8 });
    const secret = text(shown, 'secret');
    recorder.remember('a secret in bytes', Buffer.from(fromBase32(secret)).toString('latin1'));
    await mustNot('AuthService/confirmEnrollment', { signInToken, code: wellFormed('code') });
    const confirmed = await must('AuthService/confirmEnrollment', { signInToken, code: nextCode(secret) });
    const recoveryCodes = confirmed['recoveryCodes'] as string[];
    return { username, secret, recoveryCodes, session: tokenIn(confirmed) };
  }

  type Arrived = Awaited<ReturnType<typeof arrive>>;

  async function challenge({ username }: Arrived): Promise<string> {
    return tokenIn(await must('AuthService/startSignIn', { username, password }));
  }

  async function proveAgain({ secret, session }: Arrived): Promise<string> {
    const wrong = { proof: { $case: 'code', value: wellFormed('code') } };
    await mustNot('AuthService/reauthenticate', wrong, inSession(session));
    const byPassword = { proof: { $case: 'password', value: password } };
    await mustNot('AuthService/reauthenticate', byPassword, inSession(session));
    const right = { proof: { $case: 'code', value: nextCode(secret) } };
    const answer = await must('AuthService/reauthenticate', right, inSession(session));
    return (answer['session'] as { sessionToken: string }).sessionToken;
  }

  async function throughBothDoors(who: Arrived): Promise<string> {
    const signInToken = await challenge(who);
    await mustNot('AuthService/verifyOtp', { signInToken, code: wellFormed('code') });
    await must('AuthService/verifyOtp', { signInToken, code: nextCode(who.secret) });
    const byPaper = await challenge(who);
    await mustNot('AuthService/useRecoveryCode', { signInToken: byPaper, recoveryCode: wellFormed('recovery_code') });
    const used = { signInToken: byPaper, recoveryCode: who.recoveryCodes[0] };
    return tokenIn(await must('AuthService/useRecoveryCode', used));
  }

  async function ownDevices(session: string): Promise<void> {
    const own = inSession(session);
    await must('AuthService/regenerateRecoveryCodes', {}, own);
    const { secret, factorId } = await must('AuthService/beginEnrollment', { digits: 8, label: 'second' }, own);
    await mustNot('AuthService/confirmEnrollment', { code: wellFormed('code') }, own);
    await must('AuthService/confirmEnrollment', { code: nextCode(String(secret)) }, own);
    const suspended = await must('AuthService/suspendFactor', { factorId }, own);
    const after = inSession((suspended['session'] as { sessionToken: string }).sessionToken);
    const removed = await must('AuthService/removeFactor', { factorId }, after);
    const last = inSession((removed['session'] as { sessionToken: string }).sessionToken);
    const wrong = { currentPassword: newCanary(), newPassword: `basalt ${newCanary()}` };
    await mustNot('AuthService/changePassword', wrong, last);
    await must('AuthService/changePassword', { ...wrong, currentPassword: password }, last);
  }

  /** While multi-factor authentication is off. */
  async function withoutDevice(username: string, oneTimePassword: string): Promise<void> {
    const signInToken = tokenIn(await must('AuthService/startSignIn', { username, password: oneTimePassword }));
    const own = inSession(tokenIn(await must('AuthService/changePassword', { signInToken, newPassword: password })));
    const by = (value: string) => ({ proof: { $case: 'password', value } });
    await mustNot('AuthService/reauthenticate', by(newCanary()), own);
    await must('AuthService/reauthenticate', by(password), own);
  }

  /** A hardware token that is the only device of somebody. */
  async function tokenByCounter(username: string, userId: string, admin: From): Promise<void> {
    const seedText = wellFormed('seed');
    const seed = fromBase32(seedText);
    const token = { userId, kind: Method.METHOD_HOTP, digits: 8, label: 'token' };
    await mustNot('AdminService/importFactor', { ...token, secret: `${newCanary()}!` }, admin);
    const made = await must('AdminService/importFactor', { ...token, secret: seedText }, admin);
    recorder.remember('a seed in bytes', Buffer.from(seed).toString('latin1'));
    const { factorId } = made['factor'] as { factorId: string };
    const start = await must('AuthService/startSignIn', { username, password });
    const resync = { signInToken: tokenIn(start), factorId };
    const wrong = { firstCode: wellFormed('code'), secondCode: wellFormed('code') };
    await mustNot('AuthService/resyncFactor', { ...resync, ...wrong });
    const right = { firstCode: codeAt(seed, SHAPE, 7), secondCode: codeAt(seed, SHAPE, 8) };
    await must('AuthService/resyncFactor', { ...resync, ...right });
  }

  async function machines(admin: From, owner: string): Promise<void> {
    const made = await must('AdminService/createUser', { username: 'robot' }, admin);
    const { userId } = made['user'] as { userId: string };
    const kind = { userId, reason: 'reports', ownerUserId: owner };
    const machine = { ...kind, kind: UserKind.USER_KIND_SERVICE_ACCOUNT };
    await must('AdminService/setServiceAccount', machine, admin);
    const limits = { userId, componentIds: ['local'], networks: ['127.0.0.1/32'] };
    const { secret } = await must('AdminService/createServiceSecret', limits, admin);
    await mustNot('AuthService/signInServiceAccount', { username: 'robot', secret: wellFormed('secret') });
    await mustNot('AuthService/signInServiceAccount', { username: 'robot', secret: newCanary() });
    await must('AuthService/signInServiceAccount', { username: 'robot', secret });
    await must('AdminService/setServiceAccount', { userId, reason: 'over', kind: UserKind.USER_KIND_PERSON }, admin);
  }

  const first = await arrive('administrator', server.firstPassword());
  const session = await proveAgain(first);
  const admin = inSession(session);
  const made = await must('AdminService/createUser', { username: 'ann' }, admin);
  const { userId } = made['user'] as { userId: string };
  await must('AdminService/createEnrollmentCode', { userId }, admin);
  const reset = await must('AdminService/resetPassword', { userId }, admin);
  const opened = await must('AdminService/resetMfa', { userId }, admin);
  const ann = await arrive('ann', text(reset, 'oneTimePassword'), text(opened, 'enrollmentCode'));
  await ownDevices(await throughBothDoors(ann));
  await machines(admin, userId);
  const { componentKey } = await must('AdminService/createComponentKey', { componentId: 'console' }, admin);
  await must('AuthService/validateSession', { sessionToken: session });
  await mustNot('AuthService/validateSession', { sessionToken: wellFormed('session_token') });
  for (let guess = 0; guess < 8; guess++)
    await mustNot('AuthService/startSignIn', { username: 'ann', password: newCanary() });
  const policy = (mfaSwitch: MfaSwitch) =>
    must('AdminService/updateMfaPolicy', { policy: { mfaSwitch }, updateMask: ['mfa_switch'] }, admin);
  await policy(MfaSwitch.MFA_SWITCH_OFF);
  const bob = await must('AdminService/createUser', { username: 'bob' }, admin);
  await withoutDevice('bob', text(bob, 'oneTimePassword'));
  await policy(MfaSwitch.MFA_SWITCH_ON);
  await tokenByCounter('bob', (bob['user'] as { userId: string }).userId, admin);
  const viewer = await must('AdminService/createUser', { username: 'vic', roleIds: ['backup-viewer'] }, admin);
  const { session: viewing } = await arrive('vic', text(viewer, 'oneTimePassword'));
  return { admin, viewer: inSession(viewing), keyed: { address: server.address, componentKey: String(componentKey) } };
}
