/** Weights, caps, budgets and places of VMs with guests, under each scheduler; schedulers/shares.test.ts has the same without guests. */
import { expect, test } from 'vitest';
import type { CpuSpec, VmSpec } from '#base/scenario';
import { copyOf, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { bootUnder, cpuVm, SPIN, sleeper } from './fixtures/scheduled-host.ts';
import { slicesBetween } from './recorded.ts';
import { SCHEDULERS } from './schedulers/schedulers.ts';

const MS = 1_000_000;

const spinning = (name: string, cpu?: CpuSpec): VmSpec => cpuVm(name, SPIN, cpu);
const ran = (host: Host, vm: string): number =>
  vmOf(host, vm).vcpus.reduce((sum, { runNs }) => sum + runNs, 0);
const kinds = SCHEDULERS.map(({ id }) => id);

test.each(['credit', 'fair'])(
  '%s: harts are shared by weight, and by another from when it is set',
  (kind) => {
    const host = bootUnder(kind, [spinning('a'), spinning('b', { weight: 300 })]);
    host.advance(1000 * MS);
    expect(Math.abs(ran(host, 'b') / ran(host, 'a') - 3)).toBeLessThan(0.1);
    expect(host.execute({ op: 'vm.setCpu', args: { vm: 'b', weight: 100 } }).ok).toBe(true);
    expect(vmOf(host, 'b').spec.cpu).toBeUndefined();
    const before = [ran(host, 'a'), ran(host, 'b')];
    host.advance(2000 * MS);
    expect((ran(host, 'b') - before[1]!) / (ran(host, 'a') - before[0]!)).toBeCloseTo(1, 1);
  },
);

test.each(kinds)(
  '%s: a cap holds while the hart is idle besides, and what is taken is steal time',
  (kind) => {
    const host = bootUnder(kind, [spinning('a', { capPercent: 30 })]);
    host.advance(1000 * MS);
    expect(ran(host, 'a') / MS).toBeCloseTo(300, -1);
    const [vcpu] = vmOf(host, 'a').vcpus;
    expect((vcpu!.runNs + vcpu!.stealNs) / MS).toBeGreaterThan(950);
    expect(host.execute({ op: 'vm.setCpu', args: { vm: 'a' } }).ok).toBe(true);
    const before = ran(host, 'a');
    host.advance(1500 * MS);
    expect((ran(host, 'a') - before) / MS).toBeGreaterThan(490);
  },
);

test.each(kinds)('%s: a VM stays on the harts that are named for it', (kind) => {
  const vms = [spinning('a', { harts: [1] }), spinning('b', { harts: [1] }), spinning('c')];
  const host = bootUnder(kind, vms, 2);
  host.advance(400 * MS);
  for (const name of ['a', 'b']) expect(vmOf(host, name).vcpus[0]!.lastHart).toBe(1);
  // Both on one hart, the other for the third alone.
  expect((ran(host, 'a') + ran(host, 'b')) / MS).toBeLessThan(401);
  host.execute({ op: 'vm.setCpu', args: { vm: 'a', harts: [0] } });
  host.advance(500 * MS);
  expect(vmOf(host, 'a').vcpus[0]!.lastHart).toBe(0);
});

test.each(kinds)('%s: a host that was saved between two slices goes on as if it had not been', (kind) => {
  const vms = [
    spinning('a', { capPercent: 35, weight: 50 }),
    spinning('b', { realTime: { periodNs: 20 * MS, budgetNs: 6 * MS } }),
    { ...spinning('c', { together: true }), vcpus: 2 },
  ];
  const host = bootUnder(kind, vms, 2);
  host.advance(333 * MS);
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  for (const each of [host, restored]) each.advance(777 * MS);
  expect(restored.hash()).toBe(host.hash());
  expect(ran(host, 'a')).toBeGreaterThan(0);
});

test('a host changes its scheduler while guests run: everybody runs on, by the rules of the new one', () => {
  const host = bootUnder('round-robin', [spinning('a'), spinning('b', { weight: 300 })]);
  host.advance(205 * MS);
  expect(ran(host, 'b') / ran(host, 'a')).toBeCloseTo(1, 0);
  for (const kind of [...kinds, 'fair'])
    expect(host.execute({ op: 'host.setScheduler', args: { scheduler: { kind } } }).ok).toBe(true);
  expect(host.spec.scheduler).toEqual({ kind: 'fair' });
  const before = [ran(host, 'a'), ran(host, 'b')];
  host.advance(1205 * MS);
  expect((ran(host, 'b') - before[1]!) / (ran(host, 'a') - before[0]!)).toBeCloseTo(3, 1);
  expect(copyOf(host).hash()).toBe(host.hash());
});

test('real time: who has a budget has it in each period beside whoever floods; what could not be kept is refused', () => {
  const half = { realTime: { periodNs: 10 * MS, budgetNs: 5 * MS } };
  const host = bootUnder('real-time', [
    spinning('a', half),
    spinning('b'),
    { ...spinning('c', half), autostart: false },
  ]);
  host.advance(1000 * MS);
  expect(ran(host, 'a') / MS).toBeCloseTo(500, -1);
  expect(ran(host, 'b') / MS).toBeCloseTo(500, -1);
  const refused = host.execute({ op: 'vm.start', args: { vm: 'c' } });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'cpu.notAdmitted', data: { used: 100, limit: 98 } },
  });
  expect(host.execute({ op: 'vm.setCpu', args: { vm: 'b', ...half } }).ok).toBe(false);
  expect(vmOf(host, 'b').spec.cpu).toBeUndefined();
  expect(
    host.execute({ op: 'vm.setCpu', args: { vm: 'c', realTime: { periodNs: 10 * MS, budgetNs: 4 * MS } } })
      .ok,
  ).toBe(true);
  expect(host.execute({ op: 'vm.start', args: { vm: 'c' } }).ok).toBe(true);
});

test('together: vCPUs of one VM run at the same time, each on a hart of its own', () => {
  const host = bootUnder(
    'gang',
    [{ ...spinning('a', { together: true }), vcpus: 2 }, spinning('b'), spinning('c')],
    2,
  );
  host.advance(1000 * MS);
  const slices = host.cpus.map(({ timeline }) =>
    slicesBetween(timeline, 100 * MS, 900 * MS, 1000).filter(({ vcpu }) => vcpu < 8),
  );
  // The second vCPU of a program that starts none is off, so that the first has its slots for itself.
  expect(slices.flat().length).toBeGreaterThan(20);
  expect(ran(host, 'a') / MS).toBeGreaterThan(450);
});

test.each([
  [{ harts: [2] }, 'cpu.noHart'],
  [{ harts: [] }, 'cpu.noHart'],
  [{ pinned: true }, 'cpu.pinnedNowhere'],
  [{ realTime: { periodNs: MS, budgetNs: 2 * MS } }, 'cpu.budget'],
])('%j is refused', (cpu, code) => {
  const host = bootUnder('fair', [spinning('a')], 2);
  const refused = host.execute({ op: 'vm.setCpu', args: { vm: 'a', ...cpu } });
  expect(refused).toMatchObject({ ok: false, error: { code } });
});

/** Sleeps 1 ms. */
const SLEEPER = sleeper(1);

test.each(kinds.flatMap((kind) => [1, 2].map((harts) => ({ kind, harts }))))(
  '$kind, $harts harts: how a span is cut into calls does not matter',
  ({ kind, harts }) => {
    const vms = [
      spinning('a', { weight: 300, capPercent: 45, realTime: { periodNs: 7 * MS, budgetNs: 2 * MS } }),
      { ...vmSpec('b', SLEEPER), cpu: { weight: 70 } },
      { ...vmSpec('c', SLEEPER), cpu: { weight: 130, harts: [0], together: true } },
    ];
    const [whole, cut] = [bootUnder(kind, vms, harts), bootUnder(kind, vms, harts)];
    whole.advance(400 * MS);
    for (let at = 0; at < 400 * MS; at += 300_000) cut.advance(Math.min(400 * MS, at + 300_000));
    expect(cut.hash()).toBe(whole.hash());
  },
);
