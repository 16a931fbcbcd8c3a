import { describe, expect, test } from 'vitest';
import type { Facts, Place } from '../../../src/offline/doctor/facts.js';
import { RULES, weakPoints } from '../../../src/offline/doctor/weak-points.js';

const NOW = Date.UTC(2031, 4, 6);
const DAY = 24 * 60 * 60_000;

const DATA: Place = {
  file: '/srv/data/sallyport.db',
  folder: '/srv/data',
  device: 1,
  mode: 0o100600,
  folderMode: 0o40700,
};
const KEY: Place = { file: '/keys/own/k', folder: '/keys/own', device: 2, mode: 0o100600, folderMode: 0o40700 };

/** An installation of which no rule says a word. */
const SOUND: Facts = {
  settings: {
    listen: ['127.0.0.1:50051', 'unix:/run/s.sock'],
    tls_certificate_file: undefined,
    local_over_tcp: false,
    reflection: true,
    metrics_listen: '127.0.0.1:9464',
    key_file: KEY.file,
    audit_retention_days: 400,
    insecure_plaintext_anywhere: false,
  },
  certificateEndsAt: NOW + 14 * DAY,
  now: NOW,
  databaseNow: NOW + 1000,
  dataPlace: DATA,
  keyPlace: KEY,
  newestKeyAt: NOW - 9 * DAY,
  keyBackupAt: NOW - 9 * DAY,
  policy: {
    on: true,
    issuer: 'Sallyport',
    windowSteps: 1,
    sessionLifetime: 12 * 60 * 60_000,
    sessionIdleTimeout: 30 * 60_000,
    enrollmentProof: 'code_after_reset',
    switchedOnAt: 0,
    updatedAt: 0,
  },
  administratorArrived: true,
  ableAdministrators: 2,
  firstPasswordFileThere: false,
  groups: [],
  exempt: [],
  endingSecrets: [],
  due: [],
  databaseFindings: [],
};

const settings = (change: Partial<Facts['settings']>): Partial<Facts> => ({
  settings: { ...SOUND.settings, ...change },
});
const policy = (change: Partial<Facts['policy']>): Partial<Facts> => ({ policy: { ...SOUND.policy, ...change } });
const TLS = { tls_certificate_file: '/tls/chain.pem', reflection: false };

/** What is wrong, and which rules say so. */
const FOUND: readonly (readonly [what: string, change: Partial<Facts>, ...ids: string[]])[] = [
  ['MFA is off', policy({ on: false }), 'mfa-off'],
  ['plaintext is exposed', settings({ listen: ['0.0.0.0:50051'], reflection: false }), 'plaintext'],
  ['TLS is exposed', settings({ listen: ['[::]:50051'], ...TLS }), 'exposed-listener'],
  [
    'reflection is exposed',
    settings({ listen: ['[::]:50051'], ...TLS, reflection: true }),
    'exposed-listener',
    'reflection',
  ],
  ['the certificate ends soon', { certificateEndsAt: NOW + 14 * DAY - 1 }, 'ending-certificate'],
  ['the certificate ended', { certificateEndsAt: NOW - 1 }, 'ending-certificate'],
  ['metrics are exposed', settings({ metrics_listen: '0.0.0.0:9464' }), 'exposed-metrics'],
  ['loopback is local', settings({ local_over_tcp: true }), 'local-over-tcp'],
  ['the key lies with the data', { keyPlace: { ...KEY, folder: '/srv/data' } }, 'key-within-data'],
  ['the key lies within the data', { keyPlace: { ...KEY, folder: '/srv/data/keys' } }, 'key-within-data'],
  ['the data lies within the keys', { keyPlace: { ...KEY, folder: '/srv' } }, 'key-within-data'],
  ['the key lies beside the data', { keyPlace: { ...KEY, folder: '/srv/data-keys' } }, 'key-beside-data'],
  ['one filesystem holds both', { keyPlace: { ...KEY, device: 1 } }, 'key-on-same-filesystem'],
  ['the key file can be read', { keyPlace: { ...KEY, mode: 0o100640 } }, 'key-file-mode'],
  ['the key folder can be written to', { keyPlace: { ...KEY, folderMode: 0o40770 } }, 'key-file-mode'],
  ['no backup of the key file is known', { keyBackupAt: undefined }, 'key-backup-unknown'],
  ['a key is newer than the backup', { newestKeyAt: NOW }, 'key-backup-old'],
  ['nobody can sign in', { ableAdministrators: 0 }, 'no-administrator'],
  ['nobody has signed in', { ableAdministrators: 0, administratorArrived: false }, 'first-sign-in'],
  ['one administrator', { ableAdministrators: 1 }, 'one-administrator'],
  ['the first password lies there', { firstPasswordFileThere: true }, 'first-password-file'],
  ['a password enrols', policy({ enrollmentProof: 'password' }), 'enrollment-proof'],
  ['sessions are long', policy({ sessionLifetime: DAY }), 'long-sessions'],
  ['sessions idle long', policy({ sessionIdleTimeout: 31 * 60_000 }), 'long-sessions'],
  ['audit is short', settings({ audit_retention_days: 364 }), 'short-audit'],
  ['a group', { groups: ['operators'] }, 'groups'],
  ['an exemption', { exempt: [{ name: 'robot', endsAt: NOW + DAY }] }, 'exempt'],
  ['an exemption without end', { exempt: [{ name: 'robot', endsAt: undefined }] }, 'exempt', 'endless-exemption'],
  ['a secret near its end', { endingSecrets: [{ name: 'robot', endsAt: NOW + DAY }] }, 'ending-secret'],
  ['clocks are apart', { databaseNow: NOW - 5001 }, 'clock'],
  ['clocks drift', { databaseNow: NOW + 5000 }, 'clock-drift'],
  ['nobody acknowledged', { due: [7] }, 'not-acknowledged'],
  ['the server forgets', { databaseFindings: ['set innodb_flush_log_at_trx_commit = 1'] }, 'database'],
];

const idsOf = (facts: Facts): string[] => [...new Set(weakPoints(facts).map(({ id }) => id))].sort();

describe('the doctor', () => {
  test('says nothing of a sound installation, nor of one on a server', () => {
    expect(weakPoints(SOUND)).toEqual([]);
    expect(weakPoints({ ...SOUND, dataPlace: undefined })).toEqual([]);
  });

  test.each(FOUND.map(([what, change, ...ids]) => ({ what, change, ids })))(
    'where $what, says so and nothing else',
    ({ change, ids }) => {
      expect(idsOf({ ...SOUND, ...change })).toEqual(ids.sort());
    },
  );

  test('has a case here for every rule, and an id for each', () => {
    const covered = new Set(FOUND.flatMap(([, , ...ids]) => ids));
    const known = RULES.map(({ id }) => id);
    expect([...covered].sort()).toEqual([...known].sort());
    expect(new Set(known).size).toBe(known.length);
  });

  test('names every one, worst first, with what to do', () => {
    const found = weakPoints({ ...SOUND, ...policy({ on: false }), groups: ['a', 'b'], ableAdministrators: 1 });
    expect(found.map(({ severity }) => severity)).toEqual(['danger', 'warning', 'advice', 'advice']);
    expect(found.every(({ remedy }) => remedy.length > 0)).toBe(true);
    expect(found.at(-1)?.finding).toContain('group b');
  });
});
