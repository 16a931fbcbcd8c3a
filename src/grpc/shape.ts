import type { TotpShape } from '../domain/ports.js';
import { ALGORITHM_BY_NUMBER } from './convert/factor.js';
import type { Fields } from './fields.js';

interface Shape {
  readonly algorithm: number;
  readonly digits: number;
  readonly periodSeconds: number;
}

/** How codes are made, as a request asks for it; zero takes what every phone app understands. */
export function shapeOf(fields: Fields, { algorithm, digits, periodSeconds }: Shape): TotpShape {
  if (![0, 6, 8].includes(digits)) fields.refuse('digits', 'Must be 6 or 8.');
  if (![0, 30, 60].includes(periodSeconds)) fields.refuse('period_seconds', 'Must be 30 or 60.');
  return {
    algorithm: fields.oneOf('algorithm', algorithm, ALGORITHM_BY_NUMBER, 'SHA1') ?? 'SHA1',
    digits: digits === 8 ? 8 : 6,
    period: periodSeconds === 60 ? 60 : 30,
  };
}
