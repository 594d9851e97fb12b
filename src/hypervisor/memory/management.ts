/**
 * What a host does with its memory besides giving it to VMs: its duties, each a mechanism of this room with a pace of its own, and how
 * they are told to begin or to rest.
 */
import type { HostMemorySpec, SharingSpec } from '#base/scenario';
import { type Declaration, declare, since } from '#base/state/declare';
import { OWNER_FIRST_VM } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import type { Machine } from '#machine/machine';
import { DUTIES, Duties, type DutiesState, NO_DUTIES } from '../cpu/duties.ts';
import type { AddressSpace } from './address-space.ts';
import type { FrameAllocator } from './frame-allocator.ts';
import { NO_SCANNER, SCANNER, type ScannerState, SharingScanner } from './sharing/scanner.ts';
import { DIRTY_LOGS, DirtyLogs, type DirtyLogsState, NO_DIRTY_LOGS } from './tracking/dirty-log.ts';

export interface ManagementState {
  readonly duties: DutiesState;
  readonly sharing: ScannerState;
  readonly dirtyLogs: DirtyLogsState;
}
/** Before there was any. */
export const NO_MANAGEMENT: ManagementState = {
  ...{ duties: NO_DUTIES, sharing: NO_SCANNER },
  dirtyLogs: NO_DIRTY_LOGS,
};
export const MANAGEMENT: Declaration<ManagementState> = declare('memory management', {
  duties: DUTIES,
  sharing: SCANNER,
  dirtyLogs: since(6, DIRTY_LOGS, NO_DIRTY_LOGS),
});

export interface ManagementOptions {
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly spec: HostMemorySpec;
  readonly now: () => VirtualNs;
  /** The memory of the VM in a slot. */
  readonly memoryOf: (slot: number) => AddressSpace | undefined;
  /** Takes time of a physical CPU. */
  readonly charge: (ns: VirtualNs) => void;
}

export class MemoryManagement {
  readonly sharing: SharingScanner;
  readonly dirtyLogs: DirtyLogs;
  readonly #duties: Duties;
  readonly #now: () => VirtualNs;

  constructor({ machine, frames, spec, now, memoryOf, charge }: ManagementOptions) {
    this.#now = now;
    this.sharing = new SharingScanner(
      {
        ...{ frames, ram: machine.ram },
        checksum: (spfn) => machine.checksum(spfn),
        spaceOf: (owner) => memoryOf(owner - OWNER_FIRST_VM),
      },
      spec.sharing,
    );
    this.dirtyLogs = new DirtyLogs(memoryOf);
    this.#duties = new Duties({ events: machine.events, duties: [this.sharing, this.dirtyLogs], charge });
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

  /** Time of physical CPUs that a duty has taken so far. */
  spentNs(duty: string): VirtualNs {
    return this.#duties.spentNs(duty);
  }

  capture(): ManagementState {
    return {
      duties: this.#duties.capture(),
      sharing: this.sharing.capture(),
      dirtyLogs: this.dirtyLogs.capture(),
    };
  }
  restore({ duties, sharing, dirtyLogs }: ManagementState): void {
    this.sharing.restore(sharing);
    this.dirtyLogs.restore(dirtyLogs);
    this.#duties.restore(duties);
  }
}
