/**
 * What a guest is told of the time that its vCPU was ready and had no hart: a structure of 64 bytes in guest RAM (SBI 2.0, chapter 16),
 * which the hypervisor writes whenever the vCPU is put onto a hart. The account is the scheduler's; here is only who is told, and since when.
 *
 *     0        4        8                16        17
 *     | sequence | flags=0 | steal, in ns  | preempted | zeros up to 64
 */
import { type Declaration, declare } from '#base/state/declare';
import { integer, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { GuestMemory } from '#machine/devices/guest-memory';

/** The structure, and what its address must be a multiple of (SBI 2.0, 16.1). */
export const STEAL_TIME_BYTES = 64;
const STEAL_AT = 8;
const PREEMPTED_AT = 16;
/** Bytes of the fields that change. */
const USED_BYTES = 17;
/** The guest has named no memory. */
const NOWHERE = -1;

export interface StealTimeState {
  /** Guest physical address of the structure, or {@link NOWHERE}. */
  readonly gpa: number;
  /** The vCPU's account when the guest asked: what was before is not told. */
  readonly fromNs: VirtualNs;
  readonly sequence: number;
}
export const NO_STEAL_TIME: StealTimeState = { gpa: NOWHERE, fromNs: 0, sequence: 0 };
export const STEAL_TIME: Declaration<StealTimeState> = declare('steal time', {
  ...{ gpa: integer, fromNs: integer, sequence: u32 },
});

const bytes = new Uint8Array(STEAL_TIME_BYTES);
const view = new DataView(bytes.buffer);

/** Memory as it is written here: false where a page cannot be written now. */
type Memory = Pick<GuestMemory, 'write'>;

export class StealTime {
  #told: StealTimeState = NO_STEAL_TIME;

  /** Nobody is told any more. */
  end(): void {
    this.#told = NO_STEAL_TIME;
  }
  /** From now on the guest is told there; false when it cannot be written, and all is as before. */
  begin(memory: Memory, gpa: number, stealNs: VirtualNs): boolean {
    bytes.fill(0);
    if (!memory.write(gpa, bytes)) return false;
    this.#told = { gpa, fromNs: stealNs, sequence: 0 };
    return true;
  }
  /**
   * The vCPU is on a hart, and about to run. No hart of its VM runs while this is written, so none can find the sequence odd. A page that
   * has to be brought first is written next time: the whole sum is.
   */
  entered(memory: Memory, stealNs: VirtualNs): void {
    this.#write(memory, stealNs, 0);
  }
  /** Its hart was taken from it: whoever waits for what it holds need not spin. */
  preempted(memory: Memory, stealNs: VirtualNs): void {
    this.#write(memory, stealNs, 1);
  }

  #write(memory: Memory, stealNs: VirtualNs, preempted: 0 | 1): void {
    const { gpa, fromNs, sequence } = this.#told;
    if (gpa === NOWHERE) return;
    const next = (sequence + 2) >>> 0;
    view.setUint32(0, next, true);
    view.setUint32(4, 0, true);
    view.setBigUint64(STEAL_AT, BigInt(stealNs - fromNs), true);
    bytes[PREEMPTED_AT] = preempted;
    if (memory.write(gpa, bytes.subarray(0, USED_BYTES))) this.#told = { gpa, fromNs, sequence: next };
  }

  capture(): StealTimeState {
    return this.#told;
  }
  restore(state: StealTimeState): void {
    this.#told = state;
  }
}
