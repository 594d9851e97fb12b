/** How much of a host is in use. */
import type { ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';

const FRAME_BYTES = 4096;

export interface HostLoad {
  /** Bytes of RAM that are not free; 0 before anything is known. */
  readonly used: number;
  /** Share of the harts that VMs took: vCPU time over all VMs, the newest sample of each VM's account. */
  readonly cpu: number;
  /** Bytes of memory of all VMs as configured. */
  readonly promised: number;
}

export function hostLoad({ ramBytes, harts, vms }: HostDescription, view: ViewReader | undefined): HostLoad {
  const busy = vms.reduce(
    (sum, vm) => sum + (vm.state === 'running' ? (view?.latest(vm.slot, 'cpu') ?? 0) : 0),
    0,
  );
  return {
    used: view === undefined ? 0 : ramBytes - view.time('freeFrames') * FRAME_BYTES,
    cpu: busy / harts,
    promised: vms.reduce((sum, vm) => sum + vm.spec.memoryBytes, 0),
  };
}
