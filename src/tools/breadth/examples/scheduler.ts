/** A scheduler, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';
import { fixture } from './fixture.ts';

const TABLE = 'src/hypervisor/cpu/schedulers/schedulers.ts';
const TEST = 'src/hypervisor/breadth-scheduler.test.ts';

export const SCHEDULER: Example = {
  thing: 'a scheduler',
  own: {
    'src/hypervisor/cpu/schedulers/unequal.ts': fixture('unequal-scheduler.ts', {
      '../../cpu/schedulers/': './',
    }),
    [TEST]: `
import { expect, test } from 'vitest';
import { SPIN } from './fixtures/extension/programs.ts';
import { bootHost, program, vmSpec } from './fixtures/test-host.ts';

test('the scheduler decides', () => {
  const spin = program('spin', SPIN);
  const scheduler = { kind: 'unequal', stepNs: 2_000_000 };
  const host = bootHost([vmSpec('a', spin), vmSpec('b', spin)], { scheduler });
  host.advance(120_000_000);
  const [a = 0, b = 0] = host.vms().map(({ vcpus }) => vcpus[0]!.runNs);
  expect(Math.round(b / a)).toBe(2);
});
`,
  },
  rows: [
    { path: TABLE, before: '\nexport const SCHEDULERS', text: "import { UNEQUAL } from './unequal.ts';\n" },
    { path: TABLE, before: '];', text: ', UNEQUAL' },
  ],
  test: TEST,
};
