/** A question, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const TEST = 'src/hypervisor/breadth-question.test.ts';

export const QUESTION: Example = {
  thing: 'a question that the page asks',
  own: {
    'src/hypervisor/monitor/questions/uptime.ts': `
/** For how long a VM has been running. */
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';

export const uptime: Question<'uptime', OfVm, number> = defineVmQuestion({
  id: 'uptime',
  text: { en: 'for how long a VM has been running', zh: '虚拟机已运行多久' },
  ask: (vm, _, host) => ok(host.now - vm.startedAtNs),
});
`,
    [TEST]: `
import { expect, test } from 'vitest';
import { SPIN } from './fixtures/extension/programs.ts';
import { bootHost, program, vmSpec } from './fixtures/test-host.ts';
import type { AnswerOf } from './questions.ts';

test('the question is answered, and the page has the type of the answer', () => {
  const host = bootHost([vmSpec('a', program('spin', SPIN))]);
  host.advance(1_000_000);
  const value: AnswerOf<'uptime'> = 1_000_000;
  expect(host.ask('uptime', { vm: 'a' })).toEqual({ ok: true, value: { at: 1_000_000, value } });
});
`,
  },
  rows: [
    {
      path: 'src/hypervisor/questions/all.ts',
      before: 'export { switches }',
      text: "export { uptime } from '../monitor/questions/uptime.ts';\n",
    },
  ],
  test: TEST,
};
