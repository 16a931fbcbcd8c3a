/** Where a main thread's busy time goes, the largest share first. */
export type Profile = readonly { readonly layer: string; readonly share: number }[];

interface Frame {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

/** What `node --cpu-prof` writes. Times are microseconds, of the machine's monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly Frame[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const LEAST_TOLD = 0.01;

// The first that fits. A call into the engine counts for the file that makes it, since the engine has none.
const LAYERS: readonly (readonly [RegExp, string])[] = [
  [/\/persistence\/sqlite\/(connection|writer)\.js$|\/better-sqlite3\//, 'SQLite'],
  [/\/mysql2\/|\/(sqlstring|denque|lru\.min|named-placeholders)\//, 'mysql2'],
  [/\/src\/persistence\//, 'stores and units'],
  [/\/typeorm\//, 'TypeORM'],
  [/^node:(internal\/)?crypto|\/src\/crypto\/|\/@?otplib\/|\/ulid\//, 'cryptography'],
  [/\/src\/domain\//, 'domain'],
  [/\/@grpc\//, 'grpc-js'],
  [/\/generated\/|\/@bufbuild\//, 'protobuf'],
  [/\/src\//, 'the rest of Sallyport'],
  [/^node:(internal\/)?(http2|stream|net|streams|js_stream)/, 'HTTP/2 and sockets'],
  [/^node:/, 'the rest of Node'],
];

/** The shares of what was sampled between two times, waiting left out. */
export function profileOf({ startTime, nodes, samples, timeDeltas }: CpuProfile, from: number, to: number): Profile {
  const layerOf = new Map(nodes.map((frame) => [frame.id, layer(frame)]));
  const times = new Map<string, number>();
  let now = startTime;
  for (const [at, sample] of samples.entries()) {
    const took = timeDeltas[at] ?? 0;
    const where = layerOf.get(sample);
    now += took;
    if (where !== undefined && now > from && now <= to) times.set(where, (times.get(where) ?? 0) + took);
  }
  return shares(times);
}

function shares(times: ReadonlyMap<string, number>): Profile {
  const busy = [...times.values()].reduce((sum, took) => sum + took, 0);
  return [...times]
    .map(([where, took]) => ({ layer: where, share: took / busy }))
    .filter(({ share }) => share >= LEAST_TOLD)
    .toSorted((a, b) => b.share - a.share);
}

function layer({ callFrame: { functionName, url } }: Frame): string | undefined {
  if (functionName === '(idle)' || functionName === '(root)') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native code without a caller';
  return LAYERS.find(([pattern]) => pattern.test(url))?.[1] ?? 'other packages';
}
