/** Where a vCPU is, in the same words wherever it is told: on a hart now, or on which it was last. */
import { type SeenVcpuState, seenState } from '#base/catalogue/vcpu-states';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import type { Vcpu } from './vcpu.ts';

export interface VcpuPlace {
  readonly state: SeenVcpuState;
  /** The hart that holds it now; absent: none does. */
  readonly hart?: number;
  /** The hart that it ran on last; absent: none yet. */
  readonly lastHart?: number;
}

export function placeOf(vm: { readonly state: VmState }, { state, hart, lastHart }: Vcpu): VcpuPlace {
  return {
    state: seenState(state, vm.state),
    ...(hart === undefined ? {} : { hart: hart.index }),
    ...(lastHart < 0 ? {} : { lastHart }),
  };
}
