/** Which pages a VM writes is looked at from now on, while it runs, or is not any more. */
import * as v from 'valibot';
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Setting {
  readonly on: boolean;
}

export const vmSetDirtyLog: CommandDefinition<'vm.setDirtyLog', { readonly vm: string } & Setting> =
  defineVmCommand<'vm.setDirtyLog', Setting>({
    op: 'vm.setDirtyLog',
    from: VM_STATES,
    more: { on: v.boolean() },
    isQuiet: true,
    undo: ({ vm, on }) => ({ op: 'vm.setDirtyLog', args: { vm, on: !on } }),
    run(vm, { on }, { management, vmTable }) {
      management.setDirtyLog(vm.slot, on);
      vmTable.tell(vm, 'info', on ? 'vm.dirtyLogOn' : 'vm.dirtyLogOff', {});
      return ok(null);
    },
  });
