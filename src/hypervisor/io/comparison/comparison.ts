/**
 * The same work given to several VMs, one after the other, and what it has cost each. The work is typed; it counts from its first
 * operation on until so many are done. Where the time goes is read off the accounts of vCPUs, but where requests were while a vCPU
 * waited: that is looked at every few microseconds, and divides the time that it waited.
 *
 *     command ──▶ typed to a VM ──▶ first operation … last ──▶ row ──▶ typed to the next
 */
import type { AccountPart, ComparedId } from '#base/catalogue/compared-devices';
import { NS_PER_S, NS_PER_US, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import type { EventLog } from '../../monitor/event-log.ts';
import type { FrameDoor } from '../../vm/home.ts';
import type { Vm } from '../../vm/vm.ts';
import { differenceOf } from '../scheduling/latencies.ts';
import {
  type ComparedDevice,
  comparedDevice,
  type RoleTally,
  rolesOf,
  type Whereabouts,
} from './compared-devices.ts';
import { NO_TRIPS, RoundTrips } from './round-trips.ts';
import {
  type ComparedRow,
  type ComparisonState,
  type Course,
  type DmaTally,
  NO_COMPARISON,
  type Tallies,
} from './state.ts';

export interface ComparisonWork {
  readonly device: ComparedId;
  readonly vms: readonly string[];
  readonly text: string;
  readonly operations: number;
}
export interface ComparisonOptions {
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly vmOf: (name: string) => Vm | undefined;
  readonly log: EventLog;
}

const CHANNEL = 'comparison';
/** From one look to the next. */
const LOOK_NS: VirtualNs = 20 * NS_PER_US;
/** Who has not done it by then is late, and has a row of what was done. */
const MOST_NS: VirtualNs = 20 * NS_PER_S;

export class Comparison {
  readonly #options: ComparisonOptions;
  #state: ComparisonState = NO_COMPARISON;
  /** Of the VM that is at it. */
  readonly #trips = new RoundTrips();

  constructor(options: ComparisonOptions) {
    this.#options = options;
    options.events.on(CHANNEL, (_, at) => this.#look(at));
  }

  /** What it must be told. */
  get door(): FrameDoor {
    return { noteFrame: (slot, frame, isSent) => this.#noteFrame(slot, frame, isSent) };
  }
  #noteFrame(slot: number, frame: Uint8Array, isSent: boolean): void {
    const { course, device } = this.#state;
    if (course === undefined || device !== 'card') return;
    if (this.#options.vmOf(course.vm)?.slot === slot) this.#trips.note(frame, isSent, this.#options.now());
  }

  /** What is compared, who is at it, and what it has cost those who have done it. */
  get state(): ComparisonState {
    return this.#state;
  }

  /** Begins; what was compared before is forgotten. */
  begin({ device, vms, text, operations }: ComparisonWork): void {
    this.#state = { ...NO_COMPARISON, device, text, operations, waiting: [...vms], isLast: false };
    this.#lookAt(this.#options.now() + LOOK_NS);
  }

  #lookAt(at: VirtualNs): void {
    this.#state = { ...this.#state, nextAt: at };
    this.#options.events.cancel(CHANNEL, 0);
    this.#options.events.schedule(at, CHANNEL, 0);
  }

  #look(at: VirtualNs): void {
    const { course } = this.#state;
    if (course === undefined) this.#next(at);
    else this.#follow(course, at);
    if (!this.#state.isLast) this.#lookAt(at + LOOK_NS);
  }

  /** Types the work to the next VM. */
  #next(at: VirtualNs): void {
    const [name, ...waiting] = this.#state.waiting;
    if (name === undefined) {
      this.#state = { ...this.#state, isLast: true };
      const { device, rows } = this.#state;
      const late = rows.filter(({ isLate }) => isLate).length;
      this.#options.log.add({
        at,
        severity: 'info',
        code: 'host.compared',
        data: { device, vms: rows.length, late },
      });
      return;
    }
    const vm = this.#options.vmOf(name);
    const before = vm === undefined ? undefined : this.#talliesOf(vm, at);
    this.#trips.restore(NO_TRIPS);
    this.#state = {
      ...this.#state,
      waiting,
      course: { vm: name, typedAt: at, hasBegun: false, before, looks: [0, 0, 0], most: 0, trips: NO_TRIPS },
    };
    vm?.type(new TextEncoder().encode(this.#state.text));
  }

  #follow(course: Course, at: VirtualNs): void {
    const vm = this.#options.vmOf(course.vm);
    const { before } = course;
    if (vm === undefined || before === undefined) {
      this.#state = { ...this.#state, course: undefined };
      return;
    }
    const device = comparedDevice(this.#state.device);
    const isAtWork = device.isAtWork(vm);
    const done = device.operations(vm) - before.operations;
    const isLate = at - course.typedAt > MOST_NS || !vm.isRunning;
    if ((done >= this.#state.operations && !isAtWork) || isLate) {
      const counted = rowOf(vm, device, { before, after: this.#talliesOf(vm, at), looks: course.looks });
      const { latencies, most } = this.#trips.capture();
      const row =
        this.#state.device === 'card' ? { ...counted, latencies, most } : { ...counted, most: course.most };
      this.#state = {
        ...this.#state,
        course: undefined,
        rows: [...this.#state.rows, { ...row, isLate }],
      };
    } else if (course.hasBegun) {
      const looks = looksWith(course.looks, vm, device.whereabouts(vm));
      const most = Math.max(course.most, device.underWay(vm));
      this.#state = { ...this.#state, course: { ...course, looks, most } };
    } else {
      // Until its first operation it reads what was typed, which is not compared.
      const hasBegun = done > 0 || isAtWork;
      const latest = hasBegun ? before : this.#talliesOf(vm, at);
      const most = device.underWay(vm);
      this.#state = { ...this.#state, course: { ...course, hasBegun, before: latest, most } };
    }
  }

  #talliesOf(vm: Vm, at: VirtualNs): Tallies {
    const device = comparedDevice(this.#state.device);
    const sum = (of: (vcpu: Vm['vcpus'][number]) => number): number =>
      vm.vcpus.reduce((all, vcpu) => all + of(vcpu), 0);
    return {
      at,
      operations: device.operations(vm),
      bytes: device.bytes(vm),
      backedBytes: device.backedBytes(vm),
      ...{ makingNs: device.makingNs(vm), dma: dmaOf(vm, device) },
      runNs: sum(({ runNs }) => runNs),
      heldUpNs: sum(({ stealNs, blockedNs }) => stealNs + blockedNs),
      roles: rolesOf(vm, device),
      latencies: device.latencies(vm),
    };
  }

  capture(): ComparisonState {
    const { course } = this.#state;
    return course === undefined
      ? this.#state
      : { ...this.#state, course: { ...course, trips: this.#trips.capture() } };
  }
  restore(state: ComparisonState): void {
    this.#state = state;
    this.#trips.restore(state.course?.trips ?? NO_TRIPS);
    this.#options.events.cancel(CHANNEL, 0);
    if (!state.isLast) this.#lookAt(state.nextAt);
  }
}

/** In the order of the counts of a course. */
const PLACES: readonly Whereabouts[] = ['device', 'medium', 'nowhere'];

/** One look more at each vCPU that waits. */
function looksWith(looks: readonly number[], { vcpus }: Vm, where: Whereabouts): readonly number[] {
  const waiting = vcpus.filter(({ state }) => state === 'waiting').length;
  return looks.map((count, index) => count + (PLACES[index] === where ? waiting : 0));
}

/** What the IOMMU has translated for those of a VM's devices that are compared. */
function dmaOf({ devices: { passed } }: Vm, { sort }: ComparedDevice): DmaTally {
  const compared = passed.filter((each) => each.sort === sort);
  const sum = (counter: string): number => compared.reduce((all, each) => all + each.counted(counter), 0);
  return { remembered: sum('dmaRemembered'), walks: sum('dmaWalks'), walkNs: sum('dmaWalkNs') };
}
function dmaBetween(before: DmaTally, after: DmaTally): DmaTally {
  return {
    remembered: after.remembered - before.remembered,
    walks: after.walks - before.walks,
    walkNs: after.walkNs - before.walkNs,
  };
}

/** What has come between two tallies of a VM. */
function rowOf(
  vm: Vm,
  device: ComparedDevice,
  {
    before,
    after,
    looks,
  }: { readonly before: Tallies; readonly after: Tallies; readonly looks: readonly number[] },
): Omit<ComparedRow, 'isLate' | 'most'> {
  const roles = after.roles.map(({ role, exits, costNs }, index): RoleTally => {
    const was = before.roles[index];
    return { role, exits: exits - (was?.exits ?? 0), costNs: costNs - (was?.costNs ?? 0) };
  });
  const elapsedNs = after.at - before.at;
  const exits = roles.reduce((sum, { costNs }) => sum + costNs, 0);
  const ran = Math.max(exits, after.runNs - before.runNs);
  const heldUp = Math.max(0, after.heldUpNs - before.heldUpNs);
  const stood = Math.max(0, elapsedNs * vm.vcpus.length - ran - heldUp);
  const dma = dmaBetween(before.dma, after.dma);
  // Known to the nanosecond, and too short to be met by looks.
  const walks = Math.min(stood, dma.walkNs);
  const waited = stood - walks;
  const all = Math.max(
    1,
    looks.reduce((sum, count) => sum + count, 0),
  );
  const [atDevice = 0, medium = 0] = looks.map((count) => Math.round((waited * count) / all));
  const account: Readonly<Record<AccountPart, VirtualNs>> = {
    ...{ guest: ran - exits, exits, device: atDevice, medium, walks },
    other: heldUp + waited - atDevice - medium,
  };
  return {
    vm: vm.spec.name,
    ways: device.waysOf(vm),
    ...{ from: before.at, elapsedNs, roles, account, vcpus: vm.vcpus.length },
    operations: after.operations - before.operations,
    bytes: after.bytes - before.bytes,
    backedBytes: after.backedBytes,
    madeBytes: Math.max(0, after.backedBytes - before.backedBytes),
    ...{ makingNs: after.makingNs - before.makingNs, dma },
    latencies: differenceOf(after.latencies, before.latencies),
  };
}
