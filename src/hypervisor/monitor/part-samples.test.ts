/** That parts are sampled as they are counted, in bounds, that their samples come and go with them, and go on in a restored host. */
import { expect, test } from 'vitest';
import {
  bootHost,
  command,
  copyOf,
  teachingKernel,
  type as typeText,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { MOST_PARTS } from './part-samples.ts';
import { metricOver, seriesOf } from './series.ts';

const MS = 1_000_000;
const NIC = { switch: 'lan' };

test('a vCPU, a card and its port are read over time, at 100 ms and a second, as they were counted', () => {
  const host = bootHost([
    vmSpec('a', teachingKernel(), { vcpus: 2, nics: [NIC] }),
    vmSpec('b', teachingKernel(), { nics: [NIC] }),
  ]);
  host.advance(1000 * MS);
  typeText(host, 'a', 'cpu 100\n');
  host.advance(2505 * MS);
  const of = (part: string) => ({ metric: 'vcpu-run', vm: 'a', part });
  const whole = seriesOf(host, { metric: 'cpu', vm: 'a' }, 0, 2500 * MS, 'fine')!;
  const [first, second] = ['0', '1'].map((part) => seriesOf(host, of(part), 0, 2500 * MS)!);
  expect(first!.atNs).toEqual(whole.atNs.slice(1));
  expect(first!.values.map((value, n) => value + second!.values[n]!)).toEqual(
    whole.values.slice(1).map((value) => expect.closeTo(value, 9)),
  );
  expect(metricOver(host, of('0'), 1000 * MS)!.average).toBeGreaterThan(0.9);
  expect(metricOver(host, of('1'), 1000 * MS)!.average).toBeLessThan(0.1);
  // Parts have no samples of 10 ms, and say what is the nearest.
  expect(seriesOf(host, of('0'), 0, 2500 * MS, 'finest')!.periodNs).toBe(100 * MS);
  expect(seriesOf(host, of('0'), 0, 2500 * MS, 'coarse')!.atNs).toEqual([2000 * MS]);
  const port = { metric: 'port-bytes-in', part: 'lan/a/0' };
  const card = { metric: 'card-bytes-out', vm: 'a', part: '0' };
  expect(seriesOf(host, port, 0, 2500 * MS)!.values).toEqual(seriesOf(host, card, 0, 2500 * MS)!.values);
  for (const none of [of('2'), { ...of('0'), vm: 'b', part: '1' }, { metric: 'port-queue', part: 'lan/c/0' }])
    expect(seriesOf(host, none, 0, 2500 * MS)).toBeUndefined();
  // A metric of the VM is none of a part.
  expect(seriesOf(host, { metric: 'disk-reads', vm: 'a', part: '0' }, 0, 2500 * MS)).toBeUndefined();
});

test('a restored host goes on with the samples of its parts, and a VM that comes in place of another begins anew', () => {
  const first = bootHost([vmSpec('a', teachingKernel(), { nics: [NIC] })]);
  first.advance(50 * MS);
  typeText(first, 'a', 'cpu 90\n');
  first.advance(1205 * MS);
  const second = copyOf(first);
  const count = (host: Host) => host.monitor.parts.of('vcpu-run', 'a', '0')?.fine.count;
  expect([count(first), count(second)]).toEqual([12, 12]);
  for (const host of [first, second]) {
    host.advance(1250 * MS);
    command(host, 'vm.powerOff', { vm: 'a' });
    command(host, 'vm.delete', { vm: 'a' });
    command(host, 'vm.create', { vm: vmSpec('a', teachingKernel(), { nics: [NIC] }) });
  }
  // Between the change and the next sample too.
  const third = copyOf(first);
  expect(third.hash()).toBe(first.hash());
  for (const host of [first, second, third]) host.advance(1605 * MS);
  expect(new Set([first, second, third].map((host) => host.hash())).size).toBe(1);
  expect([count(first), count(third)]).toEqual([4, 4]);
});

test('so many parts are sampled and no more', () => {
  const nics = [NIC, NIC, NIC];
  const names = Array.from({ length: 20 }, (_, n) => `vm${n}`);
  const host = bootHost(
    names.map((name) => vmSpec(name, teachingKernel(), { vcpus: 8, nics, autostart: false })),
  );
  host.advance(105 * MS);
  // 60 ports, then each VM with its vCPUs and cards.
  expect(host.monitor.parts.capture()).toHaveLength(MOST_PARTS);
  expect(host.monitor.parts.of('card-bytes-in', 'vm0', '2')?.fine.count).toBe(1);
  expect(host.monitor.parts.of('vcpu-run', 'vm19', '0')).toBeUndefined();
  expect(vmOf(host, 'vm19').sampled.fine.count).toBe(1);
});
