/** A range of addresses of one family. IPv4 is held as its mapped IPv6 addresses, so that one comparison does for both. */
export interface Network {
  readonly start: bigint;
  /** Leading bits that count, of 128. */
  readonly prefix: number;
}

const BITS = 128;
const MAPPED = 0xffffn << 32n;
const MAPPED_PREFIX = 96;

/** What a unix socket counts as. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** A network in CIDR form, `192.0.2.0/24` or `2001:db8::/32`; the text of what is wrong with it where it is none. */
export function parseNetwork(text: string): Network | string {
  const [, base = '', length = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const start = parseAddress(base);
  if (start === undefined)
    return 'Must be a network: write 192.0.2.0/24 or 2001:db8::/32, and one address as 192.0.2.1/32.';
  const prefix = Number(length) + (base.includes(':') ? 0 : MAPPED_PREFIX);
  if (prefix > BITS) return `Has more leading bits than an address has: at most /${base.includes(':') ? BITS : 32}.`;
  if ((start & (2n ** BigInt(BITS - prefix) - 1n)) !== 0n)
    return `Is an address inside a network: write the first address of the network, or /${base.includes(':') ? BITS : 32} for this one alone.`;
  return { start, prefix };
}

/** Whether an address, or `unix` for a unix socket, lies in one of these networks. What is no address lies nowhere. */
export function isWithin(networks: readonly string[], address: string): boolean {
  const addresses = (address === 'unix' ? LOOPBACK : [address]).map(parseAddress);
  return networks.map(parseNetwork).some((network) => addresses.some((each) => contains(network, each)));
}

function contains(network: Network | string, address: bigint | undefined): boolean {
  if (typeof network === 'string' || address === undefined) return false;
  const rest = BigInt(BITS - network.prefix);
  // Who types ::/0 means IPv6; all of IPv4 is 0.0.0.0/0, and has to be typed too.
  return isV4(address) === isV4(network.start) && address >> rest === network.start >> rest;
}

const isV4 = (address: bigint): boolean => address >> 32n === MAPPED >> 32n;

/** An IPv4 address becomes its mapped IPv6 address, `::ffff:192.0.2.1`, as a dual-stack listener shows it. */
function parseAddress(text: string): bigint | undefined {
  const [bare = ''] = text.split('%');
  if (!bare.includes(':')) return mapped(parseV4(bare));
  const tail = bare.slice(bare.lastIndexOf(':') + 1);
  if (!tail.includes('.')) return parseV6(bare);
  const v4 = parseV4(tail);
  if (v4 === undefined) return undefined;
  const groups = `${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  return parseV6(bare.slice(0, -tail.length) + groups);
}

const mapped = (v4: bigint | undefined): bigint | undefined => (v4 === undefined ? undefined : MAPPED | v4);

function parseV4(text: string): bigint | undefined {
  const octets = text.split('.');
  // A leading zero is octal to some readers and not to others.
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256))
    return undefined;
  return octets.reduce((whole, octet) => (whole << 8n) | BigInt(octet), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((whole, group) => (whole << 16n) | BigInt(`0x${group}`), 0n);
}
