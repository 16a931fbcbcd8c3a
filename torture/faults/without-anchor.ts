import type { Outside } from '../../src/service/outside.js';

/** Rows that are put back again and again are what the anchor is there to notice. */
export const withoutAnchor: NonNullable<Outside['keepAnchor']> = () => ({
  note: () => undefined,
  doubt: () => undefined,
  time: () => 0,
  keep: async () => undefined,
  look: async () => undefined,
  standing: () => 'holds',
});
