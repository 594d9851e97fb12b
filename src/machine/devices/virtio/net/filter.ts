/**
 * Which frames a card takes, as its driver has it by the control queue (virtio 1.2, §5.1.6.5.1 to §5.1.6.5.3). Until the driver says
 * anything all are taken.
 */
import { type Declaration, declare } from '#base/state/declare';
import { bytes, exactly, u8, upTo } from '#base/state/types';

const ADDRESS = 6;
/** More than these are not told apart: all are taken then. */
const MOST_ADDRESSES = 64;
const VLAN_BYTES = 4096 / 8;

/** Modes, by the number of the command that sets each. */
export const RX_PROMISCUOUS = 0;
export const RX_ALL_MULTICAST = 1;
export const RX_ALL_UNICAST = 2;
export const RX_NO_MULTICAST = 3;
export const RX_NO_UNICAST = 4;
export const RX_NO_BROADCAST = 5;

export interface FilterState {
  /** A bit for each mode. */
  readonly modes: number;
  /** Addresses besides the card's own, one behind the other: of stations, and of groups. */
  readonly unicast: Uint8Array;
  readonly multicast: Uint8Array;
  /** Frames of which VLANs are taken, where the driver says; a bit for each. */
  readonly vlans: Uint8Array;
}
export const FILTER: Declaration<FilterState> = declare<FilterState>('receive filter', {
  modes: u8,
  unicast: bytes(upTo(MOST_ADDRESSES * ADDRESS)),
  multicast: bytes(upTo(MOST_ADDRESSES * ADDRESS)),
  vlans: bytes(exactly(VLAN_BYTES)),
});
export const ALL_FRAMES: FilterState = {
  modes: 1 << RX_PROMISCUOUS,
  ...{ unicast: new Uint8Array(0), multicast: new Uint8Array(0) },
  vlans: new Uint8Array(VLAN_BYTES),
};

export class ReceiveFilter {
  #modes = 0;
  #unicast: Uint8Array = ALL_FRAMES.unicast;
  #multicast: Uint8Array = ALL_FRAMES.multicast;
  readonly #vlans = new Uint8Array(VLAN_BYTES);

  constructor() {
    this.restore(ALL_FRAMES);
  }

  setMode(mode: number, isOn: boolean): void {
    this.#modes = isOn ? this.#modes | (1 << mode) : this.#modes & ~(1 << mode);
  }
  /** Addresses, one behind the other. */
  setAddresses(unicast: Uint8Array, multicast: Uint8Array): void {
    const most = MOST_ADDRESSES * ADDRESS;
    this.setMode(RX_ALL_UNICAST, unicast.length > most);
    this.setMode(RX_ALL_MULTICAST, multicast.length > most);
    this.#unicast = unicast.slice(0, most);
    this.#multicast = multicast.slice(0, most);
  }
  setVlan(id: number, isOn: boolean): void {
    const bit = 1 << (id & 7);
    const before = this.#vlans[(id & 0xfff) >> 3]!;
    this.#vlans[(id & 0xfff) >> 3] = isOn ? before | bit : before & ~bit;
  }

  /**
   * @param own the card's address
   * @param isByVlan the driver says which VLANs it wants
   */
  takes(frame: Uint8Array, own: Uint8Array, isByVlan: boolean): boolean {
    const isTagged = isByVlan && frame[12] === 0x81 && frame[13] === 0x00;
    if (isTagged) {
      const id = ((frame[14]! & 15) << 8) | frame[15]!;
      if ((this.#vlans[id >> 3]! & (1 << (id & 7))) === 0) return false;
    }
    if (this.#has(RX_PROMISCUOUS)) return true;
    if ((frame[0]! & 1) === 0) {
      if (this.#has(RX_NO_UNICAST)) return false;
      return this.#has(RX_ALL_UNICAST) || startsWith(frame, own, 0) || isListed(frame, this.#unicast);
    }
    if (frame.subarray(0, ADDRESS).every((byte) => byte === 0xff)) return !this.#has(RX_NO_BROADCAST);
    if (this.#has(RX_NO_MULTICAST)) return false;
    return this.#has(RX_ALL_MULTICAST) || isListed(frame, this.#multicast);
  }
  #has(mode: number): boolean {
    return (this.#modes & (1 << mode)) !== 0;
  }

  capture(): FilterState {
    return { modes: this.#modes, unicast: this.#unicast, multicast: this.#multicast, vlans: this.#vlans };
  }
  restore({ modes, unicast, multicast, vlans }: FilterState): void {
    this.#modes = modes;
    this.#unicast = unicast;
    this.#multicast = multicast;
    this.#vlans.set(vlans);
  }
}

function startsWith(frame: Uint8Array, list: Uint8Array, at: number): boolean {
  for (let byte = 0; byte < ADDRESS; byte++) if (frame[byte] !== list[at + byte]) return false;
  return true;
}
function isListed(frame: Uint8Array, list: Uint8Array): boolean {
  for (let at = 0; at + ADDRESS <= list.length; at += ADDRESS) if (startsWith(frame, list, at)) return true;
  return false;
}
