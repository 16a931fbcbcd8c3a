import { Refusal } from '../refusal.js';
import type { User } from './user.js';

/** Only people have passwords and factors of their own. */
export function mustBePerson(user: User): void {
  if (user.kind !== 'person')
    throw new Refusal('SERVICE_ACCOUNT_REFUSED', { message: 'Service accounts have neither password nor factor.' });
}
