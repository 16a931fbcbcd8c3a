import type { Client } from './people.js';

/** Every role's name, page by page: what writers under test were told is there. */
export async function roleNames(client: Client, session: string): Promise<string[]> {
  const names: string[] = [];
  let pageToken = '';
  do {
    const page = await client.admin.listRoles({ pageSize: 1000, pageToken }, { session });
    names.push(...page.roles.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return names;
}
