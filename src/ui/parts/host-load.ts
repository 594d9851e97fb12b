/** How much of a host is in use. */
import { PAGE_SIZE } from '#base/addresses';
import type { ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import { hasToldOf, latestOf } from './vm-load.ts';

export interface HostLoad {
  /** Bytes of RAM that are not free; null before anything is known. */
  readonly used: number | null;
  /** Share of the harts that VMs took: vCPU time over all VMs, the newest sample of each VM's account; null before the first. */
  readonly cpu: number | null;
  /** Bytes of memory of all VMs as configured. */
  readonly promised: number;
}

export function hostLoad({ ramBytes, harts, vms }: HostDescription, view: ViewReader | undefined): HostLoad {
  const busy = vms.reduce((sum, vm) => sum + (latestOf(view, vm, 'cpu') ?? 0), 0);
  const isMeasured = view !== undefined && view.time('fineSamples') > 0;
  return {
    used: view === undefined || !hasToldOf(view) ? null : ramBytes - view.time('freeFrames') * PAGE_SIZE,
    cpu: isMeasured ? busy / harts : null,
    promised: vms.reduce((sum, vm) => sum + vm.spec.memoryBytes, 0),
  };
}
