import { isIP } from 'node:net';
import { otpCode } from '../domain/factor/otp-code.js';
import { type FieldViolation, Refusal } from '../domain/refusal.js';
import { type CanonicalName, canonicalName } from '../domain/user/canonical-name.js';

const ID = /^[0-9a-z][0-9a-z-]{0,39}$/;
// Control, format, surrogate, private-use and unassigned code points; line breaks too.
const INVISIBLE = /\p{C}/u;

/** Looks at a request's fields and collects every violation, so that all are told at once. */
export class Fields {
  private readonly violations: FieldViolation[] = [];

  /** Notes a violation. */
  refuse(field: string, description: string): void {
    this.violations.push({ field, description });
  }

  /** Throws FIELDS_INVALID if anything was noted. */
  check(): void {
    if (this.violations.length > 0) throw new Refusal('FIELDS_INVALID', { fields: this.violations });
  }

  required(field: string, value: string): string {
    if (value === '') this.refuse(field, 'Is required.');
    return value;
  }

  /** A message that an update mask speaks of: without it everything named would be emptied. */
  present(field: string, message: object | undefined): void {
    if (message === undefined) this.refuse(field, 'Is required.');
  }

  id(field: string, value: string): string {
    if (this.required(field, value) !== '' && !ID.test(value)) this.refuse(field, 'Must be an id.');
    return value;
  }

  optionalId(field: string, value: string): string | undefined {
    return value === '' ? undefined : this.id(field, value);
  }

  /** Free text without invisible characters, trimmed. */
  text(field: string, value: string, longest: number): string {
    const trimmed = value.trim();
    if ([...trimmed].length > longest) this.refuse(field, `Has more than ${longest} characters.`);
    if (INVISIBLE.test(trimmed)) this.refuse(field, 'Has characters that cannot be seen.');
    return trimmed;
  }

  name(field: string, value: string, longest: number): string {
    const name = this.required(field, this.text(field, value, longest));
    // It is compared in this form, in which one character may have become eighteen.
    if ([...name.normalize('NFKC')].length > longest) this.refuse(field, `Has more than ${longest} characters.`);
    return name;
  }

  username(field: string, value: string): CanonicalName {
    const name = canonicalName(value);
    if (!name)
      this.refuse(field, 'Must be a name: 1 to 128 visible characters, as `name`, `REALM\\name` or `name@realm`.');
    return name ?? { realm: '', name: '', text: '' };
  }

  /** Bounded before anything is hashed. */
  secret(field: string, value: string, mostBytes = 256): string {
    if (this.required(field, value) !== '' && Buffer.byteLength(value) > mostBytes)
      this.refuse(field, `Has more than ${mostBytes} bytes.`);
    return value;
  }

  code(field: string, value: string): string {
    const code = otpCode(value);
    if (code === undefined) this.refuse(field, 'Must be a code: six or eight digits.');
    return code ?? '';
  }

  email(field: string, value: string): string {
    const text = this.text(field, value, 254);
    if (text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) this.refuse(field, 'Must be an e-mail address.');
    return text;
  }

  address(field: string, value: string): string {
    // A zone may be as long as it likes, and means something on one host only.
    if (value !== '' && (isIP(value) === 0 || value.includes('%'))) this.refuse(field, 'Must be an IP address.');
    return value;
  }

  /** Milliseconds since 1970; undefined when the field is not set. */
  time(field: string, value: Date | undefined): number | undefined {
    const at = value?.getTime();
    // Seconds beyond what a date can hold decode to no date at all.
    if (Number.isNaN(at)) this.refuse(field, 'Must be a time in the years 1 to 9999.');
    return at;
  }

  number(field: string, value: number | bigint, least: number, most: number): number {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most)
      this.refuse(field, `Must be ${least} to ${most}.`);
    return number;
  }

  /** One of the named values; the zero value and unknown numbers never mean anything. */
  oneOf<T>(field: string, value: number, meaning: ReadonlyMap<number, T>, otherwise?: T): T | undefined {
    if (value === 0 && otherwise !== undefined) return otherwise;
    const found = meaning.get(value);
    if (found === undefined) this.refuse(field, 'Must be one of the values that there are.');
    return found;
  }

  /** The paths of an update mask: at least one, and only what can be updated. */
  mask(field: string, paths: readonly string[] | undefined, known: readonly string[]): ReadonlySet<string> {
    if (paths === undefined || paths.length === 0) this.refuse(field, `Name what to change: ${known.join(', ')}.`);
    // Not by its name: anything may have been typed there.
    else if (!paths.every((path) => known.includes(path)))
      this.refuse(field, `Names what cannot be changed. Possible: ${known.join(', ')}.`);
    return new Set(paths);
  }
}
