/**
 * A worse way to the endpoint than a wire is: frames take longer, by a time that varies; some are lost, alone or many in a row, arrive
 * twice, overtake others, or have a bit turned over. All is drawn from the scenario's seed, so it is the same in every run.
 */
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { bool, integer, list, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { RANDOM_STATE, RandomGenerator } from '#machine/random-generator';
import { MOST_WAITING } from '../../ether-frame.ts';
import { WAITING_FRAME, type WaitingFrame } from '../../queueing/flow.ts';
import type { Passage, PortStage, StagePort, Transit } from '../stage.ts';

/** As its row of the table of stages has them (`kind.ts`). */
interface NetemSettings {
  readonly delayNs: VirtualNs;
  readonly jitterNs: VirtualNs;
  readonly inOrder: boolean;
  readonly lossPercent: number;
  readonly badBeginsPercent: number;
  readonly badEndsPercent: number;
  readonly badLossPercent: number;
  readonly duplicatePercent: number;
  readonly reorderPercent: number;
  readonly corruptPercent: number;
}
type NetemCounter = 'lost' | 'duplicated' | 'reordered' | 'corrupted' | 'noRoom';

/** A frame and when it is there: in its `at`. */
interface NetemState {
  readonly random: Uint32Array;
  readonly isBad: boolean;
  /** Before it no frame that keeps the order is there. */
  readonly lastAt: VirtualNs;
  readonly frames: readonly { readonly at: VirtualNs; readonly frame: WaitingFrame }[];
}
export const STATE: Declaration<NetemState> = declare<NetemState>('netem', {
  ...{ random: RANDOM_STATE, isBad: bool, lastAt: integer },
  frames: list(
    declare<NetemState['frames'][number]>('delayed frame', { at: integer, frame: WAITING_FRAME }),
    upTo(MOST_WAITING),
  ),
});

class Netem implements PortStage {
  readonly #settings: NetemSettings;
  readonly #port: StagePort;
  readonly #counters: Record<NetemCounter, number>;
  readonly #random: RandomGenerator;
  #isBad = false;
  #lastAt: VirtualNs = 0;
  /** Ascending by `at`. */
  #frames: WaitingFrame[] = [];

  constructor(settings: NetemSettings, port: StagePort, counters: Record<NetemCounter, number>) {
    this.#settings = settings;
    this.#port = port;
    this.#counters = counters;
    this.#random = new RandomGenerator(port.seed);
  }

  get held(): number {
    return this.#frames.length;
  }
  heldFrames(): readonly WaitingFrame[] {
    return this.#frames;
  }

  egress(frame: Transit): Passage {
    const { duplicatePercent, corruptPercent } = this.#settings;
    if (this.#isLost()) {
      this.#counters.lost += 1;
      return false;
    }
    if (this.held >= MOST_WAITING - 1) {
      this.#counters.noRoom += 1;
      return false;
    }
    if (this.#draws(corruptPercent)) {
      frame.bytes = this.#damaged(frame.bytes);
      this.#counters.corrupted += 1;
    }
    const came = frame.at;
    this.#hold(frame, came);
    if (this.#draws(duplicatePercent)) {
      this.#counters.duplicated += 1;
      this.#hold(frame, came);
    }
    this.#wish();
    return 'held';
  }

  #hold(frame: Readonly<Transit>, came: VirtualNs): void {
    const at = this.#arrivalOf(came);
    let place = this.#frames.length;
    while (place > 0 && this.#frames[place - 1]!.at > at) place -= 1;
    this.#frames.splice(place, 0, { ...frame, at });
  }
  #arrivalOf(came: VirtualNs): VirtualNs {
    const { delayNs, jitterNs, inOrder, reorderPercent } = this.#settings;
    if (this.#draws(reorderPercent)) {
      this.#counters.reordered += 1;
      return came;
    }
    const jitter = jitterNs === 0 ? 0 : (this.#random.next() % (2 * jitterNs + 1)) - jitterNs;
    const at = came + Math.max(0, delayNs + jitter);
    if (!inOrder) return at;
    this.#lastAt = Math.max(this.#lastAt, at);
    return this.#lastAt;
  }
  #isLost(): boolean {
    const { lossPercent, badBeginsPercent, badEndsPercent, badLossPercent } = this.#settings;
    if (badBeginsPercent > 0)
      this.#isBad = this.#isBad ? !this.#draws(badEndsPercent) : this.#draws(badBeginsPercent);
    return this.#draws(this.#isBad ? badLossPercent : lossPercent);
  }
  /** True in so many of a hundred cases; what never happens draws nothing. */
  #draws(percent: number): boolean {
    return percent > 0 && this.#random.next() < (percent / 100) * 0x1_0000_0000;
  }
  #damaged(bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice();
    const bit = this.#random.next() % (8 * copy.length);
    copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
    return copy;
  }

  timer(now: VirtualNs): void {
    while ((this.#frames[0]?.at ?? Number.POSITIVE_INFINITY) <= now) this.#port.goOn(this.#frames.shift()!);
    this.#wish();
  }
  #wish(): void {
    this.#port.wakeAt(this.#frames[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  takeOver(former: PortStage): void {
    if (!(former instanceof Netem)) return;
    // What is on its way arrives as it would have.
    this.#frames = former.#frames;
    former.#frames = [];
    this.#lastAt = this.#frames.at(-1)?.at ?? 0;
    this.#random.restore(former.#random.capture());
    this.#wish();
  }
  cleared(): void {
    this.#frames = [];
    this.#lastAt = 0;
  }
  capture(): PartState {
    const frames = this.#frames.map((frame) => ({ at: frame.at, frame }));
    const random = this.#random.capture();
    return partState(STATE, { random, isBad: this.#isBad, lastAt: this.#lastAt, frames });
  }
  restore(state: PartState): void {
    const { random, isBad, lastAt, frames } = stateIn(STATE, state);
    this.#random.restore(random);
    this.#isBad = isBad;
    this.#lastAt = lastAt;
    this.#frames = frames.map(({ at, frame }) => ({ ...frame, at }));
    this.#wish();
  }
}

export function create(
  settings: NetemSettings,
  port: StagePort,
  counters: Record<NetemCounter, number>,
): PortStage {
  return new Netem(settings, port, counters);
}
