/**
 * ACLINT with CLINT layout: machine timer and software interrupts of a bare machine's harts. Time belongs to the host:
 * `mtime` shows it, and writes to `mtime` are ignored, so that it cannot differ from the `time` CSR.
 */

import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_TICK, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';
import type { MmioDevice } from '../device.ts';
import type { RegisterRow } from '../register.ts';
import { ACLINT_REGISTERS, MSIP, MTIME, MTIMECMP } from './registers.ts';
import { ACLINT } from './state.ts';

export interface AclintOptions {
  readonly harts: number;
  readonly events: EventQueue;
  /** Virtual time of the hart that is accessing the device. */
  readonly now: () => VirtualNs;
  /** Sets MTIP of a hart. */
  readonly onTimer: (hart: number, pending: boolean) => void;
  /** Sets MSIP of a hart. */
  readonly onSoftware: (hart: number, pending: boolean) => void;
}

const CHANNEL = 'aclint';
const TWO_32 = 0x1_0000_0000;

export class Aclint implements MmioDevice {
  readonly name = 'aclint';
  readonly registers: readonly RegisterRow[] = ACLINT_REGISTERS;
  readonly #options: AclintOptions;
  readonly #compareLow: Uint32Array;
  readonly #compareHigh: Uint32Array;
  readonly #timerPending: Uint8Array;
  readonly #softwarePending: Uint8Array;

  constructor(options: AclintOptions) {
    this.#options = options;
    this.#compareLow = new Uint32Array(options.harts).fill(0xffff_ffff);
    this.#compareHigh = new Uint32Array(options.harts).fill(0xffff_ffff);
    this.#timerPending = new Uint8Array(options.harts);
    this.#softwarePending = new Uint8Array(options.harts);
    options.events.on(CHANNEL, (hart, at) => this.#compare(hart, at));
  }

  read(offset: number, size: number): number {
    if (size !== 4) return 0;
    if (offset < MTIMECMP) return this.#softwarePending[offset >> 2] ?? 0;
    if (offset >= MTIME) {
      const ticks = Math.floor(this.#options.now() / NS_PER_TICK);
      return offset === MTIME ? ticks % TWO_32 : Math.floor(ticks / TWO_32);
    }
    const half = (offset & 4) === 0 ? this.#compareLow : this.#compareHigh;
    return half[(offset - MTIMECMP) >> 3] ?? 0;
  }

  write(offset: number, size: number, value: number): void {
    if (size !== 4 || offset >= MTIME) return;
    if (offset < MTIMECMP) {
      const hart = offset >> 2;
      if (hart >= this.#options.harts || this.#softwarePending[hart] === (value & 1)) return;
      this.#softwarePending[hart] = value & 1;
      this.#options.onSoftware(hart, (value & 1) === 1);
      return;
    }
    const hart = (offset - MTIMECMP) >> 3;
    if (hart >= this.#options.harts) return;
    const half = (offset & 4) === 0 ? this.#compareLow : this.#compareHigh;
    half[hart] = value;
    this.#options.events.cancel(CHANNEL, hart);
    this.#compare(hart, this.#options.now());
  }

  reset(): void {
    this.#compareLow.fill(0xffff_ffff);
    this.#compareHigh.fill(0xffff_ffff);
    for (let hart = 0; hart < this.#options.harts; hart++) {
      this.#options.events.cancel(CHANNEL, hart);
      this.#setTimer(hart, false);
      this.write(MSIP + 4 * hart, 4, 0);
    }
  }

  capture(): PartState {
    return partState(ACLINT, {
      compareLow: this.#compareLow,
      compareHigh: this.#compareHigh,
      timerPending: this.#timerPending,
      softwarePending: this.#softwarePending,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(ACLINT, saved);
    refill(this.#compareLow, state.compareLow, 'mtimecmp');
    refill(this.#compareHigh, state.compareHigh, 'mtimecmp');
    refill(this.#timerPending, state.timerPending, 'MTIP');
    refill(this.#softwarePending, state.softwarePending, 'MSIP');
    for (let hart = 0; hart < this.#options.harts; hart++) {
      this.#options.events.cancel(CHANNEL, hart);
      if (this.#timerPending[hart] === 0) this.#options.events.schedule(this.#dueAt(hart), CHANNEL, hart);
    }
  }

  /** Sets MTIP as of `at`, and an event for the instant at which it will change. */
  #compare(hart: number, at: VirtualNs): void {
    const due = this.#dueAt(hart);
    if (due > at) this.#options.events.schedule(due, CHANNEL, hart);
    this.#setTimer(hart, due <= at);
  }

  /** Inexact above 2^53, which is further away than the event queue reaches. */
  #dueAt(hart: number): VirtualNs {
    return (this.#compareHigh[hart]! * TWO_32 + this.#compareLow[hart]!) * NS_PER_TICK;
  }

  #setTimer(hart: number, pending: boolean): void {
    if ((this.#timerPending[hart] === 1) === pending) return;
    this.#timerPending[hart] = pending ? 1 : 0;
    this.#options.onTimer(hart, pending);
  }
}
