/** More than this apart, in milliseconds, and one of two clocks is wrong. */
export const MOST_APART = 5000;
