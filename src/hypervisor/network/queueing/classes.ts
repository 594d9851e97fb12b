/** A queue for each class of frames: the highest class first (strict), or each its part of the wire (deficit round robin). */
import { LIMITS } from '#base/catalogue/limits';
import type { VirtualNs } from '#base/virtual-time';
import type {
  ClassSource,
  Discipline,
  DisciplineEvents,
  DisciplineKind,
  DisciplineSettings,
} from './discipline.ts';
import { Flow, type FlowState, type WaitingFrame } from './flow.ts';
import { dscpClassOf } from './packet-header.ts';

/** The class of a frame. What the switch itself sends comes from no port: it is the first port's. */
function classOf({ bytes, priority, from }: WaitingFrame, by: ClassSource): number {
  if (by === 'priority') return priority;
  return by === 'dscp' ? dscpClassOf(bytes) : Math.max(0, from);
}

/** Class 1, background, comes after class 0, best effort (802.1Q, table 8-5; RFC 8622 for DSCP). */
function rankOf(key: number): number {
  return key < 2 ? 1 - key : key;
}

/** Queues by class, as they come into use; those that are empty are forgotten. */
abstract class Classes implements Discipline {
  protected readonly settings: DisciplineSettings;
  readonly #events: DisciplineEvents;
  protected active: Flow[] = [];
  #length = 0;

  constructor(settings: DisciplineSettings, events: DisciplineEvents) {
    this.settings = settings;
    this.#events = events;
  }

  get length(): number {
    return this.#length;
  }
  put(frame: WaitingFrame): void {
    const key = classOf(frame, this.settings.by);
    let flow = this.active.find((each) => each.key === key);
    if (flow === undefined) {
      flow = new Flow(key);
      this.enter(flow);
    }
    flow.put(frame);
    this.#length += 1;
    if (this.#length > this.settings.frames) this.#makeRoom();
  }
  take(_now: VirtualNs): WaitingFrame | undefined {
    const flow = this.next();
    const frame = flow?.first();
    if (frame !== undefined) this.#length -= 1;
    if (flow?.length === 0) this.#leave(flow);
    return frame;
  }
  #makeRoom(): void {
    const loser = this.loser();
    const frame = loser?.last();
    if (loser === undefined || frame === undefined) return;
    this.#length -= 1;
    if (loser.length === 0) this.#leave(loser);
    this.#events.lost(frame, 'noRoom');
  }
  #leave(flow: Flow): void {
    this.active.splice(this.active.indexOf(flow), 1);
  }

  /** A queue that was empty has its first frame. */
  protected abstract enter(flow: Flow): void;
  /** Whose turn it is. */
  protected abstract next(): Flow | undefined;
  /** Whose newest frame goes when there is no room. */
  protected abstract loser(): Flow | undefined;

  flows(): readonly Flow[] {
    return this.active;
  }
  clear(): void {
    this.restore([]);
  }
  capture(): readonly FlowState[] {
    return this.active.map((flow) => flow.capture());
  }
  restore(flows: readonly FlowState[]): void {
    this.active = flows.map((state) => Flow.restored(state)).filter(({ length }) => length > 0);
    this.#length = this.active.reduce((sum, { length }) => sum + length, 0);
  }
}

/** Kept with the highest rank first: it goes first, and the lowest loses. */
class Strict extends Classes {
  protected override enter(flow: Flow): void {
    const after = this.active.findIndex(({ key }) => rankOf(key) < rankOf(flow.key));
    this.active.splice(after < 0 ? this.active.length : after, 0, flow);
  }
  protected override next(): Flow | undefined {
    return this.active[0];
  }
  protected override loser(): Flow | undefined {
    return this.active.at(-1);
  }
}

/** The first of the round first: it sends until its credit is used up, and is then the last. */
class Weighted extends Classes {
  #quantumOf(key: number): number {
    const { weights } = this.settings;
    // At least a whole frame, so that each round takes one from each.
    return (weights[key % weights.length] ?? 1) * LIMITS.etherFrameBytes.most;
  }
  protected override enter(flow: Flow): void {
    flow.credit = this.#quantumOf(flow.key);
    this.active.push(flow);
  }
  protected override next(): Flow | undefined {
    // A turn each at most: with a new credit any frame can go.
    for (let turns = this.active.length; turns >= 0; turns--) {
      const flow = this.active[0];
      if (flow === undefined) return undefined;
      if (flow.credit >= flow.nextBytes) {
        flow.credit -= flow.nextBytes;
        return flow;
      }
      flow.credit += this.#quantumOf(flow.key);
      this.active.push(...this.active.splice(0, 1));
    }
    return undefined;
  }
  /** The longest, of those that came into the round first. */
  protected override loser(): Flow | undefined {
    return this.active.reduce<Flow | undefined>(
      (most, flow) => (most === undefined || flow.length > most.length ? flow : most),
      undefined,
    );
  }
}

export const STRICT: DisciplineKind = {
  create: (settings, events) => new Strict(settings, events),
};
export const WEIGHTED: DisciplineKind = {
  create: (settings, events) => new Weighted(settings, events),
};
