import { clientOf, firstAdministrator, firstSignIn } from '../test/support/people.js';
import type { Sallyport } from '../test/support/sallyport.js';
import type { Enrolled } from './sign-in.js';

export interface Person extends Enrolled {
  readonly id: string;
}

/** What is needed of a server to enrol there. */
export type Place = Pick<Sallyport, 'address' | 'now' | 'firstPassword'>;

export interface Staff {
  readonly administrator: Enrolled;
  /** The administrator's, in which they were made. */
  readonly session: string;
  /** In the order of their names. */
  readonly people: readonly Person[];
}

/** The first administrator and people without a role, each with a phone. */
export async function enrol(server: Place, names: readonly string[]): Promise<Staff> {
  const client = clientOf(server);
  const { secret, session } = await firstAdministrator(server, client);
  const people: Person[] = [];
  for (const name of names) {
    const { user, oneTimePassword } = await client.admin.createUser({ username: name }, { session });
    const enrolled = await firstSignIn(server, client, name, oneTimePassword);
    people.push({ name, id: user?.userId ?? '', secret: enrolled.secret });
  }
  client.close();
  return { administrator: { name: 'administrator', secret }, session, people };
}
