import type { Page } from '../domain/page.js';
import { callerOf } from './callers.js';
import type { Fields } from './fields.js';
import type { Incoming } from './incoming.js';
import type { PageQuestion, PageTokens } from './page-token.js';

interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

const USUAL = 50;
const MOST = 1000;

/** What a list asks for: the page, and how to answer it. */
export interface Paging {
  readonly page: Page<string>;
  /** The rows of this page and the next one's token. One row more than asked for was read to know. */
  readonly answer: <T, M>(
    rows: readonly T[],
    keyOf: (row: T) => string,
    to: (row: T) => M,
  ) => { items: M[]; nextPageToken: string };
}

/** Whose list it is: a token is good for the same method and the same caller. */
export const questionOf = (incoming: Incoming): Omit<PageQuestion, 'query'> => ({
  path: incoming.path,
  callerId: callerOf(incoming).active.user.id,
});

/** Reads the page fields of a request; notes what is wrong with them in `fields`. */
export function paging(
  tokens: PageTokens,
  fields: Fields,
  request: PageRequest,
  question: Omit<PageQuestion, 'query'>,
): Paging {
  const size = fields.number('page_size', request.pageSize, 0, MOST) || USUAL;
  const asked = { ...question, query: { ...request, pageSize: 0, pageToken: '' } };
  const after = request.pageToken === '' ? undefined : tokens.read(asked, request.pageToken);
  if (request.pageToken !== '' && after === undefined) {
    fields.refuse(
      'page_token',
      'Is not from the page before of this list, or is older than 24 hours. Start from the first page.',
    );
  }
  return {
    page: { limit: size + 1, after },
    answer: (rows, keyOf, to) => {
      const shown = rows.slice(0, size);
      const last = shown.at(-1);
      const nextPageToken = rows.length > size && last !== undefined ? tokens.write(asked, keyOf(last)) : '';
      return { items: shown.map(to), nextPageToken };
    },
  };
}
