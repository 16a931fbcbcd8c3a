import { formatLength, formatTime } from './format-time.js';

/** More than this, in milliseconds, and a code of 30 s may be refused: one step each way. */
const TOLERABLE = 30_000;

/** What is known of the three clocks; what is ahead of the server is positive, in milliseconds. */
export interface Clocks {
  /** Whether the server trusts its own. */
  readonly trusted: boolean;
  readonly machine: number;
  /** At the last wrong code for which it was found. */
  readonly phone: { readonly by: number; readonly at: Date | undefined } | undefined;
}

/** A clock to mend, and how that is said. */
export interface ToMend {
  readonly clock: 'server' | 'phone' | 'machine';
  readonly sentence: string;
}

/** Which clocks to mend, the gravest first. Where phone and machine agree against the server, it is the server's. */
export function whichClock(name: string, { trusted, machine, phone }: Clocks): readonly ToMend[] {
  const machineOff = Math.abs(machine) > TOLERABLE;
  if (phone && machineOff && Math.abs(phone.by - machine) <= TOLERABLE)
    return [server(`This machine and the phone of ${name} agree: the server is ${side(-machine)} both of them.`)];
  return [
    ...(trusted ? [] : [server('The server does not trust its clock: it accepts no code.')]),
    ...(phone ? [phoneOff(name, phone)] : []),
    ...(machineOff ? [machineApart(machine)] : []),
  ];
}

const server = (finding: string): ToMend => ({
  clock: 'server',
  sentence: `${finding} Set the server's clock, by NTP.`,
});

const phoneOff = (name: string, { by, at }: NonNullable<Clocks['phone']>): ToMend => ({
  clock: 'phone',
  sentence: `The phone of ${name} was ${side(by)} the server${at ? ` at ${formatTime(at)}` : ''}. Set its clock to automatic.`,
});

const machineApart = (by: number): ToMend => ({
  clock: 'machine',
  sentence: `This machine is ${side(by)} the server. One of the two is wrong: set it, by NTP.`,
});

const side = (by: number): string => `${formatLength(Math.abs(by))} ${by < 0 ? 'behind' : 'ahead of'}`;
