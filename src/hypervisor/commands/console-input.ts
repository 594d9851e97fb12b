/** Bytes typed into a VM's console, as text of code points 0–255. */
import { fail, ok } from '#base/result';
import { TYPED } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Typed {
  readonly text: string;
}

export const consoleInput: CommandDefinition<'console.input', { readonly vm: string } & Typed> =
  defineVmCommand<'console.input', Typed>({
    op: 'console.input',
    from: ['running', 'paused'],
    more: { text: TYPED },
    isQuiet: true,
    run(vm, { text }) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
      const accepted = vm.type(bytes);
      return accepted === bytes.length ? ok(null) : fail('console.full', { accepted, bytes: bytes.length });
    },
  });
