/** What a layout of virtqueues is to the queue: how chains lie in guest memory, and how they come back. */
import type { QueueFault } from '#base/catalogue/device-states';
import type { DescriptorChain } from './descriptor-chain.ts';
import type { VirtqueueState } from './virtqueue-state.ts';

/** What the driver has said of a queue. */
export interface RingPlace {
  readonly size: number;
  /** INDIRECT_DESC and EVENT_IDX were negotiated. */
  readonly indirect: boolean;
  readonly eventIndex: boolean;
  /** Where the areas lie: descriptors, the driver's, the device's. */
  readonly areas: readonly [number, number, number];
}

/** An area of guest memory that stays in RAM while the queue is ready. */
export interface RingArea {
  readonly at: number;
  readonly length: number;
  readonly writable: boolean;
}

/** A chain was read; or there is none, it must be waited for, or it makes no sense. */
export type RingAnswer = 'chain' | 'none' | 'wait' | QueueFault;

/** How far both sides have come, as a snapshot holds it. */
export type RingState = Pick<VirtqueueState, 'taken' | 'completed' | 'availableAt' | 'usedAt'>;

export interface Ring {
  /** Chains that the device has taken, and those that it has given back; both count up modulo 2^16. */
  readonly taken: number;
  readonly completed: number;
  /** What the areas' addresses are multiples of, in their order. */
  readonly alignments: readonly [number, number, number];
  /** Whether a queue of this layout may have so many entries. */
  fits(size: number): boolean;
  /** The driver has declared the queue ready. */
  begin(place: RingPlace): void;
  readonly memory: readonly RingArea[];
  /** Reads the next available chain, which stays the next. */
  read(chain: DescriptorChain): RingAnswer;
  /** The chain that was read is the device's; false where that could not be written. */
  take(chain: DescriptorChain): boolean;
  /** The chains that were taken last wait again; false where that could not be written. */
  putBack(chains: readonly DescriptorChain[]): boolean;
  /** Gives a chain back; false where that could not be written. */
  use(chain: DescriptorChain, written: number): boolean;
  /** Nobody needs to hear any more of the chains that were given back. */
  forgetNews(): void;
  /** Whether the driver wants to hear of the chains that were given back since this was asked last: nothing, if there are none. */
  takeNews(): 'nothing' | 'wanted' | 'declined';
  /** Chains that wait to be taken. */
  waiting(): number;
  capture(): RingState;
  restore(state: RingState): void;
}
