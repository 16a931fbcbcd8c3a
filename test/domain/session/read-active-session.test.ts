import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import type { SessionStanding } from '../../../src/domain/session/session-store.js';
import type { CommittedReads } from '../../../src/domain/stores.js';
import { parseToken } from '../../../src/domain/token.js';
import { type House, MINUTE, openHouse } from '../../support/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse('sqlite');
});
afterAll(() => house.close());

/** Looks with this standing in memory; and how often the database was asked for one. */
function keeping(kept: SessionStanding | undefined) {
  let looks = 0;
  const reads: CommittedReads = (look, options) =>
    house.reads((stores) => {
      const sessions = {
        ...stores.sessions,
        keptStanding: () => kept,
        standing: (id: string) => {
          looks += 1;
          return stores.sessions.standing(id);
        },
      };
      return look({ ...stores, sessions });
    }, options);
  return { readActiveSession: domain.readActiveSession({ ...house.needs, reads }), looks: () => looks };
}

async function aSession(name: string) {
  const person = await house.person(name);
  const token = await house.session(person);
  const standing = await house.reads(({ sessions }) => sessions.standing(parseToken('session', token)?.id ?? ''));
  if (!standing) throw new Error('the session is not there');
  return { person, token, standing };
}

describe('a standing in memory', () => {
  test('is enough for a yes', async () => {
    const { token, standing } = await aSession('anna');
    const { readActiveSession, looks } = keeping(standing);
    expect((await readActiveSession({ token }))?.user.name).toBe('anna');
    expect(looks()).toBe(0);
  });

  test('is never enough for a no: a session that was renewed, or seen, elsewhere is looked up', async () => {
    const { token, standing } = await aSession('bert');
    const before = { ...standing.session.token, digest: Buffer.alloc(32) };
    const renewed = keeping({ ...standing, session: { ...standing.session, token: before } });
    expect((await renewed.readActiveSession({ token }))?.user.name).toBe('bert');
    expect(renewed.looks()).toBe(1);

    const idle = keeping({ ...standing, session: { ...standing.session, lastSeenAt: house.now() - 31 * MINUTE } });
    house.needs.activity.note(standing.session.id, 0);
    expect((await idle.readActiveSession({ token }))?.user.name).toBe('bert');
    expect(idle.looks()).toBe(1);
  });

  test('opens nothing to another token of the same session', async () => {
    const { standing } = await aSession('carl');
    const { readActiveSession, looks } = keeping(standing);
    const other = `sst_${standing.session.id}_${house.needs.randomness.newTokenSecret()}`;
    expect(await readActiveSession({ token: other })).toBeUndefined();
    expect(looks()).toBe(1);
  });
});
