import { expect, test } from 'vitest';
import { withoutCall } from '../../../src/domain/audit/audit-of.js';
import { watchDueEvents } from '../../../src/domain/audit/watch-due-events.js';
import { openStores } from '../../support/engines.js';

test('an event that waits is told once and counted until it is acknowledged', async () => {
  const { unitOfWork, reads, printed, close } = await openStores('sqlite');
  const told: number[] = [];
  const counts: number[] = [];
  const look = watchDueEvents({
    reads,
    tell: ({ sequence }) => void told.push(sequence),
    count: (waiting) => void counts.push(waiting),
  });
  const event = withoutCall({ at: 1, code: 'RECOVERED_ON_HOST', outcome: 'success', subject: 's' }, 'host');
  await look();
  await unitOfWork(({ audit }) => audit.append({ ...event, acknowledgementDue: true }));
  await look();
  await unitOfWork(({ audit }) => audit.append({ ...event, acknowledgementDue: true }));
  await look();
  const [first = 0, second = 0] = printed.map(({ sequence }) => sequence);
  await unitOfWork(({ audit }) => audit.acknowledge(first, 'a', 2));
  await look();
  expect(told).toEqual([first, second]);
  expect(counts).toEqual([0, 1, 2, 1]);
  await close();
});
