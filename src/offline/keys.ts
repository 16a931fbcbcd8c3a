import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyReport, OfflineOptions, RotateOptions } from '../cli/offline.js';
import { ConfigError } from '../config/index.js';
import * as crypto from '../crypto/index.js';
import * as domain from '../domain/index.js';
import type { KeyName, KeyPurpose } from '../domain/key/key.js';
import type { Outside } from '../service/outside.js';
import { type Host, holdKeys, onHost, operator } from './host.js';

const BETWEEN_LOOKS = 500;

/** Every key, how it stands, and how many rows need it. */
export const listKeys = (options: OfflineOptions, outside: Outside): Promise<KeyReport> =>
  onHost(options.configFile, outside, report, { withAllKeys: false });

/**
 * Puts new keys beside the old in the key file, and waits until every live replica holds them and they are in use. Where
 * one does not in time, the replicas turn to them by themselves as soon as the last one has read the file.
 */
export function rotateKeys(options: RotateOptions, outside: Outside): Promise<KeyReport> {
  return onHost(options.configFile, outside, async (host) => {
    const purposes = await withoutWaiting(host, purposesIn(options.purposes));
    await makeKeys(host, purposes);
    await turned(host, performance.now() + options.waitSeconds * 1000);
    return report(host);
  });
}

/** Takes retired keys out of key file and database, for good. */
export function pruneKeys(options: OfflineOptions, outside: Outside): Promise<KeyReport> {
  return onHost(options.configFile, outside, async (host) => {
    const removed = await host.storage.unitOfWork((stores) =>
      domain.removeRetiredKeys(stores, host.held.list(), by(outside)),
    );
    const gone = new Set(removed.map(({ id }) => id));
    if (gone.size > 0)
      crypto.changeKeyFile(host.settings.key_file, ({ keys }) => keys.filter(({ id }) => !gone.has(id)));
    return factsOf(host, removed, []);
  });
}

const ROTATED = ['wrap', 'pepper', 'mac', 'page'] as const;
type Rotated = (typeof ROTATED)[number];

function purposesIn(given: readonly string[]): readonly Rotated[] {
  if (given.includes('lock'))
    throw new ConfigError(
      'The lock key is not rotated: under another one every wait would begin anew, and the same device could be enrolled twice.',
    );
  const unknown = given.filter((purpose) => !ROTATED.some((known) => known === purpose));
  if (unknown.length > 0)
    throw new ConfigError(`--purpose is one of ${ROTATED.join(', ')}, not ${unknown.join(', ')}.`);
  return given.length === 0 ? ROTATED : ROTATED.filter((purpose) => given.includes(purpose));
}

// A new key that waits already is the one to wait for.
async function withoutWaiting({ storage, held }: Host, purposes: readonly Rotated[]): Promise<readonly Rotated[]> {
  const waiting = domain.waitingKeys(held.list(), await storage.reads(({ keys }) => keys.turns()));
  return purposes.filter((purpose) => !waiting.some((key) => key.purpose === purpose));
}

async function makeKeys({ settings, storage, held, keys, outside }: Host, purposes: readonly Rotated[]): Promise<void> {
  if (purposes.length === 0) return;
  const now = outside.clock();
  const fresh = purposes.map((purpose) => crypto.newKey(purpose, now));
  crypto.changeKeyFile(settings.key_file, (stored) => [...stored.keys, ...fresh]);
  await holdKeys(storage, held);
  // The key that seals secrets lies under the new wrapping key from its first moment.
  const wrapper = purposes.includes('wrap') ? keys.all('wrap').at(-1) : undefined;
  const id = crypto.createRandomness(outside.clock).newId();
  const dataKey = wrapper && crypto.newDataKey(keys, id, now, wrapper);
  await storage.unitOfWork((stores) => domain.addKeys(stores, fresh, dataKey, by(outside)));
}

const by = ({ clock, env }: Outside) => ({ now: clock(), actor: 'host', operator: operator(env) });

async function turned({ storage, held, outside }: Host, until: number): Promise<void> {
  for (;;) {
    await holdKeys(storage, held);
    const turns = await storage.unitOfWork((stores) => domain.turnKeys(stores, held.list(), by(outside)));
    if (domain.waitingKeys(held.list(), turns).length === 0 || performance.now() > until) return;
    await sleep(BETWEEN_LOOKS);
  }
}

async function report(host: Host): Promise<KeyReport> {
  await holdKeys(host.storage, host.held);
  const { states, live } = await host.storage.reads((stores) => domain.readKeyStates(stores, host.held.list()));
  return factsOf(
    host,
    states,
    live.map(({ name }) => name),
  );
}

async function factsOf(
  { settings, storage }: Host,
  states: Awaited<ReturnType<typeof domain.readKeyStates>>['states'],
  replicas: readonly string[],
): Promise<KeyReport> {
  const made = new Map<string, number>([
    ...(await storage.reads(({ installation }) => installation.dataKeys())).map(
      ({ id, createdAt }) => [id, createdAt] as const,
    ),
    ...crypto.readStoredKeys(settings.key_file).keys.map(({ id, createTime }) => [id, Date.parse(createTime)] as const),
  ]);
  const keys = states
    .map((state) => ({ ...state, createdAt: made.get(state.id) }))
    .toSorted((a, b) => ORDER.indexOf(a.purpose) - ORDER.indexOf(b.purpose));
  return { keys, replicas };
}

const ORDER: readonly KeyPurpose[] = ['wrap', 'data', 'pepper', 'mac', 'page', 'lock'] satisfies KeyName['purpose'][];
