/** Where a server may die on its own: what it has done by then, and what not yet. */
export const POINTS = ['after-reserve', 'after-look', 'before-commit', 'after-commit'] as const;
export type Point = (typeof POINTS)[number];

/** In the folder of a server under test: `POINT PASSES`, the point and how many passes it still survives. */
export const PLAN_FILE = 'die-at';
