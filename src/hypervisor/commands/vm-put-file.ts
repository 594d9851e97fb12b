/** A file of a person's own goes into a VM, by its guest agent. */
import { fail, ok } from '#base/result';
import { FILE_NAME, PATH } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Put {
  /** The file, by its name here. */
  readonly file: string;
  /** What it is called in the guest. */
  readonly path: string;
}

export const vmPutFile: CommandDefinition<'vm.putFile', { readonly vm: string } & Put> = defineVmCommand<
  'vm.putFile',
  Put
>({
  op: 'vm.putFile',
  from: ['running'],
  more: { file: FILE_NAME, path: PATH },
  files: ({ file }) => [file],
  tells: ({ file, path }) => ({ file, path }),
  run(vm, { file, path }, host) {
    const content = host.file(file);
    if (content === undefined) return fail('image-missing', { name: file });
    const request = vm.agent.request('put', path, content);
    return request.ok ? ok(null) : request;
  },
});
