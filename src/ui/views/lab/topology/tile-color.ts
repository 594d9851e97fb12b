/** Colours of the small map: VMs by their state, which is what one looks for in it. */
import type { LabDescription } from '#bridge/protocol/answers';
import { VM_STATE_LOOKS } from '../../../parts/vm-states.ts';
import type { TopologyNode } from './nodes.tsx';

/** The colour of a node on the map. */
export function useTileColor({ hosts }: LabDescription): (node: TopologyNode) => string {
  return (node) => {
    if (node.type === 'host') return 'color-mix(in srgb, var(--grey) 14%, transparent)';
    if (node.type === 'switch') return 'var(--accent)';
    if (node.type === 'appliance') return 'var(--amber)';
    const vm = hosts[node.data.host]?.vms.find(({ spec }) => spec.name === node.data.vm);
    return vm === undefined ? 'var(--grey)' : `var(--${VM_STATE_LOOKS[vm.state].tone})`;
  };
}
