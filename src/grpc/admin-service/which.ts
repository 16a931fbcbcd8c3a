import type { WhichNamed } from '../../domain/administration/find-named.js';
import { Fields } from '../fields.js';

/** A role, group or component by id or by name. */
export function whichOf(
  field: string,
  asked: { readonly $case: string; readonly value: string } | undefined,
): WhichNamed {
  const fields = new Fields();
  if (asked === undefined) fields.refuse(field, 'Name one, by id or by name.');
  const which =
    asked?.$case === 'name'
      ? { name: fields.name('name', asked.value, 128) }
      : { id: asked ? fields.id(`${field}_id`, asked.value) : '' };
  fields.check();
  return which;
}

/** One required id. */
export function idOf(field: string, value: string): string {
  const fields = new Fields();
  fields.id(field, value);
  fields.check();
  return value;
}
