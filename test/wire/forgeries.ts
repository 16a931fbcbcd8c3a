import type { DumpWorld } from './dump-world.js';
import type { Kit } from './thief.js';

const RECOVERY_CODE = '0123456789ABCDEF';
const OWN_PASSWORD = 'a password of the thief';

/** Every way to make a secret of one's own stand for somebody else, written into the database. */
export const FORGERIES: Readonly<Record<string, (world: DumpWorld, kit: Kit) => Promise<string>>> = {
  'a session': async ({ client, outcome, id, insert, rowOf }, kit) => {
    const row = await rowOf('SELECT * FROM sessions WHERE user_id = ?', id('victim'));
    const { text, columns } = kit.token('session', kit.newId(), id('victim'));
    await insert('sessions', { ...row, id: text.split('_')[1] ?? '', ...columns });
    return outcome(client.auth.validateSession({ sessionToken: text }));
  },
  'a sign-in': async ({ client, outcome, id, insert, rowOf, challenge }, kit) => {
    const token = await challenge('victim');
    const row = await rowOf('SELECT * FROM sign_ins WHERE id = ?', token.split('_')[1] ?? '');
    const { text, columns } = kit.token('sign-in', kit.newId(), id('victim'));
    await insert('sign_ins', { ...row, id: text.split('_')[1] ?? '', ...columns });
    const looked = await outcome(client.auth.verifyOtp({ signInToken: text, code: '000000' }));
    return looked === 'INVALID_CODE' ? 'in' : looked;
  },
  'a service secret': async ({ client, outcome, id, insert, rowOf }, kit) => {
    const row = await rowOf('SELECT * FROM service_secrets WHERE user_id = ?', id('robot'));
    const { text, columns } = kit.token('service-secret', kit.newId(), id('robot'));
    await insert('service_secrets', { ...row, id: text.split('_')[1] ?? '', ...columns });
    return outcome(client.auth.signInServiceAccount({ username: 'robot', secret: text }));
  },
  'a component key': async ({ insert, rowOf, keyedCall }, kit) => {
    const row = await rowOf('SELECT * FROM component_keys WHERE component_id = ?', 'shell');
    const { text, columns } = kit.token('component-key', kit.newId(), 'console');
    await insert('component_keys', { ...row, id: text.split('_')[1] ?? '', component_id: 'console', ...columns });
    return keyedCall(text);
  },
  'a password': async ({ outcome, id, tampered, challenge }, kit) =>
    tampered('passwords', ['user_id', id('victim')], await kit.slow('password', id('victim'), OWN_PASSWORD), () =>
      outcome(challenge('victim', OWN_PASSWORD)),
    ),
  'a recovery code': async ({ client, outcome, id, rowOf, tampered, challenge }, kit) => {
    const columns = await kit.slow('recovery-code', id('victim'), RECOVERY_CODE);
    const { id: row } = await rowOf('SELECT id FROM recovery_codes WHERE user_id = ? AND position = 1', id('victim'));
    const signInToken = await challenge('victim');
    return tampered('recovery_codes', ['id', String(row)], columns, () =>
      outcome(client.auth.useRecoveryCode({ signInToken, recoveryCode: `01${RECOVERY_CODE}` })),
    );
  },
  'an enrolment code': async ({ client, outcome, id, tampered, challenge }, kit) => {
    const columns = await kit.slow('enrollment-code', id('newcomer'), RECOVERY_CODE);
    const signInToken = await challenge('newcomer');
    return tampered('enrollment_codes', ['user_id', id('newcomer')], columns, () =>
      outcome(client.auth.beginEnrollment({ signInToken, enrollmentCode: RECOVERY_CODE })),
    );
  },
  "a device's secret": async ({ id, rowOf, tampered, otp }, kit) => {
    const secret = Buffer.from('twenty bytes of mine');
    const { id: row } = await rowOf('SELECT id FROM factors WHERE user_id = ?', id('victim'));
    return tampered('factors', ['id', String(row)], kit.sealed(secret, String(row), id('victim')), () =>
      otp('victim', secret),
    );
  },
};
