/** A metric, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const EN = 'src/base/texts/metrics-en.ts';
const ZH = 'src/base/texts/metrics-zh.ts';
const TEST = 'src/hypervisor/breadth-metric.test.ts';

export const METRIC: Example = {
  thing: 'a metric',
  own: {
    [TEST]: `
import { expect, test } from 'vitest';
import { bootHost, teachingKernel, vmOf, vmSpec } from './fixtures/test-host.ts';

test('the metric is sampled', () => {
  const host = bootHost([vmSpec('a', teachingKernel(), { memoryBytes: 4 << 20 })]);
  host.advance(500_000_000);
  const { fine: samples } = vmOf(host).sampled;
  expect(samples.metrics.map(({ id }) => id)).toContain('entropy');
  expect(samples.count).toBeGreaterThan(2);
});
`,
  },
  rows: [
    {
      path: 'src/base/catalogue/metrics.ts',
      before: '] as const;',
      text: `  {
    id: 'entropy',
    name: 'vm_entropy_bytes_total',
    kind: 'counter',
    unit: 'bytes',
    charted: true,
    source: { of: 'devices', kind: 'rng', count: 'bytesOut' },
  },
`,
    },
    { path: EN, before: "  cpu: 'CPU',", text: "  entropy: 'Entropy',\n" },
    { path: EN, before: "  cpu: 'Scheduler", text: "  entropy: 'bytes drawn',\n" },
    { path: ZH, before: "  cpu: 'CPU',", text: "  entropy: '熵',\n" },
    { path: ZH, before: "  cpu: '调度器", text: "  entropy: '取出的字节',\n" },
  ],
  test: TEST,
};
