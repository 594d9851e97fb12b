/**
 * Another size of a VM's terminal, which its guest is told (virtio 1.2, §5.3.4): what it draws, it draws for that size. Logged as
 * any command is, so that a run that is repeated draws the same.
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import { whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const consoleResize: CommandDefinition<'console.resize', { readonly vm: string } & Size> =
  defineVmCommand<'console.resize', Size>({
    op: 'console.resize',
    from: ['running', 'paused'],
    more: { columns: whole(LIMITS.terminalColumns), rows: whole(LIMITS.terminalRows) },
    isQuiet: true,
    run(vm, { columns, rows }) {
      return vm.resizeTerminal(columns, rows) ? ok(null) : fail('console.fixedSize', { vm: vm.spec.name });
    },
  });
