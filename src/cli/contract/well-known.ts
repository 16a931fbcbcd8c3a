/** How the types that protobuf brings along look in JSON; `undefined` where the text is none of the type. */
interface WellKnown {
  readonly expected: string;
  readonly read: (text: string) => object | undefined;
  readonly write: (message: never) => string;
}

interface Length {
  readonly seconds?: string;
  readonly nanos?: number;
}

export const wellKnown: Readonly<Record<string, WellKnown>> = {
  'google.protobuf.Timestamp': {
    expected: 'a time such as 2030-01-31T12:00:00Z',
    read: (text) => {
      const [, day, hours, fraction, zone] = TIME.exec(text) ?? [];
      const time = Date.parse(`${day}T${hours}${zone?.toUpperCase()}`);
      const isDay = !Number.isNaN(time) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(`${day}`);
      return isDay ? { seconds: String(time / 1000), nanos: nanosOf(fraction) } : undefined;
    },
    write: ({ seconds = '0', nanos = 0 }: Length) =>
      `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fractionOf(nanos)}Z`,
  },
  'google.protobuf.Duration': {
    expected: 'seconds such as 3600s',
    read: (text) => {
      const [, sign = '', seconds, fraction] = SECONDS.exec(text) ?? [];
      if (seconds === undefined) return undefined;
      const nanos = nanosOf(fraction);
      return { seconds: `${sign}${seconds}`, nanos: sign ? 0 - nanos : nanos };
    },
    write: ({ seconds = '0', nanos = 0 }: Length) =>
      `${nanos < 0 && seconds === '0' ? '-' : ''}${seconds}${fractionOf(Math.abs(nanos))}s`,
  },
  'google.protobuf.FieldMask': {
    expected: 'field names with commas between, such as displayName,disabled',
    read: (text) => ({ paths: text ? text.split(',').map(snakeCase) : [] }),
    write: ({ paths = [] }: { paths?: readonly string[] }) => paths.map(camelCase).join(','),
  },
};

const TIME = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const SECONDS = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

const nanosOf = (fraction = ''): number => Number(fraction.padEnd(9, '0'));

// Three digits, six or nine, as protobuf writes them.
const fractionOf = (nanos: number): string =>
  nanos === 0
    ? ''
    : `.${String(nanos)
        .padStart(9, '0')
        .replace(/(?:000){1,2}$/, '')}`;

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `session_token` as JSON spells it: `sessionToken`. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
