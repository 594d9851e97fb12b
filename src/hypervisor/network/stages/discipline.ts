/**
 * The queue before the wire, and who of it is next: by one of several disciplines. It lets a frame go on when all that lies behind takes it at
 * once, so that what is decided is decided as late as can be; without this stage frames go in order, and the wire says when.
 */
import * as v from 'valibot';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import { NS_PER_MS, NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { MOST_WAITING } from '../ether-frame.ts';
import { CLASS_SOURCES, type Discipline } from '../queueing/discipline.ts';
import { DISCIPLINE_IDS, DISCIPLINES } from '../queueing/disciplines.ts';
import { FLOWS, type FlowState, type WaitingFrame } from '../queueing/flow.ts';
import {
  defineStage,
  type Passage,
  type PortStage,
  type StageKind,
  type StagePort,
  type Transit,
} from './stage.ts';

const NEVER = Number.POSITIVE_INFINITY;
const USUAL_FRAMES = 256;
const MOST_WEIGHT = 64;
const time = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

interface WaitingState {
  /** When the next goes on; 0: none waits. */
  readonly serveAt: VirtualNs;
  readonly flows: readonly FlowState[];
}
const WAITING: Declaration<WaitingState> = declare('discipline', { serveAt: integer, flows: FLOWS });

class Queueing implements PortStage {
  readonly #port: StagePort;
  readonly #discipline: Discipline;
  #serveAt: VirtualNs = 0;

  constructor(port: StagePort, discipline: Discipline) {
    this.#port = port;
    this.#discipline = discipline;
  }

  get held(): number {
    return this.#discipline.length;
  }
  heldFrames(): readonly WaitingFrame[] {
    return this.#discipline.flows().flatMap(({ frames }) => frames);
  }

  egress(frame: Transit): Passage {
    const now = this.#port.now();
    if (this.held === 0 && this.#port.freeAt() <= now) return true;
    this.#discipline.put({ ...frame });
    if (this.#serveAt === 0) this.#wish();
    return 'held';
  }
  timer(now: VirtualNs): void {
    if (this.#port.freeAt() <= now) {
      const frame = this.#discipline.take(now);
      if (frame !== undefined) this.#port.goOn({ ...frame, at: now });
    }
    this.#wish();
  }
  #wish(): void {
    this.#serveAt = this.held === 0 ? 0 : this.#port.freeAt();
    this.#port.wakeAt(this.#serveAt === 0 ? NEVER : this.#serveAt);
  }

  takeOver(former: PortStage): void {
    if (!(former instanceof Queueing)) return;
    for (const frame of former.heldFrames()) this.#discipline.put(frame);
    former.#discipline.clear();
    this.#wish();
  }
  cleared(): void {
    // A wish for service stays: nothing comes of it.
    this.#discipline.clear();
    this.#serveAt = 0;
  }
  capture(): PartState {
    return partState(WAITING, { serveAt: this.#serveAt, flows: this.#discipline.capture() });
  }
  restore(state: PartState): void {
    const { serveAt, flows } = stateIn(WAITING, state);
    this.#discipline.restore(flows);
    this.#serveAt = this.held === 0 ? 0 : serveAt;
    this.#port.wakeAt(this.#serveAt === 0 ? NEVER : this.#serveAt);
  }
}

export const DISCIPLINE: StageKind = defineStage({
  id: 'discipline',
  isUsual: false,
  settings: {
    kind: v.picklist(DISCIPLINE_IDS),
    frames: v.optional(time(1, MOST_WAITING), USUAL_FRAMES),
    by: v.optional(v.picklist(CLASS_SOURCES), 'priority'),
    weights: v.optional(v.pipe(v.array(time(1, MOST_WEIGHT)), v.minLength(1), v.maxLength(64)), [1]),
    targetNs: v.optional(time(1000, NS_PER_S), 5 * NS_PER_MS),
    intervalNs: v.optional(time(1000, 10 * NS_PER_S), 100 * NS_PER_MS),
    ecn: v.optional(v.boolean(), false),
  },
  counters: [
    { id: 'noRoom', unit: 'count', text: { en: 'no room in the queue', zh: '队列无空位' } },
    { id: 'late', unit: 'count', text: { en: 'dropped so that others wait less', zh: '为减少等待而丢弃' } },
    { id: 'marked', unit: 'count', text: { en: 'told of congestion', zh: '标记拥塞' } },
  ],
  state: WAITING,
  create: ({ kind, ...settings }, port, counters) => {
    const discipline = DISCIPLINES[kind].create(
      { ...settings, seed: port.seed },
      {
        lost: (frame, reason) => {
          counters[reason] += 1;
          port.lose(frame, reason);
        },
        marked: () => {
          counters.marked += 1;
        },
      },
    );
    return new Queueing(port, discipline);
  },
});
