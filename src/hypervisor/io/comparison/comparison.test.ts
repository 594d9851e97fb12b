/** The same work for VMs that have their disks in several ways: rows whose parts are all of the time, and a snapshot amid it. */
import { expect, test } from 'vitest';
import { ACCOUNT_PARTS, comparedWork } from '#base/catalogue/compared-devices';
import { DISK_WAY_IDS, isPassedThrough } from '#base/catalogue/disk-ways';
import { must } from '#base/fixtures/must';
import { bootHost, copyOf, teachingKernel, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { ComparisonAnswer } from '../questions/comparison.ts';
import { comparedDevice } from './compared-devices.ts';

const MS = 1_000_000;
const COUNT = 16;
const WORK = comparedWork('disk', { count: COUNT });

function booted(): Host {
  const vms = DISK_WAY_IDS.map((way) =>
    vmSpec(way, teachingKernel(), {
      disks: [{ sizeBytes: 1 << 20, way, ...(isPassedThrough({ way }) ? { on: `whole-${way}` } : {}) }],
      ...(isPassedThrough({ way }) ? { allocation: 'fixed' } : {}),
    }),
  );
  const whole = DISK_WAY_IDS.filter((way) => isPassedThrough({ way })).map((way) => ({
    name: `whole-${way}`,
  }));
  const storage = [{ name: 'disk0' }, ...whole];
  const host = bootHost(vms, { harts: 2, ramBytes: 64 << 20, storage });
  host.advance(100 * MS);
  return host;
}
const compare = (host: Host, vms: readonly string[] = DISK_WAY_IDS) =>
  host.execute({ op: 'host.compare', args: { device: 'disk', vms, ...WORK } });
const answerOf = (host: Host) => must(host.ask('comparison', {})).value as ComparisonAnswer;

function finish(host: Host): ComparisonAnswer {
  for (const end = host.now + 4000 * MS; host.now < end; host.advance(host.now + MS)) {
    const answer = answerOf(host);
    if (answer.rows.length > 0 && answer.at === undefined && answer.waiting.length === 0) return answer;
  }
  throw new Error('not done');
}

/** By virtio, so many at a time. */
function finishWith(host: Host, depth: number) {
  const work = comparedWork('disk', { count: 64, depth });
  must(host.execute({ op: 'host.compare', args: { device: 'disk', vms: ['virtio'], ...work } }));
  return finish(host).rows[0]!;
}

test('each VM does all of it, one after the other, and its parts are all of the time', () => {
  const host = booted();
  must(compare(host));
  const { rows } = finish(host);
  expect(rows.map(({ vm }) => vm)).toEqual(DISK_WAY_IDS);
  expect(rows.map(({ ways }) => ways)).toEqual(DISK_WAY_IDS.map((way) => [way]));
  for (const row of rows) {
    expect([row.isLate, row.operations, row.bytes]).toEqual([false, 2 * COUNT, 2 * COUNT * 4096]);
    expect(ACCOUNT_PARTS.reduce((sum, part) => sum + row.account[part], 0)).toBe(row.elapsedNs);
    expect(Math.min(...Object.values(row.account))).toBeGreaterThanOrEqual(0);
    // The disk takes 88 µs for a block, and there is one at a time.
    expect(row.account.medium).toBeGreaterThan(0.6 * 2 * COUNT * 88_000);
    expect(row.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(2 * COUNT);
    expect(row.latency.p50).toBeGreaterThan(80_000);
    expect(row.latency.p99).toBeLessThan(100_000);
  }
  const whole = rows.filter(({ vm }) => vm.startsWith('passed-'));
  expect(whole.length).toBeGreaterThan(1);
  for (const { vm, account, dma } of whole) {
    expect([vm, account.walks]).toEqual([vm, dma.walkNs]);
    expect([vm, dma.walks > 0, dma.walkNs]).toEqual([vm, true, 330 * dma.walks]);
    expect(dma.remembered).toBeGreaterThan(2 * COUNT);
  }
  expect(rows.filter(({ dma }) => dma.walks + dma.remembered > 0)).toEqual(whole);
  const [virtio, pio, dma] = rows;
  expect(pio!.exitsEach).toBeGreaterThan(20 * virtio!.exitsEach);
  expect(dma!.exitsEach).toBeGreaterThan(2 * virtio!.exitsEach);
  expect(pio!.account.exits).toBeGreaterThan(dma!.account.exits);
  for (let at = 1; at < rows.length; at++)
    expect(rows[at]!.from).toBeGreaterThanOrEqual(rows[at - 1]!.from + rows[at - 1]!.elapsedNs);
  expect(host.log.since(0).some(({ code }) => code === 'host.compared')).toBe(true);
});

test('a host that is restored amid a comparison ends it as it would have', () => {
  const host = booted();
  must(compare(host, ['emulated-dma', 'virtio']));
  for (let ms = 0; ms < 100 && answerOf(host).at !== 'emulated-dma'; ms++) host.advance(host.now + MS / 10);
  host.advance(host.now + 2 * MS);
  const copy = copyOf(host);
  const [one, other] = [finish(host), finish(copy)];
  expect(other).toEqual(one);
  expect(copy.hash()).toBe(host.hash());
});

test('what is made on demand takes the space that was written, and the time that making it takes once', () => {
  const disk = (content: object) => ({
    disks: [{ sizeBytes: 1 << 20, content: { kind: 'memory', ...content } }],
  });
  const host = bootHost(
    [
      vmSpec('fixed', teachingKernel(), disk({ allocation: 'fixed', firstUseNs: 500_000 })),
      vmSpec('free', teachingKernel(), disk({})),
      vmSpec('dear', teachingKernel(), disk({ firstUseNs: 500_000 })),
    ],
    { harts: 3 },
  );
  host.advance(100 * MS);
  // 64 blocks are four parts of 64 KiB.
  const compared = (): ComparisonAnswer['rows'] => {
    const vms = ['fixed', 'free', 'dear'];
    const work = comparedWork('disk', { count: 64 });
    must(host.execute({ op: 'host.compare', args: { device: 'disk', vms, ...work } }));
    return finish(host).rows;
  };
  const [fixed, free, dear] = compared();
  const spaceOf = (row: typeof fixed) => [row!.backedBytes, row!.madeBytes, row!.makingNs];
  expect(spaceOf(fixed)).toEqual([1 << 20, 0, 0]);
  expect(spaceOf(free)).toEqual([4 << 16, 4 << 16, 0]);
  expect(spaceOf(dear)).toEqual([4 << 16, 4 << 16, 4 * 500_000]);
  expect(dear!.account.medium - free!.account.medium).toBeGreaterThan(1_500_000);
  expect(Math.max(...dear!.histogram.map(({ below }) => below))).toBeGreaterThan(500_000);
  expect(Math.max(...fixed!.histogram.map(({ below }) => below))).toBeLessThan(200_000);
  const [, , again] = compared();
  expect(spaceOf(again)).toEqual([4 << 16, 0, 0]);
});

test('who has no such device, does not run or is not there is not compared; who stops is late', () => {
  const host = booted();
  expect(compare(host, ['nobody']).ok).toBe(false);
  must(host.execute({ op: 'vm.pause', args: { vm: 'virtio' } }));
  expect(compare(host, ['virtio']).ok).toBe(false);
  must(compare(host, ['emulated-dma', 'emulated-pio']));
  host.advance(host.now + 2 * MS);
  must(host.execute({ op: 'vm.powerOff', args: { vm: 'emulated-dma' } }));
  const { rows } = finish(host);
  expect(rows.map(({ vm, isLate }) => [vm, isLate])).toEqual([
    ['emulated-dma', true],
    ['emulated-pio', false],
  ]);
});

test('cards are compared by the packets that they send and receive', () => {
  const station = '10.0.0.100';
  const vms = DISK_WAY_IDS.map((way, index) =>
    vmSpec(way, teachingKernel(), {
      ...{ nics: [{ switch: 'lan', way }], append: `ip=10.0.0.${index + 2}/24` },
      ...(isPassedThrough({ way }) ? { allocation: 'fixed' } : {}),
    }),
  );
  const echo = vmSpec('echo', teachingKernel(), { nics: [{ switch: 'lan' }], append: `ip=${station}/24` });
  const host = bootHost([...vms, echo], { harts: 2, ramBytes: 64 << 20 });
  host.advance(100 * MS);
  const work = comparedWork('card', { count: COUNT, station });
  must(host.execute({ op: 'host.compare', args: { device: 'card', vms: DISK_WAY_IDS, ...work } }));
  const { rows } = finish(host);
  for (const row of rows) {
    expect([row.isLate, row.operations >= 2 * COUNT]).toEqual([false, true]);
    // Each packet has its answer; frames that ask for an address are operations, too, so that the last ones may not count.
    const answers = row.histogram.reduce((sum, { count }) => sum + count, 0);
    expect(answers).toBeGreaterThanOrEqual(COUNT - 2);
    expect(answers).toBeLessThanOrEqual(COUNT);
    expect(row.most).toBeGreaterThanOrEqual(1);
    expect(row.most).toBeLessThanOrEqual(COUNT);
    // The wire takes 10 µs for one of 1 KiB, twice each way.
    expect(row.latency.p50).toBeGreaterThan(20_000);
    expect(row.latency.p99).toBeLessThan(row.elapsedNs);
    expect(ACCOUNT_PARTS.reduce((sum, part) => sum + row.account[part], 0)).toBe(row.elapsedNs);
  }
  const [virtio, pio, dma] = rows;
  expect(pio!.exitsEach).toBeGreaterThan(10 * dma!.exitsEach);
  expect(virtio!.exitsEach).toBeLessThan(pio!.exitsEach / 10);
});

test('with more at a time, who takes more does more, and its requests wait for each other', () => {
  const host = booted();
  const one = finishWith(host, 1);
  const eight = finishWith(host, 8);
  expect(eight.operationsPerSecond).toBeGreaterThan(1.5 * one.operationsPerSecond);
  expect(eight.latency.p99).toBeGreaterThan(3 * one.latency.p99);
  expect([one.most, eight.most]).toEqual([1, 8]);
  expect(eight.account.device + eight.account.medium).toBeLessThan(one.account.medium);
});

test('of a VM that has a disk and a card whole only those that are compared count', () => {
  const station = '10.0.0.100';
  const both = vmSpec('both', teachingKernel(), {
    ...{ allocation: 'fixed', append: 'ip=10.0.0.2/24' },
    disks: [{ sizeBytes: 1 << 20, way: 'passed-through' }],
    nics: [{ switch: 'lan', way: 'passed-through' }],
  });
  const echo = vmSpec('echo', teachingKernel(), { nics: [{ switch: 'lan' }], append: `ip=${station}/24` });
  const host = bootHost([both, echo], { harts: 2, ramBytes: 64 << 20 });
  host.advance(100 * MS);
  const vm = host.vms().find(({ spec }) => spec.name === 'both')!;
  expect([...comparedDevice('disk').windowsOf(vm)]).toEqual(['ide0']);
  expect([...comparedDevice('card').windowsOf(vm)]).toEqual(['ethoc0']);
  const [disk, card] = vm.devices.passed;
  // Packets come to its card all the time that its disk is at work.
  must(host.execute({ op: 'console.input', args: { vm: 'echo', text: 'bounce 10.0.0.2 4000\r' } }));
  host.advance(host.now + MS);
  const [before, beside] = [disk, card].map((each) => each!.counters.dmaRemembered);
  must(host.execute({ op: 'host.compare', args: { device: 'disk', vms: ['both'], ...WORK } }));
  const { dma } = finish(host).rows[0]!;
  expect(card!.counters.dmaRemembered).toBeGreaterThan(beside! + COUNT);
  expect(dma.remembered).toBe(disk!.counters.dmaRemembered - before!);
});
