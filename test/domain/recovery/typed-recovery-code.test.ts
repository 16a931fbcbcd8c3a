import { expect, test } from 'vitest';
import { typedRecoveryCode } from '../../../src/domain/recovery/typed-recovery-code.js';

test.each([
  ['03-7K9M-2PQR-STVW-XYZ0'],
  ['03 7k9m 2pqr stvw xyz0'],
  ['037K9M2PQRSTVWXYZO'],
  [' O3-7k9m-2pqr-stvw-xyzo\n'],
])('a recovery code is read as printed, whatever its case, spaces, dashes and O: %j', (text) => {
  expect(typedRecoveryCode(text)).toEqual({ position: 3, secret: '7K9M2PQRSTVWXYZ0' });
});

test('I and L are 1, in the index too', () => {
  expect(typedRecoveryCode('LO-1IlL-0000-0000-0000')).toEqual({ position: 10, secret: '1111000000000000' });
});

test.each([
  [''],
  ['123456'],
  ['7K9M-2PQR-STVW-XYZ0'],
  ['3-7K9M-2PQR-STVW-XYZ0'],
  ['003-7K9M-2PQR-STVW-XYZ0'],
  ['03-7K9M-2PQR-STVW-XYZU'],
  ['03-7K9M-2PQR-STVW-XYZ'],
  ['03-7K9M-2PQR-STVW-XYZ00'],
  ['A3-7K9M-2PQR-STVW-XYZ0'],
])('anything else is malformed: %j', (text) => {
  expect(typedRecoveryCode(text)).toBeUndefined();
});
