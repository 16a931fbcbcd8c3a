/** An instant for people, in UTC and to the second. */
export function formatTime(time: Date): string {
  if (Number.isNaN(time.getTime())) return '?';
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A length of time for people, rounded up to the second: `4 min 30 s`. */
export function formatLength(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, unit]) => `${count} ${unit}`)
      .join(' ') || '0 s'
  );
}
