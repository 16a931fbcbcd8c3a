interface PageRequest {
  pageSize: number;
  pageToken: string;
}

const largestPage = 1000;

/** Follows a list page by page, up to so many items. */
export async function allPages<Page extends { nextPageToken: string }, Item>(
  fetch: (request: PageRequest) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  let pageToken = '';
  do {
    const page = await fetch({ pageSize: Math.min(largestPage, limit - items.length), pageToken });
    items.push(...itemsOf(page));
    pageToken = page.nextPageToken;
  } while (pageToken && items.length < limit);
  return items;
}
