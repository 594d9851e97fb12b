/** A VM gets vCPUs, or gives some back: no more than its device tree names, and only those that its guest does not use. */
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { whole } from '../shapes/values.ts';
import { setVcpus } from '../vm/vcpu-count.ts';
import { type CommandDefinition, defineVmCommand, setAsBefore } from './command.ts';

interface Count {
  readonly vcpus: number;
}

export const vmSetVcpus: CommandDefinition<'vm.setVcpus', { readonly vm: string } & Count> = defineVmCommand<
  'vm.setVcpus',
  Count
>({
  op: 'vm.setVcpus',
  from: VM_STATES,
  more: { vcpus: whole({ least: 1, most: LIMITS.vcpus }) },
  undo: ({ vm }, before) =>
    setAsBefore(vm, before, ({ vcpus }) => ({ op: 'vm.setVcpus', args: { vm, vcpus } })),
  tells: ({ vcpus }) => ({ vcpus }),
  run: (vm, { vcpus }) => setVcpus(vm, vcpus),
});
