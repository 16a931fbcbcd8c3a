import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditFilter } from '../../../src/domain/audit/audit-store.js';
import { listAuditEvents } from '../../../src/domain/index.js';
import { anEvent, NOW } from '../../persistence/stores/samples.js';
import { type Office, openOffice } from '../administration/office.js';

const EVENTS = 200;
const SPAN = 7;

let office: Office;
let looks = 0;
beforeAll(async () => {
  office = await openOffice();
  await office.house.sound(async ({ audit }) => {
    for (let n = 0; n < EVENTS; n++)
      await audit.append(
        anEvent({ at: NOW + n, code: n % 50 === 3 ? 'RARE' : 'COMMON', outcome: n % 2 ? 'failure' : 'success' }),
      );
  });
});
afterAll(() => office.house.close());

const list = (filter: AuditFilter, limit: number, after?: number) => {
  const { needs } = office.house;
  const reads: typeof needs.reads = (question, options) => {
    looks += 1;
    return needs.reads(question, options);
  };
  return listAuditEvents({ ...needs, reads }, SPAN)(office.asRoot(), filter, { limit, after });
};
const atOnce = (filter: AuditFilter, limit: number, after?: number) =>
  office.house.reads(({ audit }) => audit.list(filter, { limit, after }));

test.each<AuditFilter>([
  {},
  { codes: ['RARE'] },
  { codes: ['COMMON'] },
  { codes: ['NONE'] },
  { outcome: 'failure' },
  { from: NOW + 20, to: NOW + 30 },
  { codes: ['RARE'], outcome: 'failure', from: NOW + 60 },
  { actor: 'nobody', codes: ['RARE'] },
])('%j finds span by span what one look would, page by page', async (filter) => {
  const sequences = (events: readonly { readonly sequence: number }[]) => events.map(({ sequence }) => sequence);
  for (const limit of [1, 3, 1000]) {
    const first = sequences(await list(filter, limit));
    expect(first).toEqual(sequences(await atOnce(filter, limit)));
    const after = first.at(-1);
    if (after !== undefined)
      expect(sequences(await list(filter, limit, after))).toEqual(sequences(await atOnce(filter, limit, after)));
  }
});

test('what few events have in common is looked for in many short looks, and what is at hand in one', async () => {
  looks = 0;
  await list({ codes: ['NONE'] }, 10);
  expect(looks).toBeGreaterThan(EVENTS / SPAN);
  looks = 0;
  await list({}, 10);
  await list({ actor: office.root.user.id, codes: ['NONE'] }, 10);
  expect(looks).toBe(2);
  looks = 0;
  await list({ from: NOW + 20, to: NOW + 20 + SPAN, codes: ['NONE'] }, 10);
  expect(looks).toBe(2);
  await list({ from: NOW + 20, codes: ['NONE'] }, 10);
  expect(looks).toBeGreaterThan(EVENTS / SPAN);
});
