import { fromBase32 } from '../support/base32.js';
import type { DumpWorld } from './dump-world.js';

/** Every way to make what is one's own stand for somebody else, and what it opened where it was. */
export const MOVES: Readonly<Record<string, (world: DumpWorld) => Promise<{ before: string; after: string }>>> = {
  'a session to another user': async ({ client, own, outcome, id, tampered }) => {
    const attempt = () => outcome(client.auth.validateSession({ sessionToken: own }));
    const key = ['id', own.split('_')[1] ?? ''] as const;
    return { before: await attempt(), after: await tampered('sessions', key, { user_id: id('victim') }, attempt) };
  },
  'the hash of his session to another session': async ({ client, own, sessions, outcome, rowOf, tampered }) => {
    const { digest, key_id } = await rowOf('SELECT * FROM sessions WHERE id = ?', own.split('_')[1] ?? '');
    const [, theirs = ''] = sessions['administrator']?.split('_') ?? [];
    const attempt = () => outcome(client.auth.validateSession({ sessionToken: `sst_${theirs}_${own.slice(31)}` }));
    return {
      before: await outcome(client.auth.validateSession({ sessionToken: own })),
      after: await tampered('sessions', ['id', theirs], { digest: digest ?? null, key_id: key_id ?? null }, attempt),
    };
  },
  'a sign-in to another user': async ({ client, outcome, id, tampered, challenge }) => {
    const signInToken = await challenge('mallory');
    const attempt = async () => {
      const looked = await outcome(client.auth.verifyOtp({ signInToken, code: '000000' }));
      return looked === 'INVALID_CODE' ? 'in' : looked;
    };
    const key = ['id', signInToken.split('_')[1] ?? ''] as const;
    return { before: await attempt(), after: await tampered('sign_ins', key, { user_id: id('victim') }, attempt) };
  },
  'a service secret to another account': async ({ client, secrets, outcome, id, tampered }) => {
    const secret = secrets['drone'] ?? '';
    const come = (username: string) => outcome(client.auth.signInServiceAccount({ username, secret }));
    const key = ['id', secret.split('_')[1] ?? ''] as const;
    return {
      before: await come('drone'),
      after: await tampered('service_secrets', key, { user_id: id('robot') }, () => come('robot')),
    };
  },
  'a component key to another component': async ({ secrets, tampered, keyedCall }) => {
    const key = secrets['shell'] ?? '';
    const at = ['id', key.split('_')[1] ?? ''] as const;
    return {
      before: await keyedCall(key),
      after: await tampered('component_keys', at, { component_id: 'console' }, () => keyedCall(key)),
    };
  },
  'his password to another user': async ({ outcome, id, tampered, challenge, kitRow }) => {
    const { phc, pepper_id } = await kitRow('passwords', 'mallory');
    // Both have the same one here, so the hash alone makes the difference.
    return {
      before: await outcome(challenge('victim')),
      after: await tampered('passwords', ['user_id', id('victim')], { phc, pepper_id }, () =>
        outcome(challenge('victim')),
      ),
    };
  },
  'a recovery code to another user': async ({ client, papers, outcome, id, rowOf, tampered, challenge }) => {
    const [, second = ''] = papers['mallory'] ?? [];
    const own2 = await rowOf('SELECT * FROM recovery_codes WHERE user_id = ? AND position = 2', id('mallory'));
    const theirs = await rowOf('SELECT id FROM recovery_codes WHERE user_id = ? AND position = 2', id('victim'));
    const { phc = null, pepper_id = null } = own2;
    const signInToken = await challenge('victim');
    const after = await tampered('recovery_codes', ['id', String(theirs['id'])], { phc, pepper_id }, () =>
      outcome(client.auth.useRecoveryCode({ signInToken, recoveryCode: second })),
    );
    const mine = await challenge('mallory');
    return {
      before: await outcome(client.auth.useRecoveryCode({ signInToken: mine, recoveryCode: second })),
      after,
    };
  },
  'an enrolment code to another user': async ({ client, secrets, outcome, id, tampered, challenge, kitRow }) => {
    const { phc, pepper_id } = await kitRow('enrollment_codes', 'accomplice');
    const enrollmentCode = secrets['code of accomplice'] ?? '';
    const begin = async (username: string) =>
      outcome(client.auth.beginEnrollment({ signInToken: await challenge(username), enrollmentCode }));
    return {
      before: await begin('accomplice'),
      after: await tampered('enrollment_codes', ['user_id', id('newcomer')], { phc, pepper_id }, () =>
        begin('newcomer'),
      ),
    };
  },
  'his device to another user': async ({ server, phones, id, rowOf, tampered, otp }) => {
    const secret = fromBase32(phones['mallory'] ?? '');
    const { id: row } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('mallory'));
    server.setClock(31_000);
    const after = await tampered('factors', ['id', String(row)], { user_id: id('victim') }, () =>
      otp('victim', secret),
    );
    return { before: await otp('mallory', secret), after };
  },
  'the secret of his device into another row': async ({ server, phones, id, rowOf, tampered, otp, kitRow }) => {
    const secret = fromBase32(phones['mallory'] ?? '');
    const { box, data_key_id } = await kitRow('factors', 'mallory');
    server.setClock(93_000);
    const { id: theirs } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('victim'));
    const after = await tampered('factors', ['id', String(theirs)], { box, data_key_id }, () => otp('victim', secret));
    return { before: await otp('mallory', secret), after };
  },
};
