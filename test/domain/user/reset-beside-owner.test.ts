import type { Connection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeFactors } from '../../../src/domain/user/clear-credentials.js';
import { type House, openHouse, type Person } from '../../support/house.js';
import { connectionTo, mariadbIsHere } from '../../support/mariadb.js';

describe.runIf(mariadbIsHere())('removing all factors while their owner makes recovery codes', () => {
  let house: House;
  let alice: Person;
  let owner: Connection;
  beforeEach(async () => {
    house = await openHouse('mariadb');
    alice = await house.person('alice');
    owner = await connectionTo(house.url);
  });
  afterEach(async () => {
    await owner.end();
    await house.close();
  });

  const waiting = async (): Promise<number> => {
    const sql = "SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
    const [rows] = await owner.query(sql);
    return Number((rows as { n: number }[])[0]?.n);
  };
  /** Until the other unit waits for a row that this connection holds. Asked more often, the table stays as it was. */
  const othersWait = () => expect.poll(waiting, { interval: 150 }).toBeGreaterThan(0);

  test('takes those as well', async () => {
    const { id } = alice.user;
    await owner.beginTransaction();
    await owner.query('UPDATE users SET security_version = security_version WHERE id = ?', [id]);
    const removed = house.sound((stores) => removeFactors(stores, alice.user, house.now()));
    await othersWait();
    const code = [house.needs.randomness.newId(), id, 1, '$argon2id$', 'pepper', house.now()];
    await owner.query('INSERT INTO recovery_codes (id, user_id, position, phc, pepper_id, created_at) VALUES (?)', [
      code,
    ]);
    await owner.commit();
    await removed;
    expect(await house.sound(({ recoveryCodes }) => recoveryCodes.left(id))).toBe(0);
  });
});
