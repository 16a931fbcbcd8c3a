import { type Command, Option } from 'commander';
import { Admin, type DeepPartial } from '../../client/index.js';
import { word } from '../cell.js';
import { choice, count, lengthInSeconds } from '../choice.js';
import { formatLength } from '../format-time.js';
import { types } from '../message-types.js';
import type { Online } from '../online.js';
import { showPreview } from '../show-preview.js';
import { enrollPhone } from '../sign-in/enroll-phone.js';
import type { Column } from '../table.js';
import { type CommandContext, withServer } from '../with-server.js';
import { addDiagnose } from './diagnose.js';

const fields: readonly Column<Admin.MfaPolicy>[] = [
  ['multi-factor authentication', ({ mfaSwitch }) => word('MFA_SWITCH', Admin.mfaSwitchToJSON(mfaSwitch))],
  ['on since', ({ switchOnTime }) => switchOnTime],
  ['issuer', ({ issuer }) => issuer],
  ['time steps each way', ({ windowSteps }) => windowSteps],
  ['session lifetime', ({ sessionLifetimeSeconds }) => formatLength(Number(sessionLifetimeSeconds) * 1000)],
  ['session idle timeout', ({ sessionIdleTimeoutSeconds }) => formatLength(Number(sessionIdleTimeoutSeconds) * 1000)],
  ['enrolment proof', ({ enrollmentProof }) => word('ENROLLMENT_PROOF', Admin.enrollmentProofToJSON(enrollmentProof))],
  ['changed', ({ updateTime }) => updateTime],
];

interface Settings {
  issuer?: string;
  windowSteps?: number;
  sessionLifetime?: number;
  sessionIdleTimeout?: number;
  enrollmentProof?: Admin.EnrollmentProof;
}

/** `mfa`: the switch, its settings, and one's own phone. */
export function addMfa(program: Command, context: CommandContext): void {
  const mfa = program.command('mfa').description('the multi-factor authentication of everybody, and your phone');
  mfa
    .command('status')
    .description('show the policy')
    .action(
      withServer(context, async (online) => {
        const { policy } = await online.call(({ admin }) => admin.getMfaPolicy({}));
        if (policy) online.one(policy, types.policy, fields);
      }),
    );
  addSwitch(mfa, context, 'on', Admin.MfaSwitch.MFA_SWITCH_ON);
  addSwitch(mfa, context, 'off', Admin.MfaSwitch.MFA_SWITCH_OFF);
  addPreview(mfa, context);
  addSet(mfa, context);
  addDiagnose(mfa, context);
  mfa
    .command('enroll')
    .description('enrol a first phone of yours, in the kept session')
    .option('--with-code', 'ask for an enrolment code first, which an administrator makes')
    .action(
      withServer<[], { withCode?: boolean }>(context, async (online, _, { withCode = false }) => {
        await online.call(({ auth }) => enrollPhone({ ...online, auth }, { codeRequired: withCode }));
      }),
    );
}

function addSwitch(mfa: Command, context: CommandContext, name: 'on' | 'off', mfaSwitch: Admin.MfaSwitch): void {
  mfa
    .command(name)
    .description(
      name === 'on' ? 'ask everybody for a second factor; see preview first' : 'ask nobody; factors are kept',
    )
    .action(withServer(context, (online) => update(online, { mfaSwitch }, ['mfa_switch'])));
}

function addPreview(mfa: Command, context: CommandContext): void {
  mfa
    .command('preview')
    .description('show what switching on would mean, and change nothing')
    .action(
      withServer(context, async (online) => {
        const policy = { mfaSwitch: Admin.MfaSwitch.MFA_SWITCH_ON };
        const { preview } = await online.call(({ admin }) =>
          admin.updateMfaPolicy({ policy, updateMask: ['mfa_switch'], validateOnly: true }),
        );
        if (preview) showPreview(online, preview);
      }),
    );
}

function addSet(mfa: Command, context: CommandContext): void {
  const proof = choice('ENROLLMENT_PROOF', Admin.EnrollmentProof);
  mfa
    .command('set')
    .description('change settings of the policy')
    .option('--issuer <name>', 'what phones show beside the code')
    .option('--window-steps <count>', 'how many time steps a code may be off', count)
    .option('--session-lifetime <length>', 'how long a session lasts in all: 12h', lengthInSeconds)
    .option('--session-idle-timeout <length>', 'how long it may lie idle: 30m', lengthInSeconds)
    .addOption(new Option('--enrollment-proof <proof>', 'code-after-reset, code-always or password').argParser(proof))
    .action(
      withServer<[], Settings>(context, (online, _, settings) => {
        const given = [
          ['issuer', settings.issuer],
          ['window_steps', settings.windowSteps],
          ['session_lifetime_seconds', settings.sessionLifetime],
          ['session_idle_timeout_seconds', settings.sessionIdleTimeout],
          ['enrollment_proof', settings.enrollmentProof],
        ] as const;
        const policy = {
          issuer: settings.issuer,
          windowSteps: settings.windowSteps,
          sessionLifetimeSeconds: settings.sessionLifetime,
          sessionIdleTimeoutSeconds: settings.sessionIdleTimeout,
          enrollmentProof: settings.enrollmentProof,
        };
        return update(
          online,
          policy,
          given.flatMap(([field, value]) => (value === undefined ? [] : [field])),
        );
      }),
    );
}

async function update(online: Online, policy: DeepPartial<Admin.MfaPolicy>, updateMask: string[]): Promise<void> {
  const answer = await online.call(({ admin }) => admin.updateMfaPolicy({ policy, updateMask }));
  if (answer.policy) online.one(answer.policy, types.policy, fields);
}
