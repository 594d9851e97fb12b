/**
 * The table of an address translation (RFC 3022, RFC 4787, RFC 5382): an address and port inside stand for a port of the one address
 * outside. It is bounded, and so is what one station may fill of it: who opens mappings without end loses his own, the oldest first.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { declare } from '#base/state/declare';
import { bool, bytes, exactly, integer, list, type Type, u8, u32, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { type Address, IPV4_BYTES, isSame, keyOf } from '../wire/address.ts';
import { PROTOCOL } from '../wire/ip.ts';
import { type Aging, ByAge } from './by-age.ts';

export const MOST_MAPPINGS = 2048;
export const MOST_OF_STATION = 256;
const FIRST_PORT = 32_768;
const PORTS = 32_768;
const MOST_PORT_TRIES = MOST_MAPPINGS + 1;

/** How long a mapping stays after its last packet. */
const LIFETIME_NS = {
  /** Of TCP: nobody has answered yet, or both ends have closed; and between. */
  opening: 240 * NS_PER_S,
  open: 7440 * NS_PER_S,
  closed: 10 * NS_PER_S,
  datagrams: 120 * NS_PER_S,
  echo: 60 * NS_PER_S,
} as const;

export interface Mapping {
  readonly protocol: number;
  readonly inside: Uint8Array;
  /** Port, or the number of an echo. */
  readonly insidePort: number;
  readonly outsidePort: number;
  /** With whom it speaks, last. */
  readonly remote: Uint8Array;
  readonly remotePort: number;
  readonly until: VirtualNs;
  readonly packetsOut: number;
  readonly packetsIn: number;
  /** Of TCP: somebody has answered; who has closed. */
  readonly isOpen: boolean;
  readonly closedInside: boolean;
  readonly closedOutside: boolean;
}
export interface MappingsState {
  readonly mappings: readonly Mapping[];
  /** The port that is tried first for the next. */
  readonly nextPort: number;
}
const ADDRESS = bytes(exactly(IPV4_BYTES));
export const MAPPINGS: Type<MappingsState> = declare<MappingsState>('address translation', {
  mappings: list(
    declare<Mapping>('mapping', {
      ...{ protocol: u8, inside: ADDRESS, insidePort: u32, outsidePort: u32 },
      ...{ remote: ADDRESS, remotePort: u32, until: integer, packetsOut: integer, packetsIn: integer },
      ...{ isOpen: bool, closedInside: bool, closedOutside: bool },
    }),
    upTo(MOST_MAPPINGS),
  ),
  nextPort: u32,
});

/** What a packet says of its connection. */
export interface Seen {
  /** Of TCP: it closes its sender's direction, or both at once. */
  readonly closes: boolean;
  readonly resets: boolean;
}

/** A mapping as it was when it was used last. */
interface Used extends Aging {
  readonly key: string;
  readonly mapping: Mapping;
}

const insideKey = (protocol: number, address: Address, port: number): string =>
  `${protocol}:${keyOf(address)}:${port}`;
const outsideKey = (protocol: number, port: number): string => `${protocol}:${port}`;

export class Mappings {
  /** The one longest unused first. */
  readonly #byInside = new Map<string, Used>();
  readonly #byOutside = new Map<string, string>();
  #byAge = new ByAge<Used>();
  readonly #ofStation = new Map<string, ByAge<Used>>();
  #turn = 0;
  #nextPort = FIRST_PORT;
  readonly #now: () => VirtualNs;

  constructor(now: () => VirtualNs) {
    this.#now = now;
  }

  /** Those that have not run out. */
  list(): readonly Mapping[] {
    const now = this.#now();
    return this.#all().filter(({ until }) => until > now);
  }

  /** The port outside of a packet that goes out; a new one where there was none. */
  outward(
    protocol: number,
    from: { readonly address: Address; readonly port: number },
    to: { readonly address: Address; readonly port: number },
    seen: Seen,
  ): { readonly port: number; readonly isNew: boolean; readonly evicted: boolean } | undefined {
    const key = insideKey(protocol, from.address, from.port);
    const used = this.#byInside.get(key);
    let known = used?.mapping;
    if (used !== undefined && used.until <= this.#now()) {
      this.#remove(used);
      known = undefined;
    }
    let evicted = false;
    if (known === undefined) {
      evicted = this.#makeRoom(from.address);
      const outsidePort = this.#freePort(protocol);
      if (outsidePort === undefined) return undefined;
      const none = { until: 0, packetsOut: 0, packetsIn: 0 };
      const open = { isOpen: false, closedInside: false, closedOutside: false };
      const ends = { inside: from.address.slice(), insidePort: from.port, outsidePort };
      known = { protocol, ...ends, remote: to.address, remotePort: to.port, ...none, ...open };
    }
    const isNew = known.packetsOut === 0;
    this.#put(key, {
      ...known,
      ...{ remote: to.address.slice(), remotePort: to.port, packetsOut: known.packetsOut + 1 },
      closedInside: known.closedInside || seen.closes || seen.resets,
      closedOutside: known.closedOutside || seen.resets,
    });
    return { port: known.outsidePort, isNew, evicted };
  }

  /** Who is meant by a packet that comes in for a port outside; nothing where nobody has spoken from it with its sender. */
  inward(
    protocol: number,
    port: number,
    from: { readonly address: Address; readonly port: number },
    seen: Seen,
  ): Mapping | undefined {
    const key = this.#byOutside.get(outsideKey(protocol, port));
    const known = key === undefined ? undefined : this.#byInside.get(key)?.mapping;
    if (key === undefined || known === undefined || known.until <= this.#now()) return undefined;
    const next = {
      ...known,
      ...{ packetsIn: known.packetsIn + 1, isOpen: true },
      closedOutside: known.closedOutside || seen.closes || seen.resets,
      closedInside: known.closedInside || seen.resets,
    };
    // One port inside may speak with several; a connection's state is that of the last.
    if (isSame(from.address, known.remote) && from.port === known.remotePort) this.#put(key, next);
    else this.#put(key, { ...known, packetsIn: known.packetsIn + 1 });
    return known;
  }

  /** Who is meant by a message about a packet that went out from a port. */
  meant(protocol: number, port: number): Mapping | undefined {
    const key = this.#byOutside.get(outsideKey(protocol, port));
    return key === undefined ? undefined : this.#byInside.get(key)?.mapping;
  }

  capture(): MappingsState {
    return { mappings: this.#all(), nextPort: this.#nextPort };
  }
  restore({ mappings, nextPort }: MappingsState): void {
    this.#byInside.clear();
    this.#byOutside.clear();
    this.#ofStation.clear();
    this.#byAge = new ByAge();
    if (nextPort < FIRST_PORT || nextPort >= FIRST_PORT + PORTS)
      throw new SnapshotFormatError('no such port');
    this.#nextPort = nextPort;
    for (const mapping of mappings) {
      const key = insideKey(mapping.protocol, mapping.inside, mapping.insidePort);
      if (this.#byInside.has(key)) throw new SnapshotFormatError('a port inside is mapped twice');
      this.#add(key, mapping);
    }
  }

  #all(): Mapping[] {
    return Array.from(this.#byInside.values(), ({ mapping }) => mapping);
  }

  #put(key: string, mapping: Mapping): void {
    const used = this.#byInside.get(key);
    if (used !== undefined) this.#remove(used);
    this.#add(key, { ...mapping, until: this.#now() + lifetime(mapping) });
  }
  #add(key: string, mapping: Mapping): void {
    this.#turn += 1;
    const used = { key, mapping, until: mapping.until, lifetimeNs: lifetime(mapping), turn: this.#turn };
    this.#byInside.set(key, used);
    this.#byOutside.set(outsideKey(mapping.protocol, mapping.outsidePort), key);
    this.#byAge.add(used);
    const station = keyOf(mapping.inside);
    const own = this.#ofStation.get(station) ?? new ByAge();
    own.add(used);
    this.#ofStation.set(station, own);
  }
  #remove(used: Used): void {
    const { protocol, outsidePort, inside } = used.mapping;
    this.#byInside.delete(used.key);
    this.#byOutside.delete(outsideKey(protocol, outsidePort));
    this.#byAge.remove(used);
    const station = keyOf(inside);
    const own = this.#ofStation.get(station);
    own?.remove(used);
    if (own?.size === 0) this.#ofStation.delete(station);
  }

  /** True where a mapping in use had to go. What it costs does not depend on how many there are. */
  #makeRoom(station: Address): boolean {
    const own = this.#ofStation.get(keyOf(station));
    const isFull = own !== undefined && own.size >= MOST_OF_STATION;
    if (!isFull && this.#byInside.size < MOST_MAPPINGS) return false;
    const now = this.#now();
    const leaves = (isFull ? own : this.#byAge).leaves(now);
    if (leaves === undefined) return false;
    this.#remove(leaves);
    return leaves.until > now;
  }

  #freePort(protocol: number): number | undefined {
    for (let tries = 0; tries < MOST_PORT_TRIES; tries++) {
      const port = this.#nextPort;
      this.#nextPort = FIRST_PORT + ((port - FIRST_PORT + 1) % PORTS);
      if (!this.#byOutside.has(outsideKey(protocol, port))) return port;
    }
    return undefined;
  }
}

function lifetime({ protocol, isOpen, closedInside, closedOutside }: Mapping): VirtualNs {
  if (protocol === PROTOCOL.udp) return LIFETIME_NS.datagrams;
  if (protocol !== PROTOCOL.tcp) return LIFETIME_NS.echo;
  if (closedInside && closedOutside) return LIFETIME_NS.closed;
  return isOpen && !closedInside && !closedOutside ? LIFETIME_NS.open : LIFETIME_NS.opening;
}
