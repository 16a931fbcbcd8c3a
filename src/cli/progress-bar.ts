import type { Shell } from './shell.js';

const WIDTH = 30;

/** How far something is: one line that is written over, and nothing where nobody looks. */
export function progressBar(stderr: Shell['stderr']) {
  const draw = (text: string): void => void (stderr.isTTY && stderr.write(`\r\u001b[K${text}`));
  return {
    show: (what: string, done: number, total: number): void => {
      const full = total === 0 ? WIDTH : Math.min(WIDTH, Math.round((WIDTH * done) / total));
      draw(`[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${what} ${done}/${total}`);
    },
    end: (): void => draw(''),
  };
}
