/** That samples are taken at all resolutions, bounded, part of the state, and no matter for guests. */
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
import { KEPT } from './metrics.ts';
import { metricOver, seriesOf } from './series.ts';

const MS = 1_000_000;

test('rings of 10 ms, 100 ms and a second say the same at the same instants, and hold no more than they may', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(50 * MS);
  typeText(host, 'a', 'cpu 40\n');
  host.advance(4005 * MS);
  const { finest, fine, coarse } = vmOf(host).sampled;
  expect([finest.count, fine.count, coarse.count]).toEqual([400, 40, 4]);
  for (const id of ['cpu', 'instructions', 'halt', 'memory']) {
    if (id !== 'memory') expect(finest.at(399, id)).toBe(fine.at(39, id));
    expect(fine.at(39, id)).toBe(coarse.at(3, id));
  }
  expect(finest.at(399, 'cpu') - finest.at(299, 'cpu')).toBeGreaterThan(0.35 * 1000 * MS);
  for (const [ring, { samples }] of [
    [finest, KEPT.finest],
    [fine, KEPT.fine],
    [coarse, KEPT.coarse],
  ] as const)
    expect(ring.values.length).toBe(samples * ring.metrics.length);
  // Of the host itself, with the same instants.
  const own = host.monitor.sampled.finest;
  expect(own.count).toBe(400);
  const harts = ['host-guests', 'host-hypervisor', 'host-idle'].map((id) => own.at(399, id));
  expect(harts.reduce((sum, ns) => sum + ns, 0)).toBe(4000 * MS);
});

test('a host that was restored goes on with the same samples and pressure: the hash is the same', () => {
  const first = bootHost([vmSpec('a', teachingKernel()), vmSpec('b', teachingKernel())]);
  first.advance(50 * MS);
  typeText(first, 'a', 'cpu 90\n');
  typeText(first, 'b', 'cpu 90\n');
  first.advance(2505 * MS);
  const second = copyOf(first);
  expect(second.hash()).toBe(first.hash());
  first.advance(4300 * MS);
  for (let at = 2510; at <= 4300; at += 7) second.advance(at * MS);
  second.advance(4300 * MS);
  expect(second.hash()).toBe(first.hash());
  expect(vmOf(second).stalls.totalOf('cpu-some')).toBeGreaterThan(500 * MS);
});

test('a window of samples is read as rates, from the finest ring that reaches back so far', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(2000 * MS);
  typeText(host, 'a', 'cpu 100\n');
  host.advance(3005 * MS);
  const cpu = { metric: 'cpu', vm: 'a' };
  const second = metricOver(host, cpu, 1000 * MS);
  expect(second?.average).toBeGreaterThan(0.9);
  // Over two and a half seconds it was idle for the most.
  const longer = metricOver(host, cpu, 2500 * MS);
  expect(longer?.average).toBeGreaterThan(0.35);
  expect(longer?.average).toBeLessThan(0.5);
  expect(longer?.maximum).toBeGreaterThan(0.95);
  const periods = [1, 2500, 3000].map((ms) => seriesOf(host, cpu, 3000 * MS - ms * MS, 3000 * MS)?.periodNs);
  expect(periods).toEqual([10 * MS, 10 * MS, 100 * MS]);
  const fine = seriesOf(host, cpu, 1500 * MS, 2500 * MS, 'fine');
  expect(fine?.atNs).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25].map((n) => n * 100 * MS));
  expect(fine?.values.map((value) => value > 0.5)).toEqual(fine?.atNs.map((at) => at > 2000 * MS));
  expect(metricOver(host, { metric: 'host-vms' }, 100 * MS)).toEqual({ average: 1, maximum: 1 });
  expect(metricOver(host, { metric: 'mood' }, 100 * MS)).toBeUndefined();
  expect(metricOver(host, { metric: 'cpu', vm: 'nobody' }, 100 * MS)).toBeUndefined();
});

function samplesIn(host: Host): unknown {
  return [host.monitor.sampled, ...host.vms().map(({ sampled }) => sampled)].map((each) => each.capture());
}

test('what is not read again of VMs that wait has not changed: a host that reads everything each time has the same samples', () => {
  const names = ['a', 'b', 'c', 'd'];
  const [spares, reads] = [0, 1].map(() => bootHost(names.map((name) => vmSpec(name, teachingKernel()))));
  for (let at = 1; at <= 400; at++) {
    for (const host of [spares!, reads!]) {
      if (at === 30)
        for (const name of ['a', 'b', 'c']) typeText(host, name, `cpu ${name === 'c' ? 5 : 80}\n`);
      if (at === 200) command(host, 'vm.pause', { vm: 'a' });
      if (at === 263) command(host, 'vm.resume', { vm: 'a' });
      host.advance(at * MS);
    }
    for (const vm of reads!.vms()) reads!.monitor.changed(vm);
    if (at % 50 === 7) expect(samplesIn(spares!)).toEqual(samplesIn(reads!));
  }
  expect(vmOf(spares!, 'd').sampled.mayHaveRun).toBe(false);
});
