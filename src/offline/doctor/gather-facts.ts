import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readStoredKeys } from '../../crypto/index.js';
import { ableAdministrators } from '../../domain/administration/index.js';
import type { ReadStores } from '../../domain/stores.js';
import { certificateEnd } from '../../grpc/index.js';
import { firstPasswordFile } from '../../service/first-password.js';
import { databaseAddress } from '../../service/storage-settings.js';
import type { Host } from '../host.js';
import type { Facts, Place } from './facts.js';

const MOST_LISTED = 1000;
const NEAR_END = 30 * 24 * 60 * 60_000;

/** Looks at settings, files, clocks and the database; changes nothing. */
export async function gatherFacts({ settings, storage, outside }: Host): Promise<Facts> {
  const address = databaseAddress(settings);
  const stored = await storage.reads((stores) => inDatabase(stores, outside.clock));
  return {
    ...stored,
    settings,
    certificateEndsAt: endOf(settings.tls_certificate_file),
    dataPlace: address.engine === 'sqlite' ? placeOf(address.path) : undefined,
    keyPlace: placeOf(settings.key_file),
    newestKeyAt: Math.max(...readStoredKeys(settings.key_file).keys.map(({ createTime }) => Date.parse(createTime))),
    firstPasswordFileThere: existsSync(firstPasswordFile(settings)),
    databaseFindings: storage.findings,
  };
}

const endOf = (certificate: string | undefined): number | undefined =>
  certificate === undefined ? undefined : certificateEnd(readFileSync(certificate));

function placeOf(path: string): Place {
  const file = resolve(path);
  const folder = dirname(file);
  const { dev: device, mode } = statSync(file);
  return { file, folder, device, mode, folderMode: statSync(folder).mode };
}

async function inDatabase(stores: ReadStores, clock: () => number) {
  // Beside each other, so that what lies between is not taken for a difference.
  const databaseNow = await stores.keys.now();
  const now = clock();
  const installation = await stores.installation.get();
  const page = { limit: MOST_LISTED, after: undefined };
  const exempt = await stores.users.list({ exempt: { now, people: false } }, page);
  const ending = await stores.serviceSecrets.ending(now, now + NEAR_END);
  const owners = await Promise.all(ending.map(({ userId }) => stores.users.byId(userId)));
  return {
    now,
    databaseNow,
    keyBackupAt: installation?.keyBackupAt,
    administratorArrived: installation?.administratorArrived ?? false,
    policy: await stores.policy.get(),
    ableAdministrators: await ableAdministrators(stores, now),
    groups: (await stores.groups.list(page)).map(({ name }) => name),
    exempt: exempt.map(({ name, endsAt }) => ({ name, endsAt })),
    endingSecrets: ending.map(({ userId, endsAt }, index) => ({ name: owners[index]?.name ?? userId, endsAt })),
    due: (await stores.audit.due(MOST_LISTED)).map(({ sequence }) => sequence),
  };
}
