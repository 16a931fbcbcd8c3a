/** What comes in time; else throws what `late` makes. What is late still comes, to nobody. */
export async function inTime<T>(coming: Promise<T>, milliseconds: number, late: () => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([coming, end]);
  } finally {
    clearTimeout(timer);
    coming.catch(() => undefined);
  }
}
