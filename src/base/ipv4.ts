/** IPv4 addresses with the length of their network (`10.0.0.2/24`), as cards of VMs have them: reading, what cannot be a station's, the next that is free. */

/** None with a zero before it, as `ipv4Bytes` of packets has it: some read that as octal. */
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** Four octets and a length from 0 to 32. */
export const IPV4_PATTERN: RegExp = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}/(?:3[0-2]|[12]?\\d)$`);

/** Addresses that are looked at for one that is free. */
const MOST_TRIES = 65_536;

interface Ipv4 {
  readonly value: number;
  /** Addresses of its network. */
  readonly size: number;
}

function read(address: string): Ipv4 {
  const [host = '', length = ''] = address.split('/');
  const value = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { value, size: 2 ** (32 - Number(length)) };
}

function write(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** An address without the length of its network, in one spelling. */
export function stationOf(address: string): string {
  return write(read(address).value);
}

/** True if an address is of the network in which another is. */
export function isInNetworkOf(address: string, other: string): boolean {
  const { value, size } = read(other);
  return Math.floor(read(address).value / size) === Math.floor(value / size);
}

/** What an address can be that no station has. */
export type NoStation = 'unspecified' | 'loopback' | 'multicast' | 'reserved' | 'network' | 'broadcast';

/** Why a well-formed address cannot be that of a VM; nothing when it can (RFC 1122, §3.2.1.3; RFC 3021 for networks of two). */
export function noStation(address: string): NoStation | undefined {
  const { value, size } = read(address);
  const first = Math.floor(value / 2 ** 24);
  if (first === 0) return 'unspecified';
  if (first === 127) return 'loopback';
  if (first >= 240) return 'reserved';
  if (first >= 224) return 'multicast';
  if (size <= 2) return undefined;
  if (value % size === 0) return 'network';
  return value % size === size - 1 ? 'broadcast' : undefined;
}

/** The next address of the same network that is not taken (stations, as {@link stationOf} writes them); nothing when there is none. */
export function nextFree(address: string, taken: ReadonlySet<string>): string | undefined {
  const { value, size } = read(address);
  const length = address.slice(address.indexOf('/') + 1);
  const network = value - (value % size);
  for (let step = 1; step < Math.min(size, MOST_TRIES); step++) {
    const candidate = `${write(network + ((value - network + step) % size))}/${length}`;
    if (noStation(candidate) === undefined && !taken.has(stationOf(candidate))) return candidate;
  }
  return undefined;
}
