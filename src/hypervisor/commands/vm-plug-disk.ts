/** A disk is plugged into a VM, running or not; its guest agent has the guest look. */
import { LIMITS } from '#base/catalogue/limits';
import { size } from '../shapes/values.ts';
import { plugIn } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Disk {
  readonly sizeBytes: number;
}

export const vmPlugDisk: CommandDefinition<'vm.plugDisk', { readonly vm: string } & Disk> = defineVmCommand<
  'vm.plugDisk',
  Disk
>({
  op: 'vm.plugDisk',
  from: ['created', 'stopped', 'running'],
  more: { sizeBytes: size(LIMITS.diskBytes, 512) },
  tells: ({ sizeBytes }) => ({ bytes: sizeBytes }),
  run: (vm, { sizeBytes }) => plugIn(vm, 'disk', { sizeBytes }),
});
