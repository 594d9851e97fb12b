/**
 * A queue for each conversation, each with control of its delay (FQ-CoDel, RFC 8290): who sends little is served before those that fill
 * their queues, and these share the wire by turns.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { VirtualNs } from '#base/virtual-time';
import { DelayControl } from './delay-control.ts';
import type { Discipline, DisciplineEvents, DisciplineKind, DisciplineSettings } from './discipline.ts';
import { Flow, type FlowState, type WaitingFrame } from './flow.ts';
import { conversationOf } from './packet-header.ts';

/** Conversations that are told apart; more of them share queues. */
const QUEUES = 1024;
const QUANTUM_BYTES = LIMITS.etherFrameBytes.most;

class FairQueue implements Discipline {
  readonly #settings: DisciplineSettings;
  readonly #events: DisciplineEvents;
  readonly #control: DelayControl;
  /** Those that are in a round, by key. */
  readonly #byKey = new Map<number, Flow>();
  /** In their first round; they go before the others. */
  #young: Flow[] = [];
  #old: Flow[] = [];
  #length = 0;

  constructor(settings: DisciplineSettings, events: DisciplineEvents) {
    this.#settings = settings;
    this.#events = {
      lost: (frame, reason) => {
        this.#length -= 1;
        events.lost(frame, reason);
      },
      marked: () => events.marked(),
    };
    this.#control = new DelayControl(settings, this.#events);
  }

  get length(): number {
    return this.#length;
  }
  put(frame: WaitingFrame): void {
    const key = conversationOf(frame.bytes, this.#settings.seed) % QUEUES;
    let flow = this.#byKey.get(key);
    if (flow === undefined) {
      flow = new Flow(key);
      flow.isNew = true;
      flow.credit = QUANTUM_BYTES;
      this.#byKey.set(key, flow);
      this.#young.push(flow);
    }
    flow.put(frame);
    this.#length += 1;
    if (this.#length > this.#settings.frames) this.#makeRoom();
  }

  /** The longest, by bytes, loses the frame that waited longest (RFC 8290, section 4.1). */
  #makeRoom(): void {
    let longest: Flow | undefined;
    for (const flow of this.#byKey.values())
      if (longest === undefined || flow.bytes > longest.bytes) longest = flow;
    const frame = longest?.first();
    if (frame !== undefined) this.#events.lost(frame, 'noRoom');
  }

  /** RFC 8290, section 4.2. */
  take(now: VirtualNs): WaitingFrame | undefined {
    // Each has a turn to get credit, one to be served or found empty, and one more where it leaves the young ones.
    for (let turns = 3 * this.#byKey.size; turns > 0; turns--) {
      const isYoung = this.#young.length > 0;
      const round = isYoung ? this.#young : this.#old;
      const flow = round[0];
      if (flow === undefined) return undefined;
      if (flow.credit <= 0) {
        flow.credit += QUANTUM_BYTES;
        this.#toOld(flow, round);
        continue;
      }
      const frame = this.#control.take(flow, now);
      if (frame !== undefined) {
        flow.credit -= frame.bytes.length;
        this.#length -= 1;
        return frame;
      }
      // Who leaves the young ones empty waits for a round of the others: or it would be young again and again.
      if (isYoung && this.#old.length > 0) this.#toOld(flow, round);
      else {
        round.shift();
        this.#byKey.delete(flow.key);
      }
    }
    return undefined;
  }
  #toOld(flow: Flow, round: Flow[]): void {
    round.shift();
    flow.isNew = false;
    this.#old.push(flow);
  }

  flows(): readonly Flow[] {
    return [...this.#young, ...this.#old];
  }
  clear(): void {
    this.restore([]);
  }
  capture(): readonly FlowState[] {
    return this.flows().map((flow) => flow.capture());
  }
  restore(states: readonly FlowState[]): void {
    const flows = states.map((state) => Flow.restored(state));
    this.#young = flows.filter(({ isNew }) => isNew);
    this.#old = flows.filter(({ isNew }) => !isNew);
    this.#byKey.clear();
    for (const flow of flows) this.#byKey.set(flow.key, flow);
    this.#length = flows.reduce((sum, { length }) => sum + length, 0);
  }
}

export const FQ_CODEL: DisciplineKind = {
  create: (settings, events) => new FairQueue(settings, events),
};
