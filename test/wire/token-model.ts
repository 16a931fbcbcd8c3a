/**
 * Where a session token comes, by the words of the contract alone: nothing here is shared with what is under test. A case
 * is a state that somebody stands in and a door they knock at.
 */
export const POLICIES = ['on', 'off', 'groups'] as const;
export const WAITS = ['none', 'password', 'code', 'recovery', 'password-disabled', 'code-disabled'] as const;
/** `suspended`: the device in hand is, another one is not. `all-suspended`: it is the only one. */
export const FACTORS = ['none', 'pending', 'active', 'hotp', 'suspended', 'all-suspended'] as const;
/** `used`: what was right once. Which that is, each door says. */
export const PROOFS = ['right', 'wrong', 'used'] as const;
export const KINDS = ['person', 'service-account'] as const;
export const STATES = ['active', 'disabled'] as const;
/** `raised`: something was revoked after the sign-in or session was born. */
export const VERSIONS = ['current', 'raised'] as const;

// Whether people may come, and service accounts.
const COMPONENTS = `
  local                       yes         yes
  console                     yes         no
  web-ui                      yes         no
  explorer                    yes         no
  config-restore              yes         yes
  console-upgrade             yes         yes
  shell                       without-MFA yes
  rest-api                    without-MFA yes
  enterprise-manager          without-MFA yes
  monitoring-agent            without-MFA yes
  validator                   without-MFA yes
  service-provider-console    without-MFA yes
  custom-open                 yes         yes
  custom-shut                 no          no
`;

const admittance = new Map(
  COMPONENTS.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id = '', people, serviceAccounts]) => [id, { people, serviceAccounts: serviceAccounts === 'yes' }]),
);
export const COMPONENT_IDS: readonly string[] = [...admittance.keys()];

export interface Standing {
  readonly proof: (typeof PROOFS)[number];
  readonly wait: (typeof WAITS)[number];
  readonly policy: (typeof POLICIES)[number];
  readonly component: string;
  readonly factor: (typeof FACTORS)[number];
  readonly kind: (typeof KINDS)[number];
  readonly state: (typeof STATES)[number];
  readonly version: (typeof VERSIONS)[number];
}

const isPerson = ({ kind }: Standing): boolean => kind === 'person';
const mfaApplies = (at: Standing): boolean => at.policy === 'on' && isPerson(at);
const enrolled = ({ factor }: Standing): boolean => factor !== 'none' && factor !== 'pending';
const usable = ({ factor }: Standing): boolean => factor === 'active' || factor === 'hotp';
const right = ({ proof }: Standing): boolean => proof === 'right';
const passwordWaits = ({ wait }: Standing): boolean => wait === 'password' || wait === 'password-disabled';
const codesWait = ({ wait }: Standing): boolean => wait === 'code' || wait === 'code-disabled';
const alive = ({ state, version }: Standing): boolean => state === 'active' && version === 'current';

function admitted(at: Standing): boolean {
  const component = admittance.get(at.component);
  if (!isPerson(at)) return component?.serviceAccounts === true;
  return component?.people === 'yes' || (component?.people === 'without-MFA' && !mfaApplies(at));
}

// A sign-in between the doors: of an active person, born under today's version, through a component that admits them now.
const signInHolds = (at: Standing): boolean => isPerson(at) && alive(at) && admitted(at);
// A session of a person; without a second factor it is inactive while MFA applies.
const sessionHolds = (at: Standing): boolean => signInHolds(at) && (!mfaApplies(at) || enrolled(at));

/** Every door to a token, and whether one comes. Where a method has two ways to knock, each is a door. */
export const DOORS = {
  // used: an earlier password.
  StartSignIn: (at) =>
    right(at) && isPerson(at) && at.state === 'active' && !passwordWaits(at) && admitted(at) && !mfaApplies(at),
  // used: the code's step was spent. A challenge that was open when the switch was turned off is still answered.
  VerifyOtp: (at) => right(at) && signInHolds(at) && usable(at) && !codesWait(at),
  // used: somebody else confirmed first.
  ConfirmEnrollment: (at) =>
    right(at) && signInHolds(at) && at.factor === 'pending' && !(mfaApplies(at) && codesWait(at)),
  // wrong: the token is of another stage. used: the token was spent. The second factor was proved before, where there is one.
  ChangePassword: (at) => right(at) && signInHolds(at) && (!mfaApplies(at) || (enrolled(at) && !codesWait(at))),
  // used: an earlier password.
  'ChangePassword in a session': (at) => right(at) && sessionHolds(at) && !passwordWaits(at),
  'Reauthenticate by a code': (at) => right(at) && sessionHolds(at) && usable(at) && !codesWait(at),
  'Reauthenticate by the password': (at) => right(at) && sessionHolds(at) && !enrolled(at) && !passwordWaits(at),
  // used: up. On its own ladder: what was guessed of codes does not shut it, nor does a device that is suspended.
  UseRecoveryCode: (at) => right(at) && signInHolds(at) && enrolled(at) && at.wait !== 'recovery',
  // wrong: the last proof in the session is older than ten minutes. used: the device was removed. A recovery code is left.
  SuspendFactor: (at) => right(at) && sessionHolds(at) && enrolled(at),
  // The last usable device stays; one that a hundred failures disabled is not usable.
  RemoveFactor: (at) => right(at) && sessionHolds(at) && enrolled(at) && !(usable(at) && at.wait !== 'code-disabled'),
  // At the challenge. used: the first of the two codes was spent.
  ResyncFactor: (at) => right(at) && signInHolds(at) && at.factor === 'hotp' && !codesWait(at),
  // used: the secret was revoked. By a secret alone: neither policy nor wait nor what a person proves matters here.
  SignInServiceAccount: (at) => right(at) && !isPerson(at) && at.state === 'active' && admitted(at),
} as const satisfies Readonly<Record<string, (at: Standing) => boolean>>;

export type Door = keyof typeof DOORS;

/** Where a token comes at each door: what cases deviate from. */
export const SOUND: Readonly<Record<Door, Standing>> = {
  StartSignIn: sound({ policy: 'off' }),
  VerifyOtp: sound({}),
  ConfirmEnrollment: sound({ factor: 'pending' }),
  ChangePassword: sound({}),
  'ChangePassword in a session': sound({}),
  'Reauthenticate by a code': sound({}),
  'Reauthenticate by the password': sound({ policy: 'off', factor: 'none' }),
  UseRecoveryCode: sound({}),
  SuspendFactor: sound({}),
  RemoveFactor: sound({ factor: 'suspended' }),
  ResyncFactor: sound({ factor: 'hotp' }),
  SignInServiceAccount: sound({ kind: 'service-account', component: 'rest-api', factor: 'none' }),
};

function sound(otherwise: Partial<Standing>): Standing {
  return {
    proof: 'right',
    wait: 'none',
    policy: 'on',
    component: 'console',
    factor: 'active',
    kind: 'person',
    state: 'active',
    version: 'current',
    ...otherwise,
  };
}
