/**
 * What a virtio device is to its transport, and the reverse. Devices know queues and guest memory, not registers; they
 * do not import each other.
 */
import type { PartState } from '#base/state/part';
import type { CounterRow } from '../counters.ts';
import type { Display } from '../display/display.ts';
import type { GuestMemory } from '../guest-memory.ts';
import type { RegisterRow } from '../register.ts';
import type { Balloon } from './balloon/balloon.ts';
import type { Gesture } from './input/gestures.ts';
import type { Virtqueue } from './virtqueue.ts';

/** Feature bit 28: chains may end in an indirect table (virtio 1.2, §6). */
export const F_INDIRECT_DESC: number = 1 << 28;

/** Feature bit 29: each side names the entry of which it wants to hear (virtio 1.2, §2.7.7, §2.7.10). */
export const F_EVENT_IDX: number = 1 << 29;

/** Feature bits 34 and 35, of the second word: the packed layout, and buffers that come back in the order in which they went (§6). */
export const F_RING_PACKED_HIGH: number = 1 << 2;
export const F_IN_ORDER_HIGH: number = 1 << 3;

/** Any of `bits` needs one of `oneOf`. */
export interface FeatureNeed {
  readonly bits: number;
  readonly oneOf: number;
}

/** Who resets a device: a driver does so when it starts, too. */
export type ResetCause = 'driver' | 'system';

/**
 * A device behind a transport. Which requests it has is what its queues say (`holds`), not what it remembers: a driver may stop one
 * queue alone, and the device is not told.
 */
export interface VirtioDevice {
  /** Kind of device: a word for metrics and snapshots. */
  readonly kind: string;
  /** Device ID (virtio 1.2, §5). */
  readonly deviceId: number;
  /** Feature bits 0–31 that are offered; VERSION_1 always is. */
  readonly features: number;
  /** It gives buffers back in the order in which it took them, on each queue. */
  readonly inOrder?: boolean;
  /** Bits 0–31 that mean something only beside one of others: a driver that accepts them without any of these is refused (§2.2.2). */
  readonly needs?: readonly FeatureNeed[];
  /** Bits 32–63; VERSION_1 aside, none unless given. */
  readonly featuresHigh?: number;
  /** Largest size of each queue. */
  readonly queueSizes: readonly number[];
  /** So many of them it had in states of before; all unless given. */
  readonly earlierQueues?: number;
  /** Configuration space; the device changes it and calls `configChanged`. */
  readonly config: Uint8Array;
  /** The fields of the configuration space, by offset in it. */
  readonly configRegisters?: readonly RegisterRow[];
  /** Takes what the driver writes into the configuration space; where there is none, all of it is read-only. */
  writeConfig?(offset: number, size: number, value: number): void;
  /** What it is to the host, if it is a memory balloon. */
  readonly balloon?: Balloon;
  /** What it shows, if it is a screen. */
  readonly display?: Display;
  /** The gestures that it takes, if it is a keyboard or a pointer; false where too much waits for its driver. */
  readonly gestures?: Gesture['kind'];
  gesture?(gesture: Gesture): boolean;
  /** The host's end of a port that bytes pass through, if it has one. */
  readonly bytePort?: BytePort;
  /** The address of a network card, and whether its cable is in. */
  readonly mac?: Uint8Array;
  readonly linkUp?: boolean;
  /** Bytes that the content of a disk takes. */
  readonly allocatedBytes?: number;
  /** What the device has counted, and what each of these counters is called. */
  readonly counters: Readonly<Record<string, number>>;
  readonly counterRows: readonly CounterRow[];
  /** Called once, when the device is plugged into a transport. */
  plugged(port: VirtioPort): void;
  /** Called when it is taken out: it forgets the transport, and no event of it stays behind. */
  unplugged(): void;
  /** The driver has made buffers available. Work must be bounded by the queue's size. */
  notify(queue: number): void;
  /** A queue has taken its chains back: it was stopped alone, or the device stands still until a reset. For who has more than chains. */
  withdrawn?(queue: number): void;
  /** Takes bytes that were typed, if it is a terminal, and says how many it had room for. */
  input?(bytes: Uint8Array): number;
  /** The size of its terminal, if it is one; and another one, of which the driver is told. */
  readonly terminalSize?: TerminalSize | undefined;
  resize?(columns: number, rows: number): void;
  /** Its VM goes on: what it could not do before it may try again. */
  retry?(): void;
  /** The driver has reset the device, or the whole VM was: work in flight is forgotten. */
  reset(cause: ResetCause): void;
  /**
   * It has been restored in a copy of its VM, which must not pass for the original: it has an identity of its own again.
   * @param runs software is loaded that knows the original's
   */
  becomeCopy?(runs: boolean): void;
  /** Pulls or inserts its cable, if it has one; the driver is told. */
  setLink?(up: boolean): void;
  /** It is at another place of its network, where its driver is to tell of it. */
  announce?(): void;
  /** Its state, as it is until the device changes; the queues are the transport's. */
  capture(): PartState;
  restore(state: PartState): void;
}

/** The size of a terminal in cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  /** The driver heeds another size. */
  readonly follows: boolean;
}

/** The host's end of a port between host and guest. */
export interface BytePort {
  /** Software in the guest has it open. */
  readonly isOpen: boolean;
  /** Bytes that it has room for. */
  readonly room: number;
  /** Sends bytes to the guest, and says how many had room. */
  send(bytes: Uint8Array): number;
  /** Takes bytes of the guest's, which are valid only during the call; set by whoever listens. */
  onBytes: (bytes: Uint8Array) => void;
  /** The guest has opened or closed it. */
  onOpen: (isOpen: boolean) => void;
}

/** The transport, as its device sees it. */
export interface VirtioPort {
  readonly memory: GuestMemory;
  /** DRIVER_OK is set, and the device does not need a reset. */
  readonly live: boolean;
  /** True for a feature (bits 0–31) that the driver has accepted. */
  accepted(feature: number): boolean;
  queue(index: number): Virtqueue;
  /** Buffers of a queue were completed: interrupts the driver unless it declined. */
  used(index: number): void;
  /** The configuration space has changed: the driver is told. */
  configChanged(): void;
  /** It has changed since the driver asked for that: whoever reads it in pieces sees that it did (§4.2.2.1). */
  configSet(): void;
  /** The driver broke the protocol: the device stops until reset. */
  fail(): void;
}
