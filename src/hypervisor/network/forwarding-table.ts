/**
 * Which port leads to which MAC address: learned from sources, forgotten with age. Senders choose addresses, so the table
 * is bounded, and so is what one port may fill of it: nobody can push another's entries out.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { declare } from '#base/state/declare';
import { integer, list, type Type, u32, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';

export const TABLE_LIMIT = 1024;
export const PORT_LIMIT = 128;
/** As 802.1Q recommends. */
export const AGING_NS: VirtualNs = 300 * NS_PER_S;

export interface ForwardingEntry {
  readonly mac: number;
  readonly port: number;
  readonly seenAt: VirtualNs;
}

/** Oldest first. */
export const FORWARDING_TABLE: Type<readonly ForwardingEntry[]> = list(
  declare<ForwardingEntry>('forwarding entry', { mac: integer, port: u32, seenAt: integer }),
  upTo(TABLE_LIMIT),
);

/** What became of an address that was seen. */
export type Learned = 'new' | 'known' | 'moved' | 'full';

export class ForwardingTable {
  /** In order of `seenAt`, oldest first: a refresh moves an entry to the end. */
  readonly #entries = new Map<number, ForwardingEntry>();
  readonly #ofPort = new Map<number, number>();

  /** Addresses that were not seen for so long are forgotten. */
  agingNs: VirtualNs;

  constructor(agingNs: VirtualNs = AGING_NS) {
    this.agingNs = agingNs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Entries, oldest first. */
  entries(): ForwardingEntry[] {
    return [...this.#entries.values()];
  }

  /** Notes that an address was the source of a frame from a port. */
  learn(mac: number, port: number, now: VirtualNs): Learned {
    const known = this.#entries.get(mac);
    // Of many frames at one instant the first has said all.
    if (known?.seenAt === now && known.port === port) return 'known';
    if (known !== undefined) this.#remove(known);
    else {
      this.#expire(now);
      if (this.#entries.size >= TABLE_LIMIT) return 'full';
    }
    if ((this.#ofPort.get(port) ?? 0) >= PORT_LIMIT) return 'full';
    this.#add({ mac, port, seenAt: now });
    if (known === undefined) return 'new';
    return known.port === port ? 'known' : 'moved';
  }

  /** The port that leads to an address; -1 when it is not known. */
  lookup(mac: number, now: VirtualNs): number {
    const entry = this.#entries.get(mac);
    return entry !== undefined && now - entry.seenAt < this.agingNs ? entry.port : -1;
  }

  /** Forgets what lay behind a port. */
  forgetPort(port: number): void {
    for (const entry of this.entries()) if (entry.port === port) this.#remove(entry);
  }

  restore(entries: readonly ForwardingEntry[]): void {
    this.#entries.clear();
    this.#ofPort.clear();
    for (const entry of entries) {
      if (this.#entries.has(entry.mac)) throw new SnapshotFormatError('an address stands twice');
      this.#add(entry);
    }
  }

  #add(entry: ForwardingEntry): void {
    this.#entries.set(entry.mac, entry);
    this.#ofPort.set(entry.port, (this.#ofPort.get(entry.port) ?? 0) + 1);
  }

  #remove(entry: ForwardingEntry): void {
    this.#entries.delete(entry.mac);
    this.#ofPort.set(entry.port, (this.#ofPort.get(entry.port) ?? 1) - 1);
  }

  #expire(now: VirtualNs): void {
    for (const entry of this.#entries.values()) {
      if (now - entry.seenAt < this.agingNs) return;
      this.#remove(entry);
    }
  }
}
