/**
 * Fair queueing by shares (start-time fair queueing), in two steps: among VMs, then among the disks of the VM that is next. Each has a
 * virtual time, which grows by what it costs the disk, divided by its shares; who is furthest behind is next. Who has been away begins
 * where the others are: nothing is saved up.
 *
 *     shares   of a VM: the largest of its disks here, so that many disks are not many shares
 *     pieces   large requests are served in pieces, so that a small one of another VM waits for one piece at most
 *     places   where a disk does several things at a time, no VM has more than half of its places while others use it too
 *     patience where an arm goes to and fro, the disk stands still for a moment behind the last request of a VM that has had less than the
 *              others: its guest asks for the next one when it has heard of this one (anticipatory scheduling, Iyer and Druschel, 2001). What
 *              was waited for in vain is charged to the VM
 *     light    a VM that has little in the queue waits for each request of it; one that has much there has work for later. So a light one
 *              is charged for a part only of what it costs. That bounds what the other loses, as a priority would not
 */
import { type Declaration, declare, since } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { IoScheduler, IoSchedulerEnvironment, Picked } from './io-scheduler.ts';
import type { IoRequest, IoStream } from './request.ts';

interface StreamTime {
  readonly stream: number;
  readonly start: number;
}
interface VmTime {
  readonly slot: number;
  readonly start: number;
  readonly virtual: number;
}
interface FairState {
  readonly virtual: number;
  readonly times: readonly StreamTime[];
  readonly vms: readonly VmTime[];
  /** Whose next request is waited for (one, or none), and how long. */
  readonly awaited: readonly Awaited[];
}
interface Awaited {
  readonly slot: number;
  readonly from: VirtualNs;
  readonly until: VirtualNs;
}
export const STATE: Declaration<FairState> = declare<FairState>('fair queueing', {
  virtual: integer,
  times: list(declare<StreamTime>('time of a stream', { stream: u32, start: integer }), upTo(4096)),
  vms: since(
    8,
    list(
      declare<VmTime>('time of a VM at a disk', { slot: u32, start: integer, virtual: integer }),
      upTo(4096),
    ),
    [],
  ),
  awaited: since(
    9,
    list(
      declare<Awaited>('a request that is waited for', { slot: u32, from: integer, until: integer }),
      upTo(1),
    ),
    [],
  ),
});

/** Shares of who has a virtual time that grows as fast as the disk's. */
const USUAL_SHARES = 100;

interface Settings {
  readonly pieceBytes: number;
  readonly parallel: number;
  /** A VM is light while it has no more than this waiting, and then charged for so much of a hundred. */
  readonly lightBytes: number;
  readonly lightPercent: number;
  readonly patienceNs: VirtualNs;
}
/** Where the next request of a VM begins, and the virtual time that its disks are compared by. */
interface VmClock {
  start: number;
  virtual: number;
}

class FairQueueing implements IoScheduler {
  readonly merges = true;
  readonly pieceBytes: number;
  readonly #settings: Settings;
  /** Virtual time of what was picked last. */
  #virtual = 0;
  /** By slot. */
  readonly #vms = new Map<number, VmClock>();
  /** Where the next request of a stream begins. */
  readonly #starts = new Map<number, number>();
  /** Whose next request is waited for. */
  #awaited: Awaited | undefined;

  constructor(settings: Settings) {
    this.pieceBytes = settings.pieceBytes;
    this.#settings = settings;
  }

  get askAgainAt(): VirtualNs | undefined {
    return this.#awaited?.until;
  }

  pick(streams: readonly IoStream[], now: VirtualNs): Picked | undefined {
    if (this.#waits(streams, now)) return undefined;
    let best: IoStream | undefined;
    let least = Number.POSITIVE_INFINITY;
    let leastOfVm = Number.POSITIVE_INFINITY;
    const most = this.#places(streams);
    for (const stream of streams) {
      if (stream.waiting.length === 0 || inServiceOf(streams, stream.slot) >= most) continue;
      const ofVm = this.#clock(stream.slot).start;
      const start = this.#starts.get(stream.id) ?? 0;
      if (ofVm > leastOfVm || (stream.slot === best?.slot ? start >= least : ofVm === leastOfVm)) continue;
      best = stream;
      least = start;
      leastOfVm = ofVm;
    }
    const request = best?.waiting[0];
    return best === undefined || request === undefined ? undefined : { stream: best, request };
  }

  /** True while the disk stands still for a VM's next request. */
  #waits(streams: readonly IoStream[], now: VirtualNs): boolean {
    const awaited = this.#awaited;
    if (awaited === undefined) return false;
    const hasCome = streams.some(({ slot, waiting }) => slot === awaited.slot && waiting.length > 0);
    if (!hasCome && now < awaited.until) return true;
    this.#awaited = undefined;
    if (!hasCome) this.#clock(awaited.slot).start += awaited.until - awaited.from;
    return false;
  }

  /** The last request of a VM that has had less than all others: the next one is worth waiting for. */
  done({ slot }: IoStream, streams: readonly IoStream[], now: VirtualNs): void {
    const { patienceNs } = this.#settings;
    if (patienceNs === 0) return;
    let others = Number.POSITIVE_INFINITY;
    for (const stream of streams) {
      if (stream.slot === slot && isBusy(stream)) return;
      if (stream.slot !== slot && stream.waiting.length > 0)
        others = Math.min(others, this.#clock(stream.slot).start);
    }
    const isBehind = others !== Number.POSITIVE_INFINITY && this.#clock(slot).start < others;
    if (isBehind) this.#awaited = { slot, from: now, until: now + patienceNs };
  }

  /** That one VM may have. */
  #places(streams: readonly IoStream[]): number {
    const { parallel } = this.#settings;
    if (parallel === 1) return 1;
    let user: number | undefined;
    for (const { slot, counters, waiting } of streams) {
      if (counters.completed === 0 && waiting.length === 0) continue;
      if (user !== undefined && user !== slot) return Math.ceil(parallel / 2);
      user = slot;
    }
    return parallel;
  }

  #clock(slot: number): VmClock {
    let clock = this.#vms.get(slot);
    if (clock === undefined) {
      clock = { start: this.#virtual, virtual: 0 };
      this.#vms.set(slot, clock);
    }
    return clock;
  }

  woke(stream: IoStream, streams: readonly IoStream[]): void {
    const clock = this.#clock(stream.slot);
    this.#starts.set(stream.id, Math.max(clock.virtual, this.#starts.get(stream.id) ?? 0));
    const isAway = streams.every((other) => other === stream || other.slot !== stream.slot || !isBusy(other));
    // Whose request was waited for has not been away.
    if (isAway && this.#awaited?.slot !== stream.slot) clock.start = Math.max(this.#virtual, clock.start);
  }

  charge(
    { id, slot, shares }: IoStream,
    request: IoRequest,
    costNs: VirtualNs,
    streams: readonly IoStream[],
  ): void {
    const clock = this.#clock(slot);
    const start = this.#starts.get(id) ?? 0;
    clock.virtual = Math.max(clock.virtual, start);
    this.#starts.set(id, start + Math.ceil((costNs * USUAL_SHARES) / shares));
    this.#virtual = Math.max(this.#virtual, clock.start);
    const percent = this.#isLight(slot, request, streams) ? this.#settings.lightPercent : 100;
    clock.start += Math.ceil((costNs * percent) / sharesOf(streams, slot));
  }
  /** True for a VM that has little in the queue, with the request that is served. */
  #isLight(slot: number, { length }: IoRequest, streams: readonly IoStream[]): boolean {
    const { lightBytes } = this.#settings;
    let queued = length;
    for (const stream of streams) {
      if (stream.slot !== slot) continue;
      for (const waiting of stream.waiting) {
        queued += waiting.length;
        if (queued > lightBytes) return false;
      }
    }
    return queued <= lightBytes;
  }

  forget({ id, slot }: IoStream, streams: readonly IoStream[]): void {
    this.#starts.delete(id);
    if (!streams.every((other) => other.id === id || other.slot !== slot)) return;
    this.#vms.delete(slot);
    if (this.#awaited?.slot === slot) this.#awaited = undefined;
  }

  capture(): PartState {
    const times = [...this.#starts].sort(([a], [b]) => a - b).map(([stream, start]) => ({ stream, start }));
    const vms = [...this.#vms].sort(([a], [b]) => a - b).map(([slot, clock]) => ({ slot, ...clock }));
    const awaited = this.#awaited === undefined ? [] : [this.#awaited];
    return partState(STATE, { virtual: this.#virtual, times, vms, awaited });
  }
  restore(saved: PartState): void {
    const { virtual, times, vms, awaited } = stateIn(STATE, saved);
    this.#virtual = virtual;
    this.#awaited = awaited[0];
    this.#starts.clear();
    this.#vms.clear();
    for (const { stream, start } of times) this.#starts.set(stream, start);
    for (const { slot, ...clock } of vms) this.#vms.set(slot, clock);
  }
}

function isBusy({ waiting, inService }: IoStream): boolean {
  return waiting.length > 0 || inService > 0;
}
function inServiceOf(streams: readonly IoStream[], slot: number): number {
  let sum = 0;
  for (const stream of streams) if (stream.slot === slot) sum += stream.inService;
  return sum;
}
/** The shares of a VM at a disk. */
function sharesOf(streams: readonly IoStream[], slot: number): number {
  let most = 0;
  for (const stream of streams) if (stream.slot === slot) most = Math.max(most, stream.shares);
  return most;
}

function settingsFor(
  given: Pick<Settings, 'lightBytes' | 'lightPercent'> & Partial<Pick<Settings, 'pieceBytes' | 'patienceNs'>>,
  { pieceBytes, parallel, patienceNs }: IoSchedulerEnvironment,
): Settings {
  return { pieceBytes, parallel, patienceNs, ...given };
}

/** One for a disk, with what is said of it, and the disk's own for what is not. */
export function create(given: Parameters<typeof settingsFor>[0], disk: IoSchedulerEnvironment): IoScheduler {
  return new FairQueueing(settingsFor(given, disk));
}
