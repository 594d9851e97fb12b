/**
 * Which card has which address of the inner network: asked for by ARP or neighbour solicitation when a packet is to go there, which
 * waits meanwhile. The table is bounded, and so is what one card may fill of it: who claims addresses without end loses his own.
 */
import { declare } from '#base/state/declare';
import { bytes, integer, list, type Type, u8, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { formatMac } from '../../ether-frame.ts';
import { type Address, addressOfKey, formatAddress, IPV6_BYTES, keyOf } from './wire/address.ts';
import { MOST_PACKET_BYTES } from './wire/ip.ts';

export const MOST_NEIGHBOURS = 512;
export const MOST_OF_CARD = 16;
/** Addresses that are being asked for at once, and packets that wait for one. */
export const MOST_ASKED = 32;
const MOST_WAITING = 3;
/** After so long an address is asked for again. */
const FRESH_NS: VirtualNs = 60 * NS_PER_S;
const ASK_AGAIN_NS: VirtualNs = NS_PER_S;
const MOST_TRIES = 3;

export interface Neighbour {
  readonly address: Uint8Array;
  readonly mac: number;
  readonly seenAt: VirtualNs;
}
export interface NeighbourView {
  readonly address: string;
  /** Its card has said so, lately or long ago: then it is asked again before it gets anything. Asked: nobody has answered yet. */
  readonly state: 'fresh' | 'old' | 'asked';
  /** Of a card that has answered, and how long ago. */
  readonly mac?: string;
  readonly ageNs?: VirtualNs;
  /** Packets that wait for the answer, and how often it was asked for. */
  readonly waiting?: number;
  readonly tries?: number;
}
/** An address that is being asked for. */
interface Asked {
  readonly address: Uint8Array;
  readonly tries: number;
  readonly nextAt: VirtualNs;
  /** Packets with their IP headers. */
  readonly waiting: readonly Uint8Array[];
}
export interface NeighboursState {
  readonly known: readonly Neighbour[];
  readonly asked: readonly Asked[];
}
const ADDRESS = bytes(upTo(IPV6_BYTES));
export const NEIGHBOURS: Type<NeighboursState> = declare<NeighboursState>('neighbours', {
  known: list(
    declare<Neighbour>('neighbour', { address: ADDRESS, mac: integer, seenAt: integer }),
    upTo(MOST_NEIGHBOURS),
  ),
  asked: list(
    declare<Asked>('asked neighbour', {
      ...{ address: ADDRESS, tries: u8, nextAt: integer },
      waiting: list(bytes(upTo(MOST_PACKET_BYTES)), upTo(MOST_WAITING)),
    }),
    upTo(MOST_ASKED),
  ),
});

export interface NeighbourWays {
  readonly now: () => VirtualNs;
  /** Asks the network for an address. */
  readonly ask: (address: Address) => void;
  readonly send: (mac: number, packet: Uint8Array) => void;
  /** Nobody answered: the packets that waited are lost. */
  readonly lost: (packets: readonly Uint8Array[]) => void;
  /** Wants to be called by then ({@link Neighbours.due}). */
  readonly wake: (at: VirtualNs) => void;
}

export class Neighbours {
  /** Oldest first. */
  readonly #known = new Map<string, Neighbour>();
  /** Keys of its addresses by card, oldest first. */
  readonly #ofCard = new Map<number, Set<string>>();
  readonly #asked = new Map<string, Asked>();
  readonly #ways: NeighbourWays;

  constructor(ways: NeighbourWays) {
    this.#ways = ways;
  }

  known(): readonly Neighbour[] {
    return [...this.#known.values()];
  }
  /** As people see them. */
  view(): readonly NeighbourView[] {
    const now = this.#ways.now();
    const asked = [...this.#asked.values()].map(({ address, tries, waiting }): NeighbourView => {
      const known = this.#known.get(keyOf(address));
      const card = known && { mac: formatMac(known.mac), ageNs: now - known.seenAt };
      return { address: formatAddress(address), state: 'asked', ...card, waiting: waiting.length, tries };
    });
    const known = this.known().flatMap(({ address, mac, seenAt }): NeighbourView[] => {
      if (this.#asked.has(keyOf(address))) return [];
      const ageNs = now - seenAt;
      const state = ageNs < FRESH_NS ? 'fresh' : 'old';
      return [{ address: formatAddress(address), state, mac: formatMac(mac), ageNs }];
    });
    return [...known, ...asked];
  }
  /** The card that has an address, as far as that is known. */
  macOf(address: Address): number | undefined {
    return this.#known.get(keyOf(address))?.mac;
  }

  /** A card says that an address is its own. Only those are noted that were asked for, known already, or ask us themselves. */
  heard(address: Address, mac: number, asksUs: boolean): void {
    const key = keyOf(address);
    const asked = this.#asked.get(key);
    if (asked === undefined && !asksUs && !this.#known.has(key)) return;
    this.#note(key, mac);
    this.#asked.delete(key);
    for (const packet of asked?.waiting ?? []) this.#ways.send(mac, packet);
  }

  /** Sends a packet to a station of the network, now or when its card is known. */
  send(to: Address, packet: Uint8Array): void {
    const key = keyOf(to);
    const { now, ask, send, lost, wake } = this.#ways;
    const known = this.#known.get(key);
    if (known !== undefined && now() - known.seenAt < FRESH_NS) {
      send(known.mac, packet);
      return;
    }
    const asked = this.#asked.get(key);
    if (asked !== undefined) {
      const waiting = [...asked.waiting, packet];
      const over = waiting.splice(0, waiting.length - MOST_WAITING);
      // Noted first: who is told of what is lost may be sent something by this very way.
      this.#asked.set(key, { ...asked, waiting });
      lost(over);
      return;
    }
    if (this.#asked.size >= MOST_ASKED) {
      lost([packet]);
      return;
    }
    const nextAt = now() + ASK_AGAIN_NS;
    this.#asked.set(key, { address: to.slice(), tries: 1, nextAt, waiting: [packet] });
    wake(nextAt);
    ask(to);
  }

  /** Asks again for those who have not answered, and gives up some. */
  due(): void {
    const { now, ask, lost, wake } = this.#ways;
    for (const key of [...this.#asked.keys()]) {
      // As it is by now: who is told of what another lost may be sent something by this very way.
      const asked = this.#asked.get(key);
      if (asked === undefined || asked.nextAt > now()) continue;
      if (asked.tries >= MOST_TRIES) {
        this.#asked.delete(key);
        this.#forget(key);
        lost(asked.waiting);
        continue;
      }
      const nextAt = now() + ASK_AGAIN_NS;
      this.#asked.set(key, { ...asked, tries: asked.tries + 1, nextAt });
      wake(nextAt);
      ask(asked.address);
    }
  }
  capture(): NeighboursState {
    return { known: this.known(), asked: [...this.#asked.values()] };
  }
  restore({ known, asked }: NeighboursState): void {
    this.#known.clear();
    this.#ofCard.clear();
    this.#asked.clear();
    for (const each of known) this.#put(keyOf(each.address), each);
    for (const each of asked) this.#asked.set(keyOf(each.address), each);
  }

  #note(key: string, mac: number): void {
    this.#forget(key);
    const [oldestOfCard] = (this.#ofCard.get(mac)?.size ?? 0) < MOST_OF_CARD ? [] : this.#ofCard.get(mac)!;
    if (oldestOfCard !== undefined) this.#forget(oldestOfCard);
    if (this.#known.size >= MOST_NEIGHBOURS) this.#forget(this.#known.keys().next().value!);
    this.#put(key, { address: addressOfKey(key), mac, seenAt: this.#ways.now() });
  }
  #put(key: string, neighbour: Neighbour): void {
    this.#known.set(key, neighbour);
    const own = this.#ofCard.get(neighbour.mac);
    if (own === undefined) this.#ofCard.set(neighbour.mac, new Set([key]));
    else own.add(key);
  }
  #forget(key: string): void {
    const mac = this.#known.get(key)?.mac;
    if (mac === undefined) return;
    this.#known.delete(key);
    const own = this.#ofCard.get(mac)!;
    own.delete(key);
    if (own.size === 0) this.#ofCard.delete(mac);
  }
}
