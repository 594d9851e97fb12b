/**
 * A card behind registers: a MAC with a ring of descriptors for frames to send and one for frames to receive, both in its window. Frames
 * lie in memory, or in the card (buffers.ts). It knows nothing of what is at the other end of its cable.
 */
import { LIMITS } from '#base/catalogue/limits';
import { crc32 } from '#base/crc32';
import { refill, SnapshotFormatError } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { NET_COUNTERS, type NetCounter } from '../card/metrics.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../counters.ts';
import type { InterruptLine, MmioDevice } from '../device.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { RegisterRow } from '../register.ts';
import { type FrameBuffers, MemoryBuffers, OwnBuffers } from './buffers.ts';
import { groupBit } from './group-bit.ts';
import { PHY_ADDRESS, Phy } from './phy.ts';
import * as reg from './registers.ts';
import { ETHOC } from './state.ts';
import { type CardWay, WayWait } from './way.ts';

export interface EthocOptions {
  /** Of its window on the bus. */
  readonly name: string;
  readonly line: InterruptLine;
  /** Where frames lie: in memory that the card reaches, or in its own, whose addresses begin there. */
  readonly frames: { readonly memory: GuestMemory } | { readonly base: number };
  /** Six bytes. */
  readonly mac: Uint8Array;
  /** Takes a frame that the guest sends; the bytes are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
  /** Its way to memory, where that takes time. */
  readonly way?: CardWay;
}

const LONGEST_FRAME = LIMITS.etherFrameBytes.most;
const ADDRESS_SIZE = 6;

/** For whom a frame is, as the card sees it. */
type Receiver = 'own' | 'other' | 'nobody';

export class EthocCard implements MmioDevice {
  readonly name: string;
  readonly kind = 'ethoc';
  readonly registers: readonly RegisterRow[];
  readonly counters: Counters<NetCounter> = zeroCounters(namesOf(NET_COUNTERS));
  readonly counterRows: readonly CounterRow[] = NET_COUNTERS;
  readonly #options: EthocOptions;
  readonly #buffers: FrameBuffers;
  /** The card's own memory, if frames lie there. */
  readonly #own: OwnBuffers | undefined;
  readonly #words = new Uint32Array(reg.REGISTERS_SIZE / 4);
  readonly #descriptors = new Uint32Array(2 * reg.DESCRIPTOR_COUNT);
  readonly #phy = new Phy();
  readonly #ownMac: Uint8Array;
  /** Address that registers hold after a reset; a copy of a VM has another one than it was built with. */
  readonly #mac = new Uint8Array(ADDRESS_SIZE);
  /** A frame with its check sum. */
  readonly #frame = new Uint8Array(LONGEST_FRAME + reg.FCS_SIZE);
  #sendNext = 0;
  #receiveNext = 0;
  #waiting = false;
  readonly #wait: WayWait;

  constructor(options: EthocOptions) {
    const { frames, name, mac, way } = options;
    this.#options = options;
    this.name = name;
    this.#own = 'base' in frames ? new OwnBuffers(frames.base) : undefined;
    this.#buffers = 'memory' in frames ? new MemoryBuffers(frames.memory) : (this.#own as OwnBuffers);
    this.registers = this.#own === undefined ? reg.ETHOC_REGISTERS : reg.ETHOC_PIO_REGISTERS;
    this.#ownMac = mac.slice(0, ADDRESS_SIZE);
    this.#mac.set(this.#ownMac);
    this.#wait = new WayWait(way, () => this.#send(true));
    this.reset();
  }

  // What it is to its VM.

  /** The card's address. */
  get mac(): Uint8Array {
    return this.#mac.slice();
  }
  get linkUp(): boolean {
    return this.#phy.linkUp;
  }
  /** Frames lie in the card, not in memory. */
  get hasOwnMemory(): boolean {
    return this.#own !== undefined;
  }
  /** Pulls or inserts the cable; a driver that asks the PHY hears of it. */
  setLink(up: boolean): void {
    this.#phy.linkUp = up;
  }
  /** The copy's own address. A guest that runs sends from the original's still, so its cable is out until somebody inserts it. */
  becomeCopy(runs: boolean): void {
    this.#mac.set(this.#ownMac);
    if (runs) this.setLink(false);
    else this.#setAddress();
  }

  // Registers.

  read(offset: number, size: number): number {
    return this.peek(offset, size);
  }

  /** No register changes because it is read. */
  peek(offset: number, size: number): number {
    if (offset >= reg.PACKET_MEMORY)
      return this.#own?.peek(offset - reg.PACKET_MEMORY, Math.min(size, 4)) ?? 0;
    if (size !== 4) return 0;
    if (offset === reg.MIISTATUS) return this.linkUp ? 0 : reg.MIISTATUS_LINK_FAIL;
    if (offset < reg.REGISTERS_SIZE) return this.#words[offset >> 2]!;
    const place = descriptorWord(offset);
    return place < 0 ? 0 : this.#descriptors[place]!;
  }

  write(offset: number, size: number, value: number): void {
    if (offset >= reg.PACKET_MEMORY) this.#own?.poke(offset - reg.PACKET_MEMORY, size, value);
    else if (size !== 4) return;
    else if (offset < reg.REGISTERS_SIZE) this.#writeRegister(offset, value);
    else {
      const place = descriptorWord(offset);
      if (place < 0) return;
      this.#descriptors[place] = value;
      // A descriptor's pointer is written before its status, which says that it is the card's.
      if (place % 2 === 0 && place < 2 * this.#sendCount) this.#send();
    }
  }

  #writeRegister(offset: number, value: number): void {
    const before = this.#words[offset >> 2]!;
    const isWritable = reg.WRITABLE.get(offset) ?? 0;
    if (isWritable !== 0) this.#words[offset >> 2] = value & isWritable;
    switch (offset) {
      case reg.MODER:
        this.#setMode(before, value);
        return;
      case reg.INT_SOURCE:
        this.#words[offset >> 2] = before & ~value;
        this.#setLine();
        return;
      case reg.INT_MASK:
        this.#setLine();
        return;
      case reg.TX_BD_NUM:
        // More than there are is not taken; those that receive begin anew.
        if (this.#sendCount > reg.DESCRIPTOR_COUNT) this.#words[offset >> 2] = before;
        this.#sendNext = 0;
        this.#receiveNext = this.#sendCount;
        return;
      case reg.MIICOMMAND:
        this.#askPhy(value);
    }
  }
  /** Who begins to send or to receive begins with the first descriptor. */
  #setMode(before: number, value: number): void {
    const begins = value & ~before;
    if ((begins & reg.MODER_RECEIVE) !== 0) this.#receiveNext = this.#sendCount;
    if ((begins & reg.MODER_TRANSMIT) === 0) return;
    this.#sendNext = 0;
    this.#send();
  }
  #askPhy(command: number): void {
    const address = this.#at(reg.MIIADDRESS);
    const isThere = (address & 0x1f) === PHY_ADDRESS;
    const register = (address >> 8) & 0x1f;
    if ((command & reg.MIICOMMAND_WRITE) !== 0 && isThere)
      this.#phy.write(register, this.#at(reg.MIITX_DATA));
    if ((command & reg.MIICOMMAND_READ) !== 0)
      this.#words[reg.MIIRX_DATA >> 2] = isThere ? this.#phy.read(register) : 0xffff;
  }

  #at(offset: number): number {
    return this.#words[offset >> 2]!;
  }
  get #sendCount(): number {
    return this.#at(reg.TX_BD_NUM);
  }
  #is(mode: number): boolean {
    return (this.#at(reg.MODER) & mode) !== 0;
  }
  #happened(events: number): void {
    this.#words[reg.INT_SOURCE >> 2] = this.#at(reg.INT_SOURCE) | events;
    this.#setLine();
  }
  #setLine(): void {
    this.#options.line.set((this.#at(reg.INT_SOURCE) & this.#at(reg.INT_MASK)) !== 0);
  }
  /** As firmware leaves it: a driver finds the address there. */
  #setAddress(): void {
    const [a, b, c, d, e, f] = this.#mac as unknown as readonly number[];
    this.#words[reg.MAC_ADDR0 >> 2] = (c! << 24) | (d! << 16) | (e! << 8) | f!;
    this.#words[reg.MAC_ADDR1 >> 2] = (a! << 8) | b!;
  }

  // Sending.

  /**
   * Sends what is ready, in order; each descriptor once, since nobody makes one ready meanwhile.
   * @param isReached where the first frame lies has been found out
   */
  #send(isReached = false): void {
    if (this.#wait.isOn) return;
    this.#waiting = false;
    const count = this.#sendCount;
    for (let sent = 0; sent < count && this.#is(reg.MODER_TRANSMIT); sent++) {
      const at = this.#sendNext;
      const status = this.#descriptors[2 * at]!;
      if ((status & reg.TX_READY) === 0) return;
      const pointer = this.#descriptors[2 * at + 1]!;
      if (!(isReached && sent === 0) && this.#wait.holdsUp(pointer, status >>> 16)) return;
      const outcome = this.#sendOne(status, pointer);
      if (outcome === 'wait') {
        this.#waiting = true;
        return;
      }
      this.#descriptors[2 * at] = ((status & ~(reg.TX_READY | reg.TX_OUTCOME)) | outcome) >>> 0;
      this.#sendNext = (status & reg.TX_WRAP) !== 0 || at + 1 >= count ? 0 : at + 1;
      if (outcome !== 0) this.#happened(reg.INT_SEND_ERROR);
      else if ((status & reg.TX_INTERRUPT) !== 0) this.#happened(reg.INT_SENT);
    }
  }

  /** What came of a frame: 0, or the bits that say what is wrong. */
  #sendOne(status: number, pointer: number): number | 'wait' {
    // Without the card's check sum the driver has put one there, which ends here as it would at the receiver's.
    const isChecked = (status & reg.TX_CRC) !== 0 || this.#is(reg.MODER_CRC);
    const length = (status >>> 16) - (isChecked ? 0 : reg.FCS_SIZE);
    if (!this.linkUp || length < LIMITS.etherFrameBytes.least || length > this.#longest) {
      this.counters.droppedOut += 1;
      return this.linkUp ? 0 : reg.TX_NO_CARRIER;
    }
    const frame = this.#frame.subarray(0, length);
    const answer = this.#buffers.read(pointer, frame);
    if (answer === 'wait') return 'wait';
    if (answer === 'refused') {
      this.counters.droppedOut += 1;
      return reg.TX_UNDERRUN;
    }
    const isPadded = (status & reg.TX_PAD) !== 0 || this.#is(reg.MODER_PAD);
    const whole = isPadded ? this.#pad(length) : frame;
    this.counters.framesOut += 1;
    this.counters.bytesOut += whole.length;
    this.#options.transmit(whole);
    return 0;
  }
  /** Of the frame in the buffer, filled up to what a wire carries. */
  #pad(length: number): Uint8Array {
    if (length >= reg.SHORTEST_FRAME) return this.#frame.subarray(0, length);
    this.#frame.fill(0, length, reg.SHORTEST_FRAME);
    return this.#frame.subarray(0, reg.SHORTEST_FRAME);
  }
  /** Bytes of a frame, without its check sum. */
  get #longest(): number {
    const said = this.#is(reg.MODER_HUGE) ? LONGEST_FRAME : (this.#at(reg.PACKETLEN) & 0xffff) - reg.FCS_SIZE;
    return Math.min(said, LONGEST_FRAME);
  }
  /** A page of the guest's has come. */
  pageArrived(): void {
    if (this.#waiting) this.#send();
  }

  // Receiving.

  /** Gives a frame to the guest, or drops it when no buffer waits, or one that is away; what is for others it leaves out. */
  receive(frame: Uint8Array): void {
    if (!this.#is(reg.MODER_RECEIVE) || !this.linkUp || frame.length > LONGEST_FRAME) {
      this.counters.droppedIn += 1;
      return;
    }
    const receiver = this.#receiverOf(frame);
    if (receiver === 'nobody') this.counters.filteredIn += 1;
    else this.#take(frame, receiver);
  }

  #receiverOf(frame: Uint8Array): Receiver {
    const address = frame.subarray(0, ADDRESS_SIZE);
    if (this.#isOwn(address)) return 'own';
    return this.#is(reg.MODER_PROMISCUOUS) ? 'other' : 'nobody';
  }
  #isOwn(address: Uint8Array): boolean {
    if (address.every((byte) => byte === 0xff)) return !this.#is(reg.MODER_NO_BROADCAST);
    if ((address[0]! & 1) !== 0) {
      const bit = groupBit(address);
      return ((this.#at(bit < 32 ? reg.HASH0 : reg.HASH1) >>> (bit & 31)) & 1) !== 0;
    }
    const [low, high] = [this.#at(reg.MAC_ADDR0), this.#at(reg.MAC_ADDR1)];
    const own = [high >> 8, high, low >>> 24, low >>> 16, low >>> 8, low];
    return own.every((byte, at) => (byte & 0xff) === address[at]);
  }

  #take(frame: Uint8Array, receiver: Receiver): void {
    const at = this.#receiveNext;
    const status = at < reg.DESCRIPTOR_COUNT ? this.#descriptors[2 * at]! : 0;
    if ((status & reg.RX_EMPTY) === 0) {
      this.counters.droppedIn += 1;
      this.#happened(reg.INT_BUSY);
      return;
    }
    const longest = Math.max(0, this.#longest);
    const isTooLong = frame.length > longest;
    const whole = this.#withCheck(frame, longest);
    const answer = this.#buffers.write(this.#descriptors[2 * at + 1]!, whole);
    if (answer === 'wait') {
      // The buffer is still there for the next one.
      this.counters.droppedIn += 1;
      this.#happened(reg.INT_BUSY);
      return;
    }
    const length = answer === 'done' ? whole.length : 0;
    const outcome =
      (receiver === 'other' ? reg.RX_MISSED : 0) |
      (isTooLong ? reg.RX_TOO_LONG : 0) |
      (answer === 'done' ? 0 : reg.RX_OVERRUN);
    const kept = status & 0x7fff & ~reg.RX_OUTCOME;
    this.#descriptors[2 * at] = ((length << 16) | kept | outcome) >>> 0;
    this.#receiveNext =
      (status & reg.RX_WRAP) !== 0 || at + 1 >= reg.DESCRIPTOR_COUNT ? this.#sendCount : at + 1;
    const isGood = answer === 'done' && !isTooLong;
    this.counters[isGood ? 'framesIn' : 'droppedIn'] += 1;
    if (isGood) this.counters.bytesIn += frame.length;
    if (!isGood) this.#happened(reg.INT_RECEIVE_ERROR);
    else if ((status & reg.RX_INTERRUPT) !== 0) this.#happened(reg.INT_RECEIVED);
  }
  /** A frame as it comes from a wire: no shorter than one may be, cut off where it is too long, its check sum behind it. */
  #withCheck(frame: Uint8Array, longest: number): Uint8Array {
    const taken = Math.min(frame.length, longest);
    this.#frame.set(frame.subarray(0, taken));
    const whole = this.#pad(taken);
    const check = crc32(whole);
    for (let at = 0; at < reg.FCS_SIZE; at++) this.#frame[whole.length + at] = check >>> (8 * at);
    return this.#frame.subarray(0, whole.length + reg.FCS_SIZE);
  }

  // Being reset, and being saved.

  reset(): void {
    this.#words.fill(0);
    for (const [offset, value] of reg.AFTER_RESET) this.#words[offset >> 2] = value;
    this.#setAddress();
    this.#descriptors.fill(0);
    this.#own?.bytes.fill(0);
    this.#phy.reset();
    this.#sendNext = 0;
    this.#receiveNext = this.#sendCount;
    this.#waiting = false;
    this.#wait.forget();
    this.#setLine();
  }

  capture(): PartState {
    return partState(ETHOC, {
      ...{ registers: this.#words, descriptors: this.#descriptors },
      ...{ sendNext: this.#sendNext, receiveNext: this.#receiveNext, waiting: this.#waiting },
      sendsInNs: this.#wait.capture(),
      ...{ mac: this.mac, linkUp: this.linkUp, phyControl: this.#phy.control },
      packets: this.#own?.bytes ?? new Uint8Array(0),
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(ETHOC, saved);
    const { registers, descriptors, sendNext, receiveNext, packets } = state;
    const count = registers[reg.TX_BD_NUM >> 2]!;
    const isPlaced = sendNext < Math.max(1, count) && receiveNext <= reg.DESCRIPTOR_COUNT;
    if (count > reg.DESCRIPTOR_COUNT || !isPlaced || packets.length !== (this.#own?.bytes.length ?? 0))
      throw new SnapshotFormatError('a card that cannot be');
    this.#words.set(registers);
    this.#descriptors.set(descriptors);
    this.#own?.bytes.set(packets);
    refill(this.#mac, state.mac, 'a hardware address');
    this.#sendNext = sendNext;
    this.#receiveNext = receiveNext;
    this.#waiting = state.waiting;
    this.#wait.restore(state.sendsInNs);
    this.#phy.linkUp = state.linkUp;
    this.#phy.control = state.phyControl & 0xffff;
    Object.assign(this.counters, state.counters);
    this.#setLine();
  }
}

/** The word of a descriptor at an offset; -1 where there is none. */
function descriptorWord(offset: number): number {
  const place = (offset - reg.DESCRIPTORS) >> 2;
  return place >= 0 && place < 2 * reg.DESCRIPTOR_COUNT ? place : -1;
}
