/** What of the harts is a VM's from now on: weight, cap, where it may run, its budget. What is not said is as usual. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import type { CpuSpec } from '#base/scenario';
import { CPU_SHAPES, checkCpu, fillCpu } from '../shapes/cpu.ts';
import { maybe } from '../shapes/document.ts';
import { type CommandDefinition, defineVmCommand, setAsBefore } from './command.ts';

export const vmSetCpu: CommandDefinition<'vm.setCpu', { readonly vm: string } & CpuSpec> = defineVmCommand<
  'vm.setCpu',
  CpuSpec
>({
  op: 'vm.setCpu',
  from: VM_STATES,
  more: CPU_SHAPES,
  undo: ({ vm }, before) => setAsBefore(vm, before, ({ cpu }) => ({ op: 'vm.setCpu', args: { vm, ...cpu } })),
  run(vm, { vm: _, ...given }, { spec, dispatcher, vmTable }) {
    const checked = checkCpu(given, spec.harts, vm.spec.name, '');
    if (!checked.ok) return checked;
    const former = vm.spec;
    const { cpu: _cpu, ...others } = former;
    vm.spec = { ...others, ...maybe('cpu', fillCpu(given)) };
    const admitted = dispatcher.admission(vmTable.list().filter(({ hasMemory }) => hasMemory));
    if (!admitted.ok) {
      vm.spec = former;
      return admitted;
    }
    dispatcher.partsChanged(vm);
    return ok(null);
  },
});
