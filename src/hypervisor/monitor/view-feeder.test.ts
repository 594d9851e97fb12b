/** What a page reads of a host's view, compared with the host: samples of every VM in their places, patches that suffice. */
import { describe, expect, test } from 'vitest';
import { METRICS } from '#base/catalogue/metrics';
import { RESOLUTIONS, ViewReader } from '#base/views';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, teachingKernel, type as typeLine, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { SAMPLE_PERIOD_NS } from './metrics.ts';
import { ViewFeeder } from './view-feeder.ts';

const MIB = 1 << 20;
const KERNEL = teachingKernel();

function start(shared = false, ramBytes: number = 32 * MIB): { host: Host; feeder: ViewFeeder } {
  const host = bootHost([vmSpec('a', KERNEL)], { ramBytes, harts: 4 });
  return { host, feeder: new ViewFeeder(host, shared) };
}
function must(result: { readonly ok: boolean }): void {
  expect(result).toMatchObject({ ok: true });
}
function create(host: Host, name: string): void {
  must(host.execute({ op: 'vm.create', args: { vm: vmSpec(name, KERNEL) } }));
  must(host.execute({ op: 'vm.start', args: { vm: name } }));
}
function reader({ writer }: ViewFeeder): ViewReader {
  const view = new ViewReader(writer.layout, writer.buffer);
  expect(view.read()).toBe(true);
  return view;
}
/** CPU shares per period of 100 ms, from the view. */
function cpu(feeder: ViewFeeder, slot: number): number[] {
  const view = reader(feeder);
  return [...view.series(slot, 'cpu', 0, 1e12, 1e6).values];
}

describe('samples', () => {
  test('a VM that is busy from one instant on shows it from the next sample on, however the view is fed', () => {
    // At multiples of the period, just beside them, and seldom.
    for (const stepNs of [100 * NS_PER_MS, 30 * NS_PER_MS, 470 * NS_PER_MS]) {
      const { host, feeder } = start();
      const feedUpTo = (end: number): void => {
        while (host.now < end) {
          host.advance(Math.min(end, host.now + stepNs));
          feeder.feed();
        }
      };
      feedUpTo(1000 * NS_PER_MS);
      typeLine(host, 'a', 'cpu 100\n');
      feedUpTo(2000 * NS_PER_MS);
      const values = cpu(feeder, 0);
      // The sample of this very instant is taken when time goes on.
      expect([stepNs, values.length]).toEqual([stepNs, 19]);
      for (const [n, value] of values.entries())
        if (n > 0) expect([stepNs, n, value > 0.9, value < 1.01]).toEqual([stepNs, n, n >= 10, true]);
    }
  });

  test('a VM that is created late has its samples at their times, and none before', () => {
    const { host, feeder } = start();
    host.advance(1050 * NS_PER_MS);
    feeder.feed();
    create(host, 'late');
    host.advance(1200 * NS_PER_MS);
    typeLine(host, 'late', 'cpu 100\n');
    for (let at = 1200; at <= 2550; at += 50) {
      host.advance(at * NS_PER_MS);
      feeder.feed();
    }
    const { slot, sampled } = host.vm('late')!;
    const samples = sampled.fine;
    expect([slot, samples.count]).toEqual([1, 15]);
    const values = cpu(feeder, slot);
    expect(values.length).toBe(25);
    // Up to 1 s: before it was there, which is not the same as having done nothing.
    expect(values.slice(0, 10).every(Number.isNaN)).toBe(true);
    for (let own = 1; own < 15; own++) {
      const rate = (samples.at(own, 'cpu') - samples.at(own - 1, 'cpu')) / SAMPLE_PERIOD_NS;
      expect([own, values[10 + own]]).toEqual([own, Math.fround(rate)]);
    }
    expect(values.slice(13).every((value) => value > 0.95)).toBe(true);
  });

  test('a VM in the slot of one that was deleted does not inherit its past', () => {
    const { host, feeder } = start();
    host.advance(100 * NS_PER_MS);
    typeLine(host, 'a', 'cpu 100\n');
    host.advance(1500 * NS_PER_MS);
    feeder.feed();
    expect(cpu(feeder, 0).filter((value) => value > 0.9).length).toBeGreaterThan(10);
    must(host.execute({ op: 'vm.powerOff', args: { vm: 'a' } }));
    must(host.execute({ op: 'vm.delete', args: { vm: 'a' } }));
    create(host, 'heir');
    host.advance(2050 * NS_PER_MS);
    feeder.feed();
    expect(host.vm('heir')!.slot).toBe(0);
    expect(cpu(feeder, 0).filter((value) => value > 0.9)).toEqual([]);
    expect(reader(feeder).latest(0, 'memory')).toBeGreaterThan(100_000);
  });

  test('seconds are averages of their tenths, levels their last; a jump beyond what is kept leaves a gap, not nonsense', () => {
    const { host, feeder } = start();
    host.advance(1000 * NS_PER_MS);
    typeLine(host, 'a', 'cpu 100\n');
    host.advance(3050 * NS_PER_MS);
    feeder.feed();
    const { layout } = feeder.writer;
    const coarse = new Float32Array(
      feeder.writer.buffer,
      layout.rings + RESOLUTIONS.fine.samples * feeder.writer.layout.metrics.length * 4,
    );
    const column = METRICS.findIndex(({ id }) => id === 'cpu');
    const second = (n: number): number => coarse[n * feeder.writer.layout.metrics.length + column]!;
    const fine = cpu(feeder, 0);
    for (const n of [0, 1, 2])
      expect(second(n)).toBeCloseTo(
        fine.slice(n * 10, n * 10 + 10).reduce((sum, value) => sum + value, 0) / 10,
        4,
      );
    expect(second(1)).toBeGreaterThan(0.9);
    typeLine(host, 'a', 'cpu 0\n');
    // Nobody looked for longer than samples are kept.
    host.advance(200_000 * NS_PER_MS);
    feeder.feed();
    const { fine: samples } = host.vm('a')!.sampled;
    expect(samples.count).toBeGreaterThan(1900);
    expect(cpu(feeder, 0).every((value) => Number.isNaN(value) || (value >= 0 && value < 1.01))).toBe(true);
    for (let n = 3; n < 190; n++) expect(second(n)).not.toBeGreaterThan(1.01);
    expect(second(50)).toBeNaN();
  });
});

describe('unshared views', () => {
  /** A page's copy, kept up to date by patches alone. */
  function mirrored(feeder: ViewFeeder): { page: ViewReader; update: () => number } {
    const page = new ViewReader(feeder.writer.layout, (feeder.writer.buffer as ArrayBuffer).slice(0));
    const update = (): number => {
      feeder.feed();
      const patches = feeder.takePatches();
      for (const { offset, bytes } of patches) page.patch(offset, bytes);
      return patches.reduce((sum, { bytes }) => sum + bytes.length, 0);
    };
    return { page, update };
  }

  test('patches make the page’s copy what the view is: numbers, samples, frames', () => {
    const { host, feeder } = start();
    const { page, update } = mirrored(feeder);
    for (let at = 50; at <= 1500; at += 50) {
      if (at === 700) create(host, 'late');
      if (at === 1000) must(host.execute({ op: 'vm.powerOff', args: { vm: 'a' } }));
      if (at === 1050) must(host.execute({ op: 'vm.delete', args: { vm: 'a' } }));
      if (at === 1100) create(host, 'heir');
      host.advance(at * NS_PER_MS);
      update();
    }
    update();
    page.read();
    const view = reader(feeder);
    expect(page.time('virtualNs')).toBe(host.now);
    for (const slot of [0, 1])
      for (const { id } of METRICS)
        expect(page.series(slot, id, 0, 1e12, 1e6)).toEqual(view.series(slot, id, 0, 1e12, 1e6));
    expect(page.owners).toEqual(Uint8Array.from(host.frames.owners));
    expect(page.states).toEqual(Uint8Array.from(host.frames.states));
    expect(page.owners.filter((owner) => owner >= 16).length).toBeGreaterThan(50);
  });

  test('frames at the far end arrive while frames at the near end keep changing', () => {
    const { host, feeder } = start(false, 256 * MIB);
    const { page, update } = mirrored(feeder);
    const { owners } = host.frames;
    const last = owners.length - 1;
    for (let batch = 0; batch < 40; batch++) {
      // As an allocator at work would.
      for (let block = 0; block < 8; block++) owners[block * 4096] = 16 + (batch % 3);
      if (batch === 0) owners[last] = 17;
      (host.frames as { generation: number }).generation += 1;
      update();
    }
    expect(page.owners[last]).toBe(17);
  });

  test('a batch is small when little has changed', () => {
    const { host, feeder } = start(false, 256 * MIB);
    const { update } = mirrored(feeder);
    host.advance(510 * NS_PER_MS);
    update();
    host.advance(520 * NS_PER_MS);
    expect(update()).toBeLessThanOrEqual(feeder.writer.layout.lockedEnd);
  });
});

test('a shared view is read in place', () => {
  const { host, feeder } = start(true);
  host.advance(100 * NS_PER_MS);
  feeder.feed();
  expect(feeder.writer.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(reader(feeder).time('virtualNs')).toBe(100 * NS_PER_MS);
  expect(feeder.takePatches()).toEqual([]);
});
