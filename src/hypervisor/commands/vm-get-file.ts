/** A file of a VM's comes out, by its guest agent; the question `agent-file` has it when it is here. */
import { ok } from '#base/result';
import { PATH } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Get {
  readonly path: string;
}

export const vmGetFile: CommandDefinition<'vm.getFile', { readonly vm: string } & Get> = defineVmCommand<
  'vm.getFile',
  Get
>({
  op: 'vm.getFile',
  from: ['running'],
  more: { path: PATH },
  tells: ({ path }) => ({ path }),
  run(vm, { path }) {
    const request = vm.agent.request('get', path);
    return request.ok ? ok(null) : request;
  },
});
