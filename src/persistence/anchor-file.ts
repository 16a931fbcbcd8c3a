import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Anchor, AnchorFile } from '../domain/anchor/anchor.js';

/** There is an anchor file, and it cannot be read as one. To take that for none would hide a restore. */
class AnchorDamaged extends Error {
  override readonly name = 'AnchorDamaged';
  readonly exitCode = 6;
}

/** A small file outside the database, replaced as a whole: whoever reads it sees the old one or the new one. */
export const openAnchorFile = (path: string): AnchorFile => ({
  read: () => {
    const text = textOf(path);
    return text === undefined ? undefined : parse(text, path);
  },
  // Beside the thread that answers everybody: two syncs take as long as many calls.
  write: async (anchor) => {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Replicas of one host may share it.
    const beside = `${path}.${process.pid}`;
    await durably(beside, 'w', (file) => file.writeFile(`${JSON.stringify(anchor)}\n`));
    await rename(beside, path);
    await durably(folder, 'r');
  },
});

async function durably(path: string, flags: string, change?: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await change?.(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string, path: string): Anchor {
  const anchor = jsonOf(text);
  if (isAnchor(anchor)) return anchor;
  throw new AnchorDamaged(
    `${path} is damaged, so nothing tells whether the database is from a backup. If you know that it is not, remove the file.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isAnchor = (value: unknown): value is Anchor => {
  const { installation, events, time } = (value ?? {}) as Partial<Anchor>;
  return (
    typeof installation === 'string' &&
    Number.isSafeInteger(time) &&
    Array.isArray(events) &&
    events.every((event) => Number.isSafeInteger(event?.sequence) && Number.isSafeInteger(event?.at))
  );
};
