/**
 * What a host does with its memory besides giving it to VMs: its duties, each a mechanism of this room with a pace of its own, and how
 * they are told to begin or to rest.
 */
import { PAGE_SIZE } from '#base/addresses';
import { type AllocationMode, allocationOf } from '#base/catalogue/allocation-modes';
import type { ErrorCode } from '#base/catalogue/error-codes';
import { LIMITS } from '#base/catalogue/limits';
import type { HostMemorySpec, SharingSpec, SwapSpec } from '#base/scenario';
import { type Declaration, declare, since } from '#base/state/declare';
import { OWNER_FIRST_VM } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import type { Machine } from '#machine/machine';
import { DUTIES, Duties, type DutiesState, NO_DUTIES } from '../cpu/duties.ts';
import type { AddressSpace } from './address-space.ts';
import {
  COMPRESSED,
  type CompressedState,
  CompressedStore,
  NO_COMPRESSED,
} from './compression/compressed-store.ts';
import type { FrameAllocator } from './frame-allocator.ts';
import { HUGE_PAGES_STATE, HugePages, type HugePagesState, NO_HUGE_PAGES } from './huge-pages.ts';
import { checkPlaces } from './page-check.ts';
import { Balloons, type VmBalloon } from './reclaim/balloons.ts';
import { NO_RECLAIM, RECLAIM, Reclaimer, type ReclaimState } from './reclaim/reclaimer.ts';
import { NO_SCANNER, SCANNER, type ScannerState, SharingScanner } from './sharing/scanner.ts';
import type { PolicyKind } from './swap/policies/policy.ts';
import type { SwapArea } from './swap/swap-area.ts';
import { ACCESS_LOG, AccessLog, type AccessLogState, NO_ACCESS_LOG } from './tracking/access-log.ts';
import { DIRTY_LOGS, DirtyLogs, type DirtyLogsState, NO_DIRTY_LOGS } from './tracking/dirty-log.ts';
import { NO_RECORDINGS, RECORDINGS, type RecordingsState } from './tracking/recording-state.ts';
import { ReferenceRecorder } from './tracking/reference-recorder.ts';

export interface ManagementState {
  readonly duties: DutiesState;
  readonly sharing: ScannerState;
  readonly dirtyLogs: DirtyLogsState;
  readonly recordings: RecordingsState;
  readonly accessLog: AccessLogState;
  readonly hugePages: HugePagesState;
  readonly compressed: CompressedState;
  readonly reclaim: ReclaimState;
}
/** Before there was any. */
export const NO_MANAGEMENT: ManagementState = {
  ...{ duties: NO_DUTIES, sharing: NO_SCANNER, compressed: NO_COMPRESSED, reclaim: NO_RECLAIM },
  ...{
    dirtyLogs: NO_DIRTY_LOGS,
    recordings: NO_RECORDINGS,
    accessLog: NO_ACCESS_LOG,
    hugePages: NO_HUGE_PAGES,
  },
};
export const MANAGEMENT: Declaration<ManagementState> = declare('memory management', {
  duties: DUTIES,
  sharing: SCANNER,
  dirtyLogs: since(6, DIRTY_LOGS, NO_DIRTY_LOGS),
  recordings: since(6, RECORDINGS, NO_RECORDINGS),
  accessLog: since(7, ACCESS_LOG, NO_ACCESS_LOG),
  hugePages: since(7, HUGE_PAGES_STATE, NO_HUGE_PAGES),
  compressed: since(6, COMPRESSED, NO_COMPRESSED),
  reclaim: since(6, RECLAIM, NO_RECLAIM),
});

/** A VM as far as its memory is concerned. */
export interface ManagedVm {
  readonly isRunning: boolean;
  readonly memory: AddressSpace;
  readonly spec: { readonly allocation: AllocationMode; readonly memoryBytes: number };
  readonly devices: { readonly balloon: Balloon | undefined };
}

export interface ManagementOptions {
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly swap: SwapArea;
  readonly policies: readonly PolicyKind[];
  /** Of the scenario. */
  readonly seed: number;
  readonly spec: HostMemorySpec;
  readonly now: () => VirtualNs;
  /** The VM in a slot. */
  readonly vmOf: (slot: number) => ManagedVm | undefined;
  /** Takes time of the physical CPU that does something now, in an exit or by itself. */
  readonly spend: (ns: VirtualNs) => void;
  /** Takes time of a physical CPU. */
  readonly charge: (ns: VirtualNs) => void;
}

export class MemoryManagement {
  readonly sharing: SharingScanner;
  readonly dirtyLogs: DirtyLogs;
  readonly recorder: ReferenceRecorder;
  readonly accessLog: AccessLog;
  readonly hugePages: HugePages;
  readonly compressed: CompressedStore;
  readonly reclaim: Reclaimer;
  readonly #swap: SwapArea;
  readonly #vmOf: ManagementOptions['vmOf'];
  readonly #duties: Duties;
  readonly #now: () => VirtualNs;

  constructor(options: ManagementOptions) {
    const { machine, frames, spec, now, vmOf, charge, swap, policies, seed, spend } = options;
    const memoryOf = (slot: number): AddressSpace | undefined => vmOf(slot)?.memory;
    this.#now = now;
    this.#swap = swap;
    this.#vmOf = vmOf;
    this.compressed = new CompressedStore(machine.ram, frames);
    const { compressed } = this;
    this.reclaim = new Reclaimer(
      {
        ...{ frames, swap, compressed, policies, seed, now, charge: spend },
        isReserved: (slot) => isReserved(vmOf(slot)),
        balloons: new Balloons((slot) => balloonOf(vmOf(slot))),
      },
      spec.swap,
    );
    this.sharing = new SharingScanner(
      {
        ...{ frames, ram: machine.ram },
        checksum: (spfn) => machine.checksum(spfn),
        spaceOf: (owner) => memoryOf(owner - OWNER_FIRST_VM),
      },
      spec.sharing,
    );
    this.dirtyLogs = new DirtyLogs(memoryOf);
    this.recorder = new ReferenceRecorder(memoryOf);
    this.accessLog = new AccessLog(memoryOf);
    this.hugePages = new HugePages(memoryOf);
    const { sharing, dirtyLogs, reclaim, recorder, accessLog, hugePages } = this;
    const duties = [sharing, dirtyLogs, reclaim, recorder, accessLog, hugePages];
    this.#duties = new Duties({ events: machine.events, duties, charge });
  }

  /** The host is switched on. */
  begin(): void {
    this.#duties.update(this.#now());
  }

  /** Looks for equal pages from now on, or ceases to. */
  setSharing(sharing: SharingSpec | undefined): void {
    this.sharing.set(sharing);
    this.#duties.update(this.#now());
  }

  /** Looks at which pages the VM in a slot writes from now on, or ceases to. */
  setDirtyLog(slot: number, on: boolean): void {
    this.dirtyLogs.set(slot, on, this.#now());
    this.#duties.update(this.#now());
  }

  /** Makes huge leaves from now on, or leaves it. */
  setHugePages(on: boolean): void {
    this.hugePages.isOn = on;
    this.#duties.update(this.#now());
  }

  /** Notes when each page of the VMs is accessed from now on, or forgets it. */
  setAccessLog(on: boolean): void {
    this.accessLog.set(on);
    this.#duties.update(this.#now());
  }

  /** Records which pages the VM in a slot accesses from now on, or ceases to: then what it has recorded stays. */
  setRecording(slot: number, periodNs: VirtualNs | undefined): void {
    if (periodNs === undefined) this.recorder.end(slot);
    else this.recorder.begin(slot, this.#now(), periodNs);
    this.#duties.update(this.#now());
  }

  /** Takes frames back from now on, in another way, or not any more. */
  setSwap(swap: SwapSpec | undefined): void {
    this.reclaim.set(swap);
    this.#duties.update(this.#now());
  }
  /** The disk of the swap area fails, or works again. */
  setSwapDisk(reads: boolean, writes: boolean): void {
    this.#swap.reads = reads;
    this.#swap.writes = writes;
  }

  /** Why there is no frame for what a VM touches. */
  get shortage(): ErrorCode {
    if (!this.#swap.reads || !this.#swap.writes) return 'vm.swapBroken';
    const isFull = this.reclaim.settings !== undefined && this.#swap.used >= this.#swap.capacity;
    return isFull ? 'vm.swapFull' : 'vm.outOfFrames';
  }

  /** Time of physical CPUs that a duty has taken so far. */
  spentNs(duty: string): VirtualNs {
    return this.#duties.spentNs(duty);
  }

  #memories(): readonly AddressSpace[] {
    const slots = Array.from({ length: LIMITS.vms }, (_, slot) => this.#vmOf(slot)?.memory);
    return slots.filter((memory) => memory !== undefined);
  }

  capture(): ManagementState {
    const { sharing, dirtyLogs, compressed, reclaim, recorder, accessLog, hugePages } = this;
    return {
      duties: this.#duties.capture(),
      sharing: sharing.capture(),
      dirtyLogs: dirtyLogs.capture(),
      recordings: recorder.capture(),
      accessLog: accessLog.capture(),
      hugePages: hugePages.capture(),
      compressed: compressed.capture(),
      reclaim: reclaim.capture(),
    };
  }
  restore(state: ManagementState): void {
    const { duties, sharing, dirtyLogs, recordings, accessLog, hugePages, compressed, reclaim } = state;
    this.compressed.restore(compressed);
    checkPlaces(this.#memories(), this.#swap, this.compressed);
    this.sharing.restore(sharing);
    this.dirtyLogs.restore(dirtyLogs);
    this.recorder.restore(recordings);
    this.accessLog.restore(accessLog);
    this.hugePages.restore(hugePages);
    this.reclaim.restore(reclaim);
    this.#duties.restore(duties);
  }
}

/** True for a VM that was given all its frames ahead: they stay its own. */
function isReserved(vm: ManagedVm | undefined): boolean {
  return vm !== undefined && allocationOf(vm.spec.allocation).ahead;
}

/** The balloon of a VM whose guest can look at it, and from which frames may be taken. */
function balloonOf(vm: ManagedVm | undefined): VmBalloon | undefined {
  const balloon = vm?.devices.balloon;
  if (vm === undefined || balloon === undefined || !vm.isRunning || isReserved(vm)) return undefined;
  return { balloon, pages: vm.spec.memoryBytes / PAGE_SIZE };
}
