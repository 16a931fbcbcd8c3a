import type { TotpShape } from '../ports.js';

/** The time step that holds a moment (RFC 6238 §4.2). */
export const stepAt = ({ period }: Pick<TotpShape, 'period'>, at: number): number => Math.floor(at / (period * 1000));
