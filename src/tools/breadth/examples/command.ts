/** A command, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const TEST = 'src/hypervisor/breadth-command.test.ts';

export const COMMAND: Example = {
  thing: 'a command with arguments',
  own: {
    'src/hypervisor/commands/console-repeat.ts': `
/** Types a text into a VM's console several times. */
import { ok } from '#base/result';
import { TYPED, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Repeated {
  readonly text: string;
  readonly times: number;
}

export const consoleRepeat: CommandDefinition<'console.repeat', { readonly vm: string } & Repeated> =
  defineVmCommand<'console.repeat', Repeated>({
    op: 'console.repeat',
    from: ['running'],
    more: { text: TYPED, times: whole({ least: 1, most: 9 }) },
    isQuiet: true,
    run(vm, { text, times }) {
      for (let n = 0; n < times; n++) vm.type(new TextEncoder().encode(text));
      return ok(null);
    },
  });
`,
    [TEST]: `
import { expect, test } from 'vitest';
import { bootHost, consoleText, teachingKernel, vmOf, vmSpec } from './fixtures/test-host.ts';

test('the command is carried out with its arguments', () => {
  const host = bootHost([vmSpec('a', teachingKernel(), { memoryBytes: 4 << 20 })]);
  host.advance(60_000_000);
  const result = host.execute({ op: 'console.repeat', args: { vm: 'a', text: 'xyz', times: 3 } });
  expect(result.ok).toBe(true);
  host.advance(100_000_000);
  expect(consoleText(vmOf(host))).toContain('xyzxyzxyz');
});
`,
  },
  rows: [
    {
      path: 'src/hypervisor/commands/all.ts',
      before: 'export { vmCreate }',
      text: "export { consoleRepeat } from './console-repeat.ts';\n",
    },
  ],
  test: TEST,
};
