import type { Clock } from '../../domain/ports.js';
import type { Unit } from './unit.js';

/** Units that wait, first come first served. Who waits past their deadline leaves without having run. */
export interface Queue {
  readonly isEmpty: () => boolean;
  readonly push: (unit: Unit) => void;
  readonly next: () => Unit | undefined;
  readonly dismissLate: () => void;
  readonly failSome: (most: number, cause: unknown) => void;
}

export function createQueue(now: Clock): Queue {
  let units: Unit[] = [];
  const isLate = ({ deadline }: Unit): boolean => deadline !== undefined && deadline < now();
  // Told in a turn of its own: what its caller does then is done inside no unit.
  const dismiss = (unit: Unit): void =>
    void setImmediate(() => unit.fail(new Error('the deadline passed while the unit of work waited')));
  return {
    isEmpty: () => units.length === 0,
    push: (unit) => void units.push(unit),
    next: () => {
      for (let unit = units.shift(); unit; unit = units.shift()) {
        if (!isLate(unit)) return unit;
        dismiss(unit);
      }
      return undefined;
    },
    dismissLate: () => {
      const late = units.filter(isLate);
      if (late.length === 0) return;
      units = units.filter((unit) => !late.includes(unit));
      for (const unit of late) dismiss(unit);
    },
    failSome: (most, cause) => {
      for (const unit of units.splice(0, most)) unit.fail(cause);
    },
  };
}
