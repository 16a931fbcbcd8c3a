import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { type Client, codeFor, PASSWORD } from '../../test/support/people.js';
import type { Sallyport } from '../../test/support/sallyport.js';
import { enrol, type Person, type Staff } from '../enrol.js';
import { challenge, sessionIn, signIn } from '../sign-in.js';

const NAMES = ['erin', 'frank', 'gina', 'hugo', 'ida'];
const OTHER_PASSWORD = 'copper violin thunder';
const FAILURES_TO_A_WAIT = 6;

/** Something that must not be undone: how it is done, and how somebody would profit if it were. */
interface Deed {
  readonly what: string;
  readonly happen: () => Promise<unknown>;
  /** Rejects where it is refused. */
  readonly profit: (client: Client) => Promise<unknown>;
}

export interface Deeds {
  readonly staff: Staff;
  /** What is there before the backup is made; answers what happens after it. */
  readonly prepare: (client: Client) => Promise<readonly Deed[]>;
}

/** People, and five things that happen to them after a backup was made. */
export async function fiveDeeds(server: Sallyport): Promise<Deeds> {
  const staff = await enrol(server, NAMES);
  const [erin, frank, gina, hugo, ida] = staff.people as [Person, Person, Person, Person, Person];
  const prepare = async (client: Client): Promise<readonly Deed[]> => {
    const session = await signIn(server, client, staff.administrator);
    await client.admin.assignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session });
    const [first, second] = [await challenge(client, erin.name), await challenge(client, erin.name)];
    const code = codeFor(server, erin.secret);
    const [franks, hugos, idas] = [
      await signIn(server, client, frank),
      await signIn(server, client, hugo),
      await signIn(server, client, ida),
    ];
    return [
      {
        what: 'a used code',
        happen: () => client.auth.verifyOtp({ signInToken: first, code }).then(sessionIn),
        profit: (later) => later.auth.verifyOtp({ signInToken: second, code }),
      },
      {
        what: 'an ended session',
        happen: () => client.admin.revokeUserSessions({ userId: frank.id }, { session }),
        profit: (later) => later.auth.validateSession({ sessionToken: franks }),
      },
      {
        what: 'a password before a wait',
        happen: () => untilWait(client, gina.name),
        profit: (later) => later.auth.startSignIn({ username: gina.name, password: PASSWORD }),
      },
      {
        what: 'a removed administrator',
        happen: () => client.admin.unassignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session }),
        profit: (later) => later.admin.listUsers({}, { session: hugos }),
      },
      {
        what: 'a changed password',
        happen: () =>
          client.auth.changePassword({ currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }, { session: idas }),
        profit: (later) => later.auth.startSignIn({ username: ida.name, password: PASSWORD }),
      },
    ];
  };
  return { staff, prepare };
}

async function untilWait(client: Client, username: string): Promise<void> {
  for (let failure = 1; failure <= FAILURES_TO_A_WAIT; failure++)
    await client.auth.startSignIn({ username, password: 'wrong wrong wrong' }).catch(() => undefined);
}
