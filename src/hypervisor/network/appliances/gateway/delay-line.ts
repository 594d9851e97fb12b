/** The way between the gateway and the world: packets that are under way in one direction, each for as long as its place is away. */
import { declare } from '#base/state/declare';
import { bytes, integer, list, type Type, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { MOST_PACKET_BYTES } from './wire/ip.ts';

/** Packets under way, and their bytes. */
export const MOST_PACKETS = 8192;
const MOST_BYTES = 8 << 20;

export interface PacketUnderway {
  readonly at: VirtualNs;
  readonly packet: Uint8Array;
}
export const UNDERWAY: Type<readonly PacketUnderway[]> = list(
  declare<PacketUnderway>('packet under way', { at: integer, packet: bytes(upTo(MOST_PACKET_BYTES)) }),
  upTo(MOST_PACKETS),
);

export class DelayLine {
  /** In order of arrival. */
  #packets: PacketUnderway[] = [];
  #bytes = 0;

  get size(): number {
    return this.#packets.length;
  }

  /** False where there is no room: the packet is lost. */
  put(at: VirtualNs, packet: Uint8Array): boolean {
    if (this.#packets.length >= MOST_PACKETS || this.#bytes + packet.length > MOST_BYTES) return false;
    this.#bytes += packet.length;
    // Places differ in how far they are: a packet may overtake others.
    let index = this.#packets.length;
    while (index > 0 && this.#packets[index - 1]!.at > at) index--;
    this.#packets.splice(index, 0, { at, packet });
    return true;
  }

  /** The packet whose turn it is. */
  take(): Uint8Array | undefined {
    const next = this.#packets.shift();
    this.#bytes -= next?.packet.length ?? 0;
    return next?.packet;
  }

  capture(): readonly PacketUnderway[] {
    return [...this.#packets];
  }
  restore(packets: readonly PacketUnderway[]): void {
    this.#packets = [...packets];
    this.#bytes = packets.reduce((sum, { packet }) => sum + packet.length, 0);
  }
}
