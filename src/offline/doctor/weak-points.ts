import { dirname, sep } from 'node:path';
import type { WeakPoint } from '../../cli/offline.js';
import { isLocalAddress } from '../../config/index.js';
import { MOST_APART } from '../../domain/index.js';
import type { Facts, Place } from './facts.js';

interface Rule extends Pick<WeakPoint, 'id' | 'severity' | 'remedy'> {
  /** What is found, a sentence each. */
  readonly look: (facts: Facts) => readonly string[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const only = (found: boolean, finding: string): readonly string[] => (found ? [finding] : []);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const isTcp = (address: string): boolean => !address.startsWith('unix:');
const isPlaintext = ({ tls_certificate_file }: Facts['settings']): boolean => tls_certificate_file === undefined;
const exposed = ({ listen }: Facts['settings']): readonly string[] =>
  listen.filter((address) => !isLocalAddress(address));
const isWithin = (inner: Place, outer: Place): boolean => `${inner.folder}${sep}`.startsWith(`${outer.folder}${sep}`);
const clockGap = ({ now, databaseNow }: Facts): number => Math.abs(now - databaseNow);
const seconds = (milliseconds: number): string => `${(milliseconds / SECOND).toFixed(1)} s`;

/** Every weak point there is a rule for. One table: a rule more is a line more, and a case more in its test. */
export const RULES: readonly Rule[] = [
  {
    id: 'mfa-off',
    severity: 'danger',
    look: ({ policy }) => only(!policy.on, 'Multi-factor authentication is off: a stolen password is enough.'),
    remedy: 'sallyport mfa preview, then sallyport mfa on',
  },
  {
    id: 'plaintext',
    severity: 'danger',
    look: ({ settings }) =>
      isPlaintext(settings)
        ? exposed(settings).map((address) => `${address} can be reached from elsewhere without TLS.`)
        : [],
    remedy: 'Set tls_certificate_file and tls_key_file, or listen on loopback and a socket only.',
  },
  {
    id: 'exposed-listener',
    severity: 'advice',
    look: ({ settings }) =>
      isPlaintext(settings) ? [] : exposed(settings).map((address) => `${address} can be reached from elsewhere.`),
    remedy: 'Let a firewall admit the machines of your components only.',
  },
  {
    id: 'ending-certificate',
    severity: 'warning',
    look: ({ certificateEndsAt: end, now }) =>
      end !== undefined && end < now + 14 * DAY
        ? [`The certificate ${end <= now ? 'ended' : 'ends'} on ${day(end)}.`]
        : [],
    remedy: 'Put a new certificate and its key in their places; a running service reads them by itself.',
  },
  {
    id: 'exposed-metrics',
    severity: 'warning',
    look: ({ settings: { metrics_listen: address } }) =>
      only(address !== 'off' && !isLocalAddress(address), `Metrics at ${address} can be read from elsewhere.`),
    remedy: 'Set metrics_listen to a loopback address, or let a firewall admit your Prometheus only.',
  },
  {
    id: 'local-over-tcp',
    severity: 'warning',
    look: ({ settings }) =>
      only(
        settings.local_over_tcp &&
          isPlaintext(settings) &&
          settings.listen.some(isTcp) &&
          exposed(settings).length === 0,
        'Whoever reaches the loopback listener is the component `local`, without a key; behind a proxy on this host that is everybody.',
      ),
    remedy: 'Set local_over_tcp to false; the unix socket stays.',
  },
  {
    id: 'reflection',
    severity: 'advice',
    look: ({ settings }) =>
      only(
        settings.reflection && exposed(settings).length > 0,
        'Reflection describes the service to anybody who asks.',
      ),
    remedy: 'Set reflection to false where nobody explores the service by hand.',
  },
  {
    id: 'key-within-data',
    severity: 'danger',
    look: ({ keyPlace, dataPlace }) =>
      only(
        dataPlace !== undefined && (isWithin(keyPlace, dataPlace) || isWithin(dataPlace, keyPlace)),
        'Key file and data lie in one folder: a copy of it opens every secret.',
      ),
    remedy: 'Move the key file to a folder of its own, outside data_dir, and set key_file.',
  },
  {
    id: 'key-beside-data',
    severity: 'warning',
    look: ({ keyPlace, dataPlace }) =>
      only(
        dataPlace !== undefined &&
          dirname(keyPlace.folder) === dirname(dataPlace.folder) &&
          keyPlace.folder !== dataPlace.folder,
        `Key file and data lie under ${dirname(keyPlace.folder)}: a backup of that folder holds both.`,
      ),
    remedy: 'Leave the key folder out of the backup of the data, or move it elsewhere.',
  },
  {
    id: 'key-on-same-filesystem',
    severity: 'advice',
    look: ({ keyPlace, dataPlace }) =>
      only(
        keyPlace.device === dataPlace?.device,
        'Key file and data lie on one filesystem: a snapshot of it holds both.',
      ),
    remedy: 'Put the key file on another filesystem, or encrypt the snapshots.',
  },
  {
    id: 'key-file-mode',
    severity: 'danger',
    look: ({ keyPlace: { file, mode, folder, folderMode } }) => [
      ...only((mode & 0o077) !== 0, `${file} can be read by others.`),
      ...only((folderMode & 0o022) !== 0, `Others may write into ${folder}, and so exchange the key file.`),
    ],
    remedy: 'chmod 600 the key file and chmod 700 its folder.',
  },
  {
    id: 'key-backup-unknown',
    severity: 'warning',
    look: ({ keyBackupAt }) =>
      only(
        keyBackupAt === undefined,
        'Nobody has said that the key file was backed up. Without it no password or phone works again.',
      ),
    remedy: 'Copy the key file to another place, under other hands; then sallyport doctor --key-backup-made',
  },
  {
    id: 'key-backup-old',
    severity: 'warning',
    look: ({ keyBackupAt, newestKeyAt }) =>
      only(
        keyBackupAt !== undefined && keyBackupAt < newestKeyAt,
        `The key file has a key of ${day(newestKeyAt)} that is in no backup.`,
      ),
    remedy: 'Back the key file up again; then sallyport doctor --key-backup-made',
  },
  {
    id: 'no-administrator',
    severity: 'danger',
    look: ({ ableAdministrators, administratorArrived }) =>
      only(ableAdministrators === 0 && administratorArrived, 'No administrator can sign in.'),
    remedy: 'sallyport recover NAME',
  },
  {
    id: 'first-sign-in',
    severity: 'warning',
    look: ({ administratorArrived }) => only(!administratorArrived, 'The first administrator has not signed in yet.'),
    remedy: 'sallyport login administrator',
  },
  {
    id: 'one-administrator',
    severity: 'warning',
    look: ({ ableAdministrators }) =>
      only(ableAdministrators === 1, 'One administrator only: a lost phone is then a matter for root on this host.'),
    remedy: 'sallyport users create NAME --role backup-administrator',
  },
  {
    id: 'first-password-file',
    severity: 'warning',
    look: ({ firstPasswordFileThere }) =>
      only(firstPasswordFileThere, "The first administrator's one-time password still lies beside the key file."),
    remedy: 'Sign in with it and choose a password; the file goes by itself.',
  },
  {
    id: 'enrollment-proof',
    severity: 'warning',
    look: ({ policy }) =>
      only(policy.enrollmentProof === 'password', 'A password alone enrols a phone, whoever has stolen it.'),
    remedy: 'sallyport mfa set --enrollment-proof code-after-reset',
  },
  {
    id: 'long-sessions',
    severity: 'advice',
    look: ({ policy }) => [
      ...only(policy.sessionLifetime > 12 * HOUR, `Sessions live ${policy.sessionLifetime / HOUR} hours.`),
      ...only(
        policy.sessionIdleTimeout > 30 * MINUTE,
        `Sessions may be idle for ${policy.sessionIdleTimeout / MINUTE} minutes.`,
      ),
    ],
    remedy: 'sallyport mfa set --session-lifetime 12h --session-idle-timeout 30m',
  },
  {
    id: 'short-audit',
    severity: 'advice',
    look: ({ settings: { audit_retention_days: days } }) =>
      only(days < 365, `Audit events are kept ${days} days; an intrusion is often found after more.`),
    remedy: 'Set audit_retention_days to 400.',
  },
  {
    id: 'groups',
    severity: 'advice',
    look: ({ groups }) =>
      groups.map((name) => `The group ${name} cannot hold a second factor, and keeps MFA from being switched on.`),
    remedy: 'sallyport groups delete NAME',
  },
  {
    id: 'exempt',
    severity: 'advice',
    look: ({ exempt }) =>
      exempt.map(
        ({ name, endsAt }) =>
          `${name} signs in without a second factor${endsAt === undefined ? '' : `, until ${day(endsAt)}`}.`,
      ),
    remedy: 'sallyport users list --exempt tells why; disable what is not needed.',
  },
  {
    id: 'endless-exemption',
    severity: 'warning',
    look: ({ exempt }) =>
      exempt.flatMap(({ name, endsAt }) => only(endsAt === undefined, `The exemption of ${name} has no end.`)),
    remedy: 'Give the account an end.',
  },
  {
    id: 'ending-secret',
    severity: 'warning',
    look: ({ endingSecrets }) => endingSecrets.map(({ name, endsAt }) => `A secret of ${name} ends on ${day(endsAt)}.`),
    remedy: 'Make another one and give it to the program before.',
  },
  {
    id: 'clock',
    severity: 'danger',
    look: (facts) =>
      only(
        clockGap(facts) > MOST_APART,
        `This machine's clock and the database's are ${seconds(clockGap(facts))} apart.`,
      ),
    remedy: 'Let both follow one time service; while they differ by more than 5 s no code is accepted.',
  },
  {
    id: 'clock-drift',
    severity: 'warning',
    look: (facts) =>
      only(
        clockGap(facts) > SECOND && clockGap(facts) <= MOST_APART,
        `This machine's clock and the database's are ${seconds(clockGap(facts))} apart.`,
      ),
    remedy: 'Let both follow one time service.',
  },
  {
    id: 'not-acknowledged',
    severity: 'danger',
    look: ({ due }) => due.map((sequence) => `Event ${sequence}, made on the host, was acknowledged by nobody.`),
    remedy: 'Another administrator looks at it: sallyport audit list, then sallyport audit acknowledge NUMBER',
  },
  {
    id: 'database',
    severity: 'warning',
    look: ({ databaseFindings }) => databaseFindings.map((finding) => `The database server: ${finding}.`),
    remedy: 'Change its configuration, and restart it.',
  },
];

const ORDER: readonly WeakPoint['severity'][] = ['danger', 'warning', 'advice'];

/** What the rules find, worst first. */
export const weakPoints = (facts: Facts): readonly WeakPoint[] =>
  RULES.flatMap(({ look, ...rule }) => look(facts).map((finding) => ({ ...rule, finding }))).toSorted(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
