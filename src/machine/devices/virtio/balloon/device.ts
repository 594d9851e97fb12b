/**
 * virtio memory balloon (virtio 1.2, §5.5): a guest lends pages to its host, as many as are wanted of it, and takes them back when
 * fewer are. It also reports pages that are free at the moment, and tells figures of its memory. What it says is taken for no more
 * than a word of its own: a page that it gives loses its content, and nobody else's.
 */
import { PAGE_SIZE } from '#base/addresses';
import type { EventCode } from '#base/catalogue/event-codes';
import type { ErrorData } from '#base/result';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../../event-queue.ts';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '../../counters.ts';
import type { GivenPage, GuestPages } from '../../guest-memory.ts';
import type { RegisterRow } from '../../register.ts';
import { DescriptorChain, type Reach } from '../descriptor-chain.ts';
import type { VirtioDevice, VirtioPort } from '../virtio-device.ts';
import { type Balloon, CLAIMANTS, type Claimant } from './balloon.ts';
import { BALLOON_COUNTERS, type BalloonCounter } from './metrics.ts';
import * as reg from './registers.ts';
import { BALLOON } from './state.ts';
import { readStatistics, STATISTICS, STATISTICS_SIZE, type Statistics } from './statistics.ts';

export interface BalloonOptions {
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly pages: GuestPages;
  /** The guest can do something: it is neither off nor paused. */
  readonly isRunning: () => boolean;
  /** Tells people. */
  readonly tell: (code: EventCode, data: ErrorData) => void;
  /** Offers reporting of free pages. */
  readonly reporting: boolean;
  readonly deflateOnOom: boolean;
  /** From one telling of figures to the next; 0: they are never asked for. */
  readonly statisticsPeriodNs: VirtualNs;
}

/** A guest that has not come nearer to the target for so long refuses. */
const PATIENCE_NS: VirtualNs = 3_000_000_000;

const FRAME_NUMBERS: Reach = { readable: reg.PFN_SIZE * reg.MOST_PFNS, writable: 0 };
const FIGURES: Reach = { readable: STATISTICS_SIZE, writable: 0 };
/** Pages that are reported are named by the descriptors themselves, and not touched. */
const NOTHING: Reach = { readable: 0, writable: 0 };

/** Data of its events. */
const LOOK = 0;
const ASK = 1;

/** What counts a page that was given, by what came of it. */
const UNGIVEN: Readonly<Record<Exclude<GivenPage, 'given'>, BalloonCounter>> = {
  already: 'repeated',
  held: 'held',
  outside: 'outside',
};

export class VirtioBalloon implements VirtioDevice, Balloon {
  readonly kind = 'balloon';
  readonly deviceId: number = reg.DEVICE_ID;
  readonly inOrder = true;
  readonly features: number;
  readonly queueSizes: readonly number[] = new Array<number>(reg.QUEUES).fill(reg.QUEUE_SIZE);
  readonly config: Uint8Array = new Uint8Array(reg.CONFIG_SIZE);
  readonly configRegisters: readonly RegisterRow[] = reg.CONFIG_REGISTERS;
  readonly counters: Counters<BalloonCounter> = zeroCounters(namesOf(BALLOON_COUNTERS));
  readonly counterRows: readonly CounterRow[] = BALLOON_COUNTERS;
  readonly #options: BalloonOptions;
  readonly #claims = new Float64Array(CLAIMANTS.length);
  readonly #chain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #numbers = new Uint8Array(reg.PFN_SIZE * reg.MOST_PFNS);
  readonly #numbersView = new DataView(this.#numbers.buffer);
  readonly #configView = new DataView(this.config.buffer);
  /** The buffer for figures, which the driver gets back when it is to tell them again. */
  readonly #figuresChain = new DescriptorChain(reg.QUEUE_SIZE);
  readonly #figures = new Uint8Array(STATISTICS_SIZE);
  #port: VirtioPort | undefined;
  #statistics: Statistics = {};
  #toldAt: VirtualNs | undefined;
  /** Pages that it had given when it told that. */
  #toldActual = 0;
  #askAt: VirtualNs | undefined;
  /** The buffer for figures was taken; a queue that is stopped forgets it. */
  #isHeld = false;
  #refuses = false;
  #distance = 0;
  #lookAt: VirtualNs | undefined;
  /** Pages that may still be reported in this service: honest reports name none twice. */
  #budget = 0;

  constructor(options: BalloonOptions) {
    this.#options = options;
    this.features =
      (options.statisticsPeriodNs > 0 ? reg.F_STATS_VQ : 0) |
      (options.deflateOnOom ? reg.F_DEFLATE_ON_OOM : 0) |
      (options.reporting ? reg.F_REPORTING : 0);
  }

  /** It is the balloon of its VM. */
  get balloon(): Balloon {
    return this;
  }
  get targetPages(): number {
    return this.#configView.getUint32(reg.CONFIG_NUM_PAGES, true);
  }
  get actualPages(): number {
    return this.#configView.getUint32(reg.CONFIG_ACTUAL, true);
  }
  get refuses(): boolean {
    return this.#refuses;
  }
  get hasDriver(): boolean {
    return this.#port?.live === true;
  }
  get statistics(): Statistics {
    return this.#statistics;
  }
  get toldAtNs(): VirtualNs | undefined {
    return this.#toldAt;
  }
  get sparePages(): number | undefined {
    const { available } = this.#statistics;
    if (available === undefined) return undefined;
    return (
      Math.floor(available / PAGE_SIZE) + this.#toldActual - Math.max(this.actualPages, this.targetPages)
    );
  }

  claimed(who: Claimant): number {
    return this.#claims[CLAIMANTS.indexOf(who)]!;
  }
  claim(who: Claimant, pages: number): void {
    this.#claims[CLAIMANTS.indexOf(who)] = pages;
    const before = this.targetPages;
    this.#setTarget();
    if (this.targetPages === before) return;
    this.#refuses = false;
    this.#watch();
    this.#port?.configChanged();
  }
  #setTarget(): void {
    const wanted = this.claimed('removal') + Math.max(this.claimed('hand'), this.claimed('policy'));
    const target = Math.max(0, Math.min(wanted, this.#options.pages.pages));
    this.#configView.setUint32(reg.CONFIG_NUM_PAGES, target, true);
  }

  plugged(port: VirtioPort): void {
    const { events, channel } = this.#options;
    this.#port = port;
    events.on(channel, (data) => (data === LOOK ? this.#look() : this.#ask()));
  }

  unplugged(): void {
    const { events, channel } = this.#options;
    this.#port = undefined;
    events.off(channel);
  }

  /** The driver tells how many pages it has given (§5.5.4); all else is read-only. */
  writeConfig(offset: number, size: number, value: number): void {
    if (offset !== reg.CONFIG_ACTUAL || size !== 4) return;
    this.#configView.setUint32(reg.CONFIG_ACTUAL, value, true);
    if (this.#lookAt === undefined || value === this.targetPages) this.#watch();
  }

  notify(queue: number): void {
    const port = this.#port;
    if (port === undefined) return;
    this.#budget = this.#options.pages.pages;
    if (queue === reg.INFLATE_QUEUE) this.#serve(port, queue, FRAME_NUMBERS, this.#lend);
    else if (queue === reg.DEFLATE_QUEUE) this.#serve(port, queue, FRAME_NUMBERS, this.#takeBack);
    else if (queue === this.#queueOf(reg.F_STATS_VQ)) this.#hear(port, queue);
    else if (queue === this.#queueOf(reg.F_REPORTING)) this.#serve(port, queue, NOTHING, this.#takeReport);
    if (this.#lookAt === undefined) this.#watch();
  }

  /** Position of the queue of a feature; -1 for one that the driver did not accept. */
  #queueOf(feature: number): number {
    const port = this.#port;
    if (port?.accepted(feature) !== true) return -1;
    const isBehind = feature === reg.F_REPORTING && port.accepted(reg.F_STATS_VQ);
    return reg.FIRST_OPTIONAL_QUEUE + (isBehind ? 1 : 0);
  }

  /** Serves what is in a queue: each chain by `request`, which is false when the guest broke the protocol. */
  #serve(port: VirtioPort, index: number, reach: Reach, request: (port: VirtioPort) => boolean): void {
    const queue = port.queue(index);
    queue.beginService();
    let completed = 0;
    while (completed < queue.size && queue.next(this.#chain, reach)) {
      if (!request(port)) {
        port.fail();
        return;
      }
      queue.complete(this.#chain, 0);
      completed += 1;
    }
    if (completed > 0) port.used(index);
  }

  /** Reads the frame numbers of a request, once; how many, or -1 where they are not in memory. */
  #readNumbers(port: VirtioPort): number {
    const named = Math.floor(this.#chain.readable / reg.PFN_SIZE);
    const count = Math.min(named, reg.MOST_PFNS);
    this.counters.ignored += named - count;
    return this.#chain.read(port.memory, 0, this.#numbers.subarray(0, reg.PFN_SIZE * count)) ? count : -1;
  }
  #address(at: number): number {
    return this.#numbersView.getUint32(reg.PFN_SIZE * at, true) * PAGE_SIZE;
  }

  readonly #lend = (port: VirtioPort): boolean => {
    const count = this.#readNumbers(port);
    for (let at = 0; at < count; at++) {
      const came = this.#options.pages.lend(this.#address(at));
      this.counters[came === 'given' ? 'lent' : UNGIVEN[came]] += 1;
    }
    return count >= 0;
  };

  readonly #takeBack = (port: VirtioPort): boolean => {
    const count = this.#readNumbers(port);
    for (let at = 0; at < count; at++) {
      const wasLent = this.#options.pages.takeBack(this.#address(at));
      this.counters[wasLent ? 'takenBack' : 'notLent'] += 1;
    }
    return count >= 0;
  };

  /** Takes what is reported: whole pages, which the descriptors themselves name. */
  readonly #takeReport = (): boolean => {
    for (let segment = 0; segment < this.#chain.segments; segment++) {
      const start = this.#chain.addressOf(segment);
      const first = Math.ceil(start / PAGE_SIZE);
      const count = Math.max(0, Math.floor((start + this.#chain.lengthOf(segment)) / PAGE_SIZE) - first);
      const taken = Math.min(count, this.#budget);
      this.#budget -= taken;
      this.counters.ignored += count - taken;
      for (let page = first; page < first + taken; page++) {
        const came = this.#options.pages.report(page * PAGE_SIZE);
        this.counters[came === 'given' ? 'reported' : UNGIVEN[came]] += 1;
      }
    }
    return true;
  };

  /** The driver tells figures; its buffer stays here until they are asked for again (§5.5.6.3). */
  #hear(port: VirtioPort, index: number): void {
    const queue = port.queue(index);
    queue.beginService();
    // A driver has one such buffer. What it offers besides waits until the first is back.
    if (queue.holds(this.#figuresChain) || !queue.next(this.#figuresChain, FIGURES)) return;
    const bytes = this.#figures.subarray(0, Math.min(this.#figuresChain.readable, STATISTICS_SIZE));
    if (!this.#figuresChain.read(port.memory, 0, bytes)) {
      port.fail();
      return;
    }
    // The buffer that a driver gives first may hold nothing yet.
    if (bytes.length > 0) {
      this.#statistics = readStatistics(bytes);
      this.#toldAt = this.#options.now();
      this.#toldActual = this.actualPages;
      this.counters.statistics += 1;
    }
    this.#isHeld = true;
    this.#askIn(this.#options.statisticsPeriodNs);
  }
  /** The driver's buffer is here, until it is asked again. */
  get #hasAsked(): boolean {
    const queue = this.#port?.queue(this.#queueOf(reg.F_STATS_VQ));
    return this.#isHeld && queue?.holds(this.#figuresChain) !== false;
  }
  #askIn(ns: VirtualNs): void {
    this.#askAt = this.#schedule(ASK, ns);
  }
  #ask(): void {
    this.#askAt = undefined;
    this.#isHeld = false;
    const index = this.#queueOf(reg.F_STATS_VQ);
    const port = this.#port;
    if (port === undefined || index < 0 || !port.queue(index).holds(this.#figuresChain)) return;
    port.queue(index).complete(this.#figuresChain, 0);
    port.used(index);
  }

  /** Looks in a while whether the guest came nearer to the target, if it is not there. */
  #watch(): void {
    const { events, channel } = this.#options;
    events.cancel(channel, LOOK);
    this.#lookAt = undefined;
    this.#distance = Math.abs(this.targetPages - this.actualPages);
    if (this.#distance === 0) this.#refuses = false;
    else this.#lookAt = this.#schedule(LOOK, PATIENCE_NS);
  }
  #look(): void {
    this.#lookAt = undefined;
    const { isRunning, tell } = this.#options;
    const stands = Math.abs(this.targetPages - this.actualPages) >= this.#distance;
    if (!stands || !isRunning()) {
      if (!stands) this.#refuses = false;
      if (this.hasDriver || isRunning()) this.#watch();
      return;
    }
    if (!this.#refuses) {
      this.#refuses = true;
      const [target, actual] = [this.targetPages, this.actualPages];
      tell(this.hasDriver ? 'vm.balloonRefused' : 'vm.balloonUndriven', { target, actual });
    }
  }

  #schedule(data: number, ns: VirtualNs): VirtualNs {
    const { events, channel, now } = this.#options;
    const at = now() + ns;
    events.cancel(channel, data);
    events.schedule(at, channel, data);
    return at;
  }

  /** The driver begins anew: what it lent is its own again, and what is wanted stays wanted. */
  reset(): void {
    const { events, channel, pages } = this.#options;
    pages.takeAllBack();
    events.cancel(channel, LOOK);
    events.cancel(channel, ASK);
    this.#lookAt = undefined;
    this.#askAt = undefined;
    this.#isHeld = false;
    this.#refuses = false;
    this.#statistics = {};
    this.#toldAt = undefined;
    this.#toldActual = 0;
    this.#configView.setUint32(reg.CONFIG_ACTUAL, 0, true);
  }

  capture(): PartState {
    const now = this.#options.now();
    const left = (at: VirtualNs | undefined): VirtualNs | undefined => (at === undefined ? at : at - now);
    return partState(BALLOON, {
      claims: this.#claims,
      actual: this.actualPages,
      refuses: this.#refuses,
      distance: this.#distance,
      lookIn: left(this.#lookAt),
      asked: this.#hasAsked ? this.#figuresChain.capture() : undefined,
      askIn: left(this.#askAt),
      figures: Float64Array.from(STATISTICS, ({ id }) => this.#statistics[id] ?? -1),
      toldBefore: this.#toldAt === undefined ? undefined : now - this.#toldAt,
      toldActual: this.#toldActual,
      counters: this.counters,
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(BALLOON, saved);
    const { events, channel, now } = this.#options;
    this.#claims.set(state.claims);
    this.#setTarget();
    this.#configView.setUint32(reg.CONFIG_ACTUAL, state.actual, true);
    this.#refuses = state.refuses;
    this.#distance = state.distance;
    events.cancel(channel, LOOK);
    events.cancel(channel, ASK);
    this.#lookAt = state.lookIn === undefined ? undefined : this.#schedule(LOOK, state.lookIn);
    this.#isHeld = state.asked !== undefined;
    if (state.asked !== undefined) {
      this.#figuresChain.restore(state.asked);
      this.#port?.queue(this.#queueOf(reg.F_STATS_VQ)).adopt(this.#figuresChain, FIGURES);
    }
    this.#askAt = state.askIn === undefined ? undefined : this.#schedule(ASK, state.askIn);
    this.#statistics = Object.fromEntries(
      STATISTICS.flatMap(({ id }, at) => (state.figures[at]! < 0 ? [] : [[id, state.figures[at]!]])),
    );
    this.#toldAt = state.toldBefore === undefined ? undefined : now() - state.toldBefore;
    this.#toldActual = state.toldActual;
    Object.assign(this.counters, state.counters);
  }
}
