/** Asks the guest to shut down: its agent, or where none answers in its own words; it may refuse. */
import { fail, ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

export const vmShutDown: CommandDefinition<'vm.shutDown', { readonly vm: string }> = defineVmCommand({
  op: 'vm.shutDown',
  from: ['running'],
  menu: 50,
  run(vm) {
    const isAsked = vm.agent.request('shutDown', '').ok || vm.askToShutDown();
    return isAsked ? ok(null) : fail('vm.cannotAsk', { vm: vm.spec.name });
  },
});
