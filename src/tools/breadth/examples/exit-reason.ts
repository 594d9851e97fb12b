/** An exit reason, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const EN = 'src/base/texts/en.ts';
const ZH = 'src/base/texts/zh.ts';
const TEST = 'src/hypervisor/breadth-exit.test.ts';

export const EXIT_REASON: Example = {
  thing: 'an exit reason',
  own: {
    [TEST]: `
import { expect, test } from 'vitest';
import { EXIT_INDEX } from '#base/catalogue/exit-reasons';
import { bootHost, program, vmOf, vmSpec } from './fixtures/test-host.ts';

test('what a guest may not do is counted under its reason', () => {
  const host = bootHost([vmSpec('a', program('forbidden', 'csrr t0, hstatus\\n loop: j loop'))]);
  host.advance(10_000_000);
  expect(vmOf(host).vcpus[0]!.exitCounts[EXIT_INDEX.forbidden]).toBeGreaterThan(0);
});
`,
  },
  rows: [
    {
      path: 'src/base/catalogue/exit-reasons.ts',
      before: '] as const;',
      text: "  { id: 'forbidden', causes: [], color: 'instruction', costNs: 2_000 },\n",
    },
    {
      path: 'src/hypervisor/vcpu/exit-loop.ts',
      before: "    exit.detail = 'illegal';",
      text: "    exit.reason = 'forbidden';\n",
    },
    { path: EN, before: "    'guest-page-fault': 'guest", text: "    forbidden: 'forbidden',\n" },
    {
      path: 'src/base/texts/en-later.ts',
      before: "    'guest-page-fault':\n",
      text: "    forbidden: 'the guest may not do this',\n",
    },
    { path: ZH, before: "    'guest-page-fault': '客户机", text: "    forbidden: '被禁止',\n" },
    { path: ZH, before: "    'guest-page-fault': 'G 阶段", text: "    forbidden: '客户机不得如此',\n" },
  ],
  test: TEST,
};
