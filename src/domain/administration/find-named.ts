import { Refusal } from '../refusal.js';

export type WhichNamed = { readonly id: string } | { readonly name: string };

interface Named<T> {
  readonly byId: (id: string) => Promise<T | undefined>;
  readonly byName: (name: string) => Promise<T | undefined>;
}

/** A role, group or component by id or by name, else NOT_FOUND. */
export async function findNamed<T>(reads: Named<T>, which: WhichNamed): Promise<T> {
  const found = 'id' in which ? await reads.byId(which.id) : await reads.byName(which.name);
  if (found === undefined) throw new Refusal('NOT_FOUND', { message: 'There is nothing with this id or name.' });
  return found;
}
