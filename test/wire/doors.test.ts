import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import { EnrollmentProof, MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { Method } from '../../generated/sallyport/auth/v1/factor.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { SignInStep } from '../../generated/sallyport/auth/v1/sign_in.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { codeAt, otpCodes } from '../../src/crypto/otp-codes.js';
import { codeFor, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

/**
 * Every door to a session looks at user, component, policy, factor and wait at the moment it would open: what changed after
 * somebody began counts. `test/grpc/one-way-to-a-session.test.ts` lists them all.
 */
const NEW_PASSWORD = 'copper meadow ribbon';

/** Somebody who stands before a door and has only to knock. */
interface Ready {
  readonly userId: string;
  /** Through the component it began at, or another; answers the session's token, or what came instead. */
  readonly knock: (by?: Client) => Promise<string>;
}

let server: Sallyport;
let local: Client;
let web: Client;
let console: Client;
let admin: Client;
let secret: string;
let session: string;
let people = 0;

const pastOneStep = (): void => server.setClock(server.now() - Date.now() + 30_000);

const keyed = async (componentId: string): Promise<Client> => {
  const { componentKey } = await admin.admin.createComponentKey({ componentId });
  return connect({ address: server.address, componentKey });
};

beforeAll(async () => {
  server = await startSallyport();
  local = connect({ address: server.socket });
  ({ session, secret } = await firstAdministrator(server, local));
  admin = local.withSession(session);
  web = await keyed('web-ui');
  console = await keyed('console');
});

afterAll(async () => {
  for (const client of [local, web, console]) client?.close();
  await server?.stop();
});

const proveAgain = async (): Promise<void> => {
  pastOneStep();
  const proof = { $case: 'code', value: codeFor(server, secret) } as const;
  session = (await admin.auth.reauthenticate({ proof })).session?.sessionToken ?? '';
  admin = local.withSession(session);
};

const switchMfa = (mfaSwitch: MfaSwitch) =>
  admin.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] });

const webAdmits = (access: PeopleAccess) =>
  admin.admin.updateComponent({ componentId: 'web-ui', component: { people: access }, updateMask: ['people'] });

const tokenOf = (answer: { readonly step?: SignInStep | undefined }): string => {
  const step = answer.step?.step;
  return step?.$case === 'session' ? step.value.sessionToken : (step?.$case ?? 'nothing');
};

const newPerson = async () => {
  const username = `person-${++people}`;
  const { user, oneTimePassword } = await admin.admin.createUser({ username });
  return { username, userId: user?.userId ?? '', oneTimePassword };
};

const stage = <C extends NonNullable<SignInStep['step']>['$case']>(
  { step }: { readonly step?: SignInStep | undefined },
  wanted: C,
): Extract<NonNullable<SignInStep['step']>, { $case: C }>['value'] => {
  if (step?.step?.$case !== wanted) throw new Error(`expected ${wanted}, got ${step?.step?.$case}`);
  return step.step.value as never;
};

async function beforeVerifyOtp(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  pastOneStep();
  const code = codeFor(server, phone.secret);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.verifyOtp({ signInToken, code })) };
}

async function beforeUseRecoveryCode(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const { recoveryCodes } = await firstSignIn(server, web, username, oneTimePassword);
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  const use = { signInToken, recoveryCode: recoveryCodes[3] ?? '' };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.useRecoveryCode(use)) };
}

async function beforeResyncFactor(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  await firstSignIn(server, web, username, oneTimePassword);
  const seed = Buffer.from(userId.slice(-20));
  const kind = Method.METHOD_HOTP;
  const { factor } = await admin.admin.importFactor({ userId, kind, secret: otpCodes.base32(seed) });
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  const [firstCode, secondCode] = [20, 21].map((counter) => codeAt(seed, { algorithm: 'SHA1', digits: 6 }, counter));
  const two = {
    signInToken,
    factorId: factor?.factorId ?? '',
    firstCode: firstCode ?? '',
    secondCode: secondCode ?? '',
  };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.resyncFactor(two)) };
}

async function beforeConfirmEnrollment(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const due = stage(await web.auth.startSignIn({ username, password: oneTimePassword }), 'passwordChange');
  const changed = await web.auth.changePassword({ signInToken: due.signInToken, newPassword: PASSWORD });
  const { signInToken } = stage(changed, 'enrollment');
  const shown = await web.auth.beginEnrollment({ signInToken });
  const code = codeFor(server, shown.secret);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.confirmEnrollment({ signInToken, code })) };
}

async function beforeReauthenticate(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  pastOneStep();
  const proof = { $case: 'code', value: codeFor(server, phone.secret) } as const;
  const knock = async (by = web): Promise<string> => {
    const answer = await by.withSession(phone.session).auth.reauthenticate({ proof });
    return answer.session?.sessionToken ?? '';
  };
  return { userId, knock };
}

async function beforeOwnPasswordChange(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  return {
    userId,
    knock: async (by = web) => tokenOf(await by.withSession(phone.session).auth.changePassword(change)),
  };
}

/** Two devices, and a session through the first one, which is about to go. */
async function withTwoDevices() {
  const { userId, username, oneTimePassword } = await newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const own = web.withSession(phone.session);
  const { secret: second } = await own.auth.beginEnrollment({});
  await own.auth.confirmEnrollment({ code: codeFor(server, second) });
  const [first] = (await own.auth.listFactors({})).factors;
  return { userId, session: phone.session, factorId: first?.factorId ?? '' };
}

async function beforeSuspendFactor(): Promise<Ready> {
  const { userId, session: own, factorId } = await withTwoDevices();
  const suspend = async (by: Client) => (await by.withSession(own).auth.suspendFactor({ factorId })).session;
  return { userId, knock: async (by = web) => (await suspend(by))?.sessionToken ?? '' };
}

async function beforeRemoveFactor(): Promise<Ready> {
  const { userId, session: own, factorId } = await withTwoDevices();
  const remove = async (by: Client) => (await by.withSession(own).auth.removeFactor({ factorId })).session;
  return { userId, knock: async (by = web) => (await remove(by))?.sessionToken ?? '' };
}

// While multi-factor authentication is off:
async function beforeStartSignIn(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  await firstSignIn(server, web, username, oneTimePassword);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.startSignIn({ username, password: PASSWORD })) };
}

async function beforeDuePasswordChange(): Promise<Ready> {
  const { userId, username, oneTimePassword } = await newPerson();
  const due = stage(await web.auth.startSignIn({ username, password: oneTimePassword }), 'passwordChange');
  const change = { signInToken: due.signInToken, newPassword: PASSWORD };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.changePassword(change)) };
}

/** The reason, or the stage that came instead; an opened session is asked about before it is believed. */
async function outcome(knocked: Promise<string>): Promise<string> {
  const answer = await knocked.catch(({ reason }: SallyportError) => String(reason));
  if (!answer.startsWith('sst_')) return answer;
  await local.auth.validateSession({ sessionToken: answer });
  return 'session';
}

type Change = (ready: Ready) => Promise<unknown>;
const disabled: Change = ({ userId }) => admin.admin.disableUser({ userId });
const deleted: Change = ({ userId }) => admin.admin.deleteUser({ userId });
const revoked: Change = ({ userId }) => admin.admin.revokeUserSessions({ userId });
const passwordReset: Change = ({ userId }) => admin.admin.resetPassword({ userId });
const mfaReset: Change = ({ userId }) => admin.admin.resetMfa({ userId });
const madeMachine: Change = async ({ userId }) => {
  const { userId: ownerUserId } = await local.auth.validateSession({ sessionToken: session });
  const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
  await admin.admin.setServiceAccount({ userId, kind, reason: 'test', ownerUserId });
};
const machineAndBack: Change = async (ready) => {
  await madeMachine(ready);
  await admin.admin.setServiceAccount({ userId: ready.userId, kind: UserKind.USER_KIND_PERSON, reason: 'test' });
};

/** What each door answers after each change, by hand. */
const WITH_MFA = [
  ['VerifyOtp', beforeVerifyOtp, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['UseRecoveryCode', beforeUseRecoveryCode, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['ResyncFactor', beforeResyncFactor, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['ConfirmEnrollment', beforeConfirmEnrollment, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['Reauthenticate', beforeReauthenticate, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['ChangePassword in a session', beforeOwnPasswordChange, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['SuspendFactor', beforeSuspendFactor, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['RemoveFactor', beforeRemoveFactor, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
] as const;

describe.each(WITH_MFA)('%s', (_, ready, gone, never, withoutMfa) => {
  // The server's time passes with every code, and the administrator's proof grows old.
  beforeAll(proveAgain);

  test('gives a session that holds, when nothing changed', async () => {
    expect(await outcome((await ready()).knock())).toBe('session');
  });

  test.each([
    ['was disabled', disabled],
    ['was deleted', deleted],
    ['had all sessions and sign-ins revoked', revoked],
    ['had the password reset', passwordReset],
    ['had the factors reset', mfaReset],
    ['became a service account', madeMachine],
    ['became a service account and a person again', machineAndBack],
  ])('gives none to a user who %s meanwhile', async (_change, change) => {
    const before = await ready();
    await change(before);
    expect(await outcome(before.knock())).toBe(gone);
  });

  test('gives none through another component, and the right one is not hurt by that', async () => {
    const before = await ready();
    expect(await outcome(before.knock(console))).toBe(gone);
    expect(await outcome(before.knock())).toBe('session');
  });

  test('gives none while its component no longer admits people, and looked at no proof', async () => {
    const before = await ready();
    await webAdmits(PeopleAccess.PEOPLE_ACCESS_NEVER);
    const refused = await outcome(before.knock());
    await webAdmits(PeopleAccess.PEOPLE_ACCESS_WITHOUT_MFA);
    const withMfa = await outcome(before.knock());
    await webAdmits(PeopleAccess.PEOPLE_ACCESS_ALWAYS);
    expect([refused, withMfa, await outcome(before.knock())]).toEqual([never, withoutMfa, 'session']);
  });
});

describe('SignInServiceAccount', () => {
  let gateway: Client;
  let other: Client;
  beforeAll(async () => {
    await proveAgain();
    gateway = await keyed('rest-api');
    other = await keyed('shell');
  });
  afterAll(() => {
    gateway.close();
    other.close();
  });

  async function ready(): Promise<Ready & { secretId: string }> {
    const before = await newPerson();
    const knockNow = async (secret: string, by: Client) =>
      (await by.auth.signInServiceAccount({ username: before.username, secret })).session?.sessionToken ?? '';
    await madeMachine({ userId: before.userId, knock: async () => '' });
    const asked = { userId: before.userId, componentIds: ['rest-api'], networks: ['127.0.0.0/8'] };
    const { secret, serviceSecret } = await admin.admin.createServiceSecret(asked);
    const knock = (by = gateway) => knockNow(secret, by);
    return { userId: before.userId, secretId: serviceSecret?.secretId ?? '', knock };
  }

  test('gives a session that holds, when nothing changed, whatever else was revoked', async () => {
    const before = await ready();
    await revoked(before);
    expect(await outcome(before.knock())).toBe('session');
  });

  test.each([
    ['was disabled', disabled],
    ['was deleted', deleted],
    ['became a person', machineAndBack],
    ['was made a service account anew', madeMachine],
  ])('gives none to an account that %s meanwhile', async (_change, change) => {
    const before = await ready();
    await change(before);
    expect(await outcome(before.knock())).toBe('INVALID_CREDENTIALS');
  });

  test('gives none for a secret that was revoked meanwhile, nor through another component', async () => {
    const before = await ready();
    expect(await outcome(before.knock(other))).toBe('COMPONENT_REFUSED');
    await admin.admin.revokeServiceSecret({ secretId: before.secretId });
    expect(await outcome(before.knock())).toBe('INVALID_CREDENTIALS');
  });

  test('gives none while its component no longer admits service accounts, and what is open sleeps', async () => {
    const before = await ready();
    const opened = await before.knock();
    const admits = (serviceAccounts: boolean) =>
      admin.admin.updateComponent({
        componentId: 'rest-api',
        component: { serviceAccounts },
        updateMask: ['service_accounts'],
      });
    await admits(false);
    const refused = [
      await outcome(before.knock()),
      await outcome(Promise.resolve(opened)).catch(({ reason }) => reason),
    ];
    await admits(true);
    expect(refused).toEqual(['COMPONENT_REFUSED', 'SESSION_INACTIVE']);
    expect(await outcome(Promise.resolve(opened))).toBe('session');
  });
});

describe('ConfirmEnrollment looks at the enrolment proof again', () => {
  test('when the user has come to hold a guarded permission', async () => {
    const before = await beforeConfirmEnrollment();
    await admin.admin.assignRole({ userId: before.userId, roleId: 'backup-administrator' });
    expect(await outcome(before.knock())).toBe('ENROLLMENT_CODE_INVALID');
  });

  test('when the policy now always asks for a code', async () => {
    const before = await beforeConfirmEnrollment();
    const ask = (enrollmentProof: EnrollmentProof) =>
      admin.admin.updateMfaPolicy({ policy: { enrollmentProof }, updateMask: ['enrollment_proof'] });
    await ask(EnrollmentProof.ENROLLMENT_PROOF_CODE_ALWAYS);
    const refused = await outcome(before.knock());
    await ask(EnrollmentProof.ENROLLMENT_PROOF_CODE_AFTER_RESET);
    expect([refused, await outcome(before.knock())]).toEqual(['ENROLLMENT_CODE_INVALID', 'session']);
  });
});

describe('while multi-factor authentication is off', () => {
  beforeAll(async () => {
    await proveAgain();
    await switchMfa(MfaSwitch.MFA_SWITCH_OFF);
  });

  const WITHOUT_MFA = [
    ['StartSignIn', beforeStartSignIn, 'INVALID_CREDENTIALS'],
    ['ChangePassword with a sign-in token', beforeDuePasswordChange, 'SIGN_IN_EXPIRED'],
  ] as const;

  describe.each(WITHOUT_MFA)('%s', (_, ready, gone) => {
    test('gives a session that holds, when nothing changed', async () => {
      expect(await outcome((await ready()).knock())).toBe('session');
    });

    test.each([
      ['was disabled', disabled],
      ['was deleted', deleted],
      ['had the password reset', passwordReset],
      ['became a service account', madeMachine],
      ['became a service account and a person again', machineAndBack],
    ])('gives none to a user who %s meanwhile', async (_change, change) => {
      const before = await ready();
      await change(before);
      expect(await outcome(before.knock())).toBe(gone);
    });

    test('gives none while its component no longer admits people', async () => {
      const before = await ready();
      await webAdmits(PeopleAccess.PEOPLE_ACCESS_NEVER);
      const refused = await outcome(before.knock());
      await webAdmits(PeopleAccess.PEOPLE_ACCESS_ALWAYS);
      expect(refused).toBe('COMPONENT_REFUSED');
    });

    test('asks for enrolment once it was switched on meanwhile', async () => {
      const before = await ready();
      await switchMfa(MfaSwitch.MFA_SWITCH_ON);
      const asked = await outcome(before.knock());
      await switchMfa(MfaSwitch.MFA_SWITCH_OFF);
      expect(asked).toBe('enrollment');
    });
  });
});

describe('a wait', () => {
  beforeAll(async () => {
    await switchMfa(MfaSwitch.MFA_SWITCH_ON);
  });

  const sixTimes = async (wrong: () => Promise<unknown>): Promise<void> => {
    for (let failure = 1; failure <= 6; failure++) await wrong().catch(() => undefined);
  };

  test('of the password refuses the right one, at sign-in and in a session', async () => {
    const { username, oneTimePassword } = await newPerson();
    const own = web.withSession((await firstSignIn(server, web, username, oneTimePassword)).session);
    await sixTimes(() => web.auth.startSignIn({ username, password: 'wrong' }));

    const start = web.auth.startSignIn({ username, password: PASSWORD }).then(tokenOf);
    const change = own.auth.changePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }).then(tokenOf);
    expect([await outcome(start), await outcome(change)]).toEqual(['LOCKED_OUT', 'LOCKED_OUT']);
    expect((await own.auth.listSessions({})).sessions).toHaveLength(1);
  });

  test('of recovery codes refuses the right one, and neither the device nor the sign-in is hurt by it', async () => {
    const { username, oneTimePassword } = await newPerson();
    const phone = await firstSignIn(server, web, username, oneTimePassword);
    const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    await sixTimes(() => web.auth.useRecoveryCode({ signInToken, recoveryCode: '01-0000-0000-0000-0000' }));

    const right = { signInToken, recoveryCode: phone.recoveryCodes[0] ?? '' };
    const refused = await outcome(web.auth.useRecoveryCode(right).then(tokenOf));
    pastOneStep();
    const verify = web.auth.verifyOtp({ signInToken, code: codeFor(server, phone.secret) }).then(tokenOf);
    expect([refused, await outcome(verify)]).toEqual(['LOCKED_OUT', 'session']);
  });

  test('of codes leaves recovery codes alone', async () => {
    const { username, oneTimePassword } = await newPerson();
    const phone = await firstSignIn(server, web, username, oneTimePassword);
    const own = web.withSession(phone.session);
    const far = { $case: 'code', value: codeFor(server, phone.secret, 50) } as const;
    await sixTimes(() => own.auth.reauthenticate({ proof: far }));

    const challenge = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    const use = { signInToken: challenge.signInToken, recoveryCode: phone.recoveryCodes[0] ?? '' };
    expect(challenge.factors.map(({ usable }) => usable)).toEqual([false, true]);
    expect(await outcome(web.auth.useRecoveryCode(use).then(tokenOf))).toBe('session');
  });

  test('of codes refuses the right one, at the challenge and in a session', async () => {
    const { username, oneTimePassword } = await newPerson();
    const phone = await firstSignIn(server, web, username, oneTimePassword);
    const own = web.withSession(phone.session);
    const far = { $case: 'code', value: codeFor(server, phone.secret, 50) } as const;
    await sixTimes(() => own.auth.reauthenticate({ proof: far }));
    pastOneStep();

    const code = codeFor(server, phone.secret);
    const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    const verify = web.auth.verifyOtp({ signInToken, code }).then(tokenOf);
    const again = own.auth
      .reauthenticate({ proof: { $case: 'code', value: code } })
      .then((answer) => answer.session?.sessionToken ?? '');
    expect([await outcome(verify), await outcome(again)]).toEqual(['LOCKED_OUT', 'LOCKED_OUT']);
  });
});
