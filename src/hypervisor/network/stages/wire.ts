/** The wire to an endpoint: it carries one frame after the other, each for as long as its bits take, and then some delay. */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import { NS_PER_S, NS_PER_US, type VirtualNs } from '#base/virtual-time';
import { WIRE_OVERHEAD_BYTES } from '../ether-frame.ts';
import { BITS_PER_SECOND } from './rate.ts';
import { defineStage, type PortStage, type StageKind, type StagePort, type Transit } from './stage.ts';

export const USUAL_BITS_PER_SECOND = 1_000_000_000;
export const USUAL_DELAY_NS: VirtualNs = 10 * NS_PER_US;

interface WireState {
  /** Until when frames that were sent occupy the wire. */
  readonly busyUntil: VirtualNs;
}
export const WIRE_STATE: Declaration<WireState> = declare('wire', { busyUntil: integer });

/** How long a frame occupies a wire. */
export function wireTimeNs(frameBytes: number, bitsPerSecond: number = USUAL_BITS_PER_SECOND): VirtualNs {
  return Math.ceil(((frameBytes + WIRE_OVERHEAD_BYTES) * 8 * NS_PER_S) / bitsPerSecond);
}

class Wire implements PortStage {
  readonly #bitsPerSecond: number;
  readonly #delayNs: VirtualNs;
  readonly #port: StagePort;
  #busyUntil: VirtualNs = 0;

  constructor(bitsPerSecond: number, delayNs: VirtualNs, port: StagePort) {
    this.#port = port;
    this.#bitsPerSecond = bitsPerSecond;
    this.#delayNs = delayNs;
  }

  egress(frame: Transit): boolean {
    const begins = Math.max(this.#busyUntil, frame.at);
    this.#port.leaves(frame, begins);
    this.#busyUntil = begins + wireTimeNs(frame.bytes.length, this.#bitsPerSecond);
    frame.at = this.#busyUntil + this.#delayNs;
    return true;
  }
  freeAt(): VirtualNs {
    return this.#busyUntil;
  }
  takeOver(former: PortStage): void {
    // The frame that is on the wire leaves it as fast as it began.
    if (former instanceof Wire) this.#busyUntil = former.#busyUntil;
  }
  cleared(): void {
    this.#busyUntil = 0;
  }

  capture(): PartState {
    return partState(WIRE_STATE, { busyUntil: this.#busyUntil });
  }
  restore(state: PartState): void {
    this.#busyUntil = stateIn(WIRE_STATE, state).busyUntil;
  }
}

export const WIRE: StageKind = defineStage({
  id: 'wire',
  isUsual: true,
  isOfCable: true,
  settings: {
    bitsPerSecond: v.optional(BITS_PER_SECOND, USUAL_BITS_PER_SECOND),
    delayNs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(NS_PER_S)), USUAL_DELAY_NS),
  },
  counters: [],
  state: WIRE_STATE,
  create: ({ bitsPerSecond, delayNs }, port) => new Wire(bitsPerSecond, delayNs, port),
});
