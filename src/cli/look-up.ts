import { type Sallyport, SallyportError } from '../client/index.js';

const idShape = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The id of a user, given as name or id. What looks like an id is one, so that `users.read` is not always needed. */
export async function userId({ admin }: Sallyport, given: string): Promise<string> {
  if (idShape.test(given)) return given;
  const { user } = await admin.getUser({ user: { $case: 'username', value: given } });
  return user?.userId ?? '';
}

// Who is no user and does something all the same.
const nobodys = ['anonymous', 'host', 'service'];

/**
 * What audit events call someone or something: a user's id, given as name; whatever is no user's name, as it is. So is a name
 * for whoever may read the trail and not look up users.
 */
export async function auditName(sallyport: Sallyport, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || nobodys.includes(given)) return given;
  return userId(sallyport, given).catch((error) => {
    if (error instanceof SallyportError && ['NOT_FOUND', 'PERMISSION_DENIED'].includes(error.status)) return given;
    throw error;
  });
}

/** The id of a role, given as name or id. */
export function roleId({ admin }: Sallyport, given: string): Promise<string> {
  return nameFirst(
    given,
    async ($case) => (await admin.getRole({ role: { $case, value: given } })).role?.roleId,
    'roleId',
  );
}

/** The id of a group, given as name or id. */
export function groupId({ admin }: Sallyport, given: string): Promise<string> {
  return nameFirst(
    given,
    async ($case) => (await admin.getGroup({ group: { $case, value: given } })).group?.groupId,
    'groupId',
  );
}

/** The id of a component, given as name or id. */
export function componentId({ admin }: Sallyport, given: string): Promise<string> {
  return nameFirst(
    given,
    async ($case) => (await admin.getComponent({ component: { $case, value: given } })).component?.componentId,
    'componentId',
  );
}

// Built-in roles and components have readable ids, so what is no name may still be one.
async function nameFirst<IdCase extends string>(
  given: string,
  find: ($case: 'name' | IdCase) => Promise<string | undefined>,
  idCase: IdCase,
): Promise<string> {
  if (idShape.test(given)) return given;
  try {
    return (await find('name')) ?? '';
  } catch (error) {
    if (!(error instanceof SallyportError) || error.status !== 'NOT_FOUND') throw error;
    return (await find(idCase)) ?? '';
  }
}
