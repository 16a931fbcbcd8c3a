import { Metadata, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { REASONS, type Reason, Refusal } from '../../src/domain/refusal.js';
import { toStatus } from '../../src/grpc/status.js';
import { detailsIn } from './details.js';
import { descriptors } from './door.js';

const TABLE: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: 'FIELDS_INVALID',
  UNAUTHENTICATED:
    'INVALID_CREDENTIALS INVALID_CODE ENROLLMENT_CODE_INVALID SIGN_IN_EXPIRED ENROLLMENT_TAKEN SESSION_REQUIRED SESSION_INACTIVE COMPONENT_REQUIRED',
  RESOURCE_EXHAUSTED: 'LOCKED_OUT OVERLOADED',
  FAILED_PRECONDITION:
    'MFA_REQUIRED STEP_UP_REQUIRED ENROLL_FIRST GROUPS_PRESENT MFA_ENABLED LAST_ADMINISTRATOR LAST_FACTOR BUILT_IN ROLE_IN_USE LIMIT_REACHED USE_START_SIGN_IN NOT_ON_YOURSELF',
  PERMISSION_DENIED: 'PERMISSION_MISSING TARGET_OUTRANKS COMPONENT_REFUSED NETWORK_REFUSED SERVICE_ACCOUNT_REFUSED',
  ALREADY_EXISTS: 'NAME_TAKEN',
  NOT_FOUND: 'NOT_FOUND',
  ABORTED: 'CONFLICT',
  UNAVAILABLE: 'BACKEND_UNAVAILABLE',
  INTERNAL: 'INTERNAL',
};
const expected = Object.entries(TABLE).flatMap(([code, reasons]) =>
  reasons.split(' ').map((reason) => [reason, code] as const),
);

/** Bytes of the trailers as HTTP/2 counts them: name, value and 32 an entry. */
function trailerSize(error: { details: string; metadata: Metadata }): number {
  const details = error.metadata.get('grpc-status-details-bin')[0] as Buffer;
  const entry = (name: string, value: string) => name.length + value.length + 32;
  return (
    entry('grpc-status', '16') +
    entry('grpc-message', encodeURI(error.details)) +
    entry('grpc-status-details-bin', details.toString('base64')) +
    entry('sallyport-request-id', 'x'.repeat(26))
  );
}

describe('the status of a reason', () => {
  test.each(expected)('%s is %s', (reason, code) => {
    const error = toStatus(new Refusal(reason as Reason), new Metadata());
    expect(status[error.code]).toBe(code);
    expect(detailsIn(error.metadata)).toMatchObject({ reason, domain: 'sallyport' });
    expect(error.details).toMatch(/^[A-Z].{10,}[.]$/);
  });

  test('is told here by hand for every reason there is', () => {
    expect(expected.map(([reason]) => reason).sort()).toEqual([...REASONS].sort());
  });

  test('has the same reasons in the errors proto', () => {
    const proto = descriptors.files.get('sallyport/errors/v1/errors.proto')?.proto;
    const names = proto?.enumType.find(({ name }) => name === 'Reason')?.value.map(({ name }) => name);
    expect(names).toEqual(['REASON_UNSPECIFIED', ...REASONS.map((reason) => `REASON_${reason}`)]);
  });
});

describe('the details of an error', () => {
  test('say when to come back, and the sentence says it too', () => {
    const error = toStatus(new Refusal('LOCKED_OUT', { retryAfter: 61_500 }), new Metadata());
    expect(detailsIn(error.metadata).retryAfter).toBe(61_500);
    expect(error.details).toContain('62 s left');
  });

  test('never tell to come back before now', () => {
    expect(detailsIn(toStatus(new Refusal('OVERLOADED', { retryAfter: -5 }), new Metadata()).metadata).retryAfter).toBe(
      0,
    );
  });

  test('name every field, and the sentence names them too', () => {
    const fields = [
      { field: 'name', description: 'Is required.' },
      { field: 'page_size', description: 'Must be 0 to 1000.' },
    ];
    const error = toStatus(new Refusal('FIELDS_INVALID', { fields }), new Metadata());
    expect(detailsIn(error.metadata).fields).toEqual({ name: 'Is required.', page_size: 'Must be 0 to 1000.' });
    expect(error.details).toContain('page_size: Must be 0 to 1000.');
  });

  test('name what stands in the way', () => {
    const preconditions = [{ type: 'GROUP', subject: 'groups/1', description: 'Delete it.' }];
    const error = toStatus(new Refusal('GROUPS_PRESENT', { preconditions }), new Metadata());
    expect(detailsIn(error.metadata).preconditions).toEqual(preconditions);
  });

  test('hold nothing of what was our bug', () => {
    const error = toStatus(new Error('SELECT secret FROM factors'), new Metadata());
    expect(error).toMatchObject({ code: status.INTERNAL });
    expect(JSON.stringify([error.message, error.details, error.metadata.toJSON()])).not.toContain('SELECT');
  });
});

describe('an error with more to say than clients take', () => {
  const groups = (count: number, name: string) =>
    new Refusal('GROUPS_PRESENT', {
      message: `Delete them first: ${Array.from({ length: count }, () => name).join(', ')}.`,
      preconditions: Array.from({ length: count }, (_, index) => ({
        type: 'GROUP',
        subject: `groups/${index}`,
        description: `Delete the group ${name} first.`,
      })),
    });

  test.each([
    ['a hundred short names', groups(100, 'ops')],
    ['a hundred long names', groups(100, 'n'.repeat(128))],
    ['a hundred names of four-byte characters', groups(100, '🔐'.repeat(128))],
    [
      'ten thousand fields',
      new Refusal('FIELDS_INVALID', {
        fields: Array.from({ length: 10_000 }, (_, index) => ({
          field: `role_ids[${index}]`,
          description: 'Must be an id.',
        })),
      }),
    ],
    [
      'one enormous field',
      new Refusal('FIELDS_INVALID', { fields: [{ field: 'x', description: '%'.repeat(60_000) }] }),
    ],
  ])('stays below 8 KiB with %s, and says that there is more', (_, refusal) => {
    const error = toStatus(refusal, new Metadata());
    expect(trailerSize(error)).toBeLessThan(8192);
    const { fields, preconditions } = detailsIn(error.metadata);
    const last = preconditions.at(-1)?.description ?? Object.values(fields).at(-1);
    expect(last).toMatch(/^\d+ more are not listed\.$/);
  });

  test('lists as many groups as fit', () => {
    expect(detailsIn(toStatus(groups(30, 'operators'), new Metadata()).metadata).preconditions).toHaveLength(30);
  });

  test('cuts between characters, so that the runtime can send it', () => {
    for (let shift = 0; shift < 4; shift++) {
      const message = `${'x'.repeat(shift)}${'🔐'.repeat(2000)}`;
      expect(() => encodeURI(toStatus(new Refusal('NOT_FOUND', { message }), new Metadata()).details)).not.toThrow();
    }
  });
});
