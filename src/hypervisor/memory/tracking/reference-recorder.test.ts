/** What a running guest accesses is recorded, and the faults of all policies are computed from it. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { SwapSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, command, copyOf, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { FOR_POLICY } from '../accessed-pages.ts';
import { WORKER_PAGES_AT, worker } from '../fixtures/worker.ts';
import { backHuge, HUGE_BYTES } from '../huge-leaf.ts';
import { pageNumber } from '../noted-pages.ts';
import type { FaultCurvesAnswer } from '../questions/fault-curves.ts';
import { POLICIES } from '../swap/policies/policies.ts';
import { MOST_REFERENCES } from './recording-state.ts';

const MIB = 1 << 20;
const PAGES = 60;
const FIRST = pageNumber(WORKER_PAGES_AT / 4096);
const SWAP: SwapSpec = { policy: 'clock', sizeBytes: 16 * MIB, compressPercent: 0, taxPercent: 75 };

/** A guest that goes through so many pages again and again; it has been through them once. */
function working(pages = PAGES): Host {
  const host = bootHost([vmSpec('a', worker({ pages }))]);
  host.advance(100 * NS_PER_MS);
  return host;
}
function record(host: Host, forMs: number, periodNs?: number): FaultCurvesAnswer {
  command(host, 'vm.setRecording', { vm: 'a', on: true, ...(periodNs === undefined ? {} : { periodNs }) });
  host.advance(host.now + forMs * NS_PER_MS);
  return ask(host);
}
function ask(host: Host): FaultCurvesAnswer {
  return must(host.ask('fault-curves', { vm: 'a' })).value as FaultCurvesAnswer;
}
const recorded = (host: Host): number[] =>
  Array.from(host.management.recorder.of(vmOf(host).slot)!.string().pages);

test('the pages that a guest goes through stand in the string, one after the other', () => {
  const host = working();
  record(host, 40, 100_000);
  const areas = recorded(host).filter((page) => page >= FIRST && page < FIRST + PAGES);
  expect(new Set(areas).size).toBe(PAGES);
  // Each is accessed in some rounds in a row; then comes the next.
  const steps = areas.flatMap((page, at) =>
    at > 0 && page !== areas[at - 1]! ? [page - areas[at - 1]!] : [],
  );
  expect(steps.filter((step) => step === 1).length).toBeGreaterThan(0.95 * steps.length);
});

test('a guest that is recorded swaps as it would otherwise: who asks for accesses is told of each', () => {
  const host = working();
  const { accessed } = vmOf(host).memory;
  record(host, 30);
  const told = (): number => {
    let pages = 0;
    for (let page = FIRST; page < FIRST + PAGES; page++) if (accessed.take(page, FOR_POLICY)) pages += 1;
    return pages;
  };
  expect(told()).toBe(PAGES);
  expect(told()).toBeLessThan(3);
});

test('a huge leaf is split, so that it does not tell of all of its pages', () => {
  const host = bootHost([vmSpec('a', worker({ pages: PAGES }), { memoryBytes: 6 * MIB })]);
  host.advance(50 * NS_PER_MS);
  const { memory } = vmOf(host);
  const free = memory.slots[0]!.base + HUGE_BYTES;
  expect(backHuge(memory, free)).toBe(true);
  record(host, 1);
  memory.writeU32(free + 4096 * 9, 1);
  host.advance(host.now + 2 * NS_PER_MS);
  const first = pageNumber(free / 4096);
  expect(recorded(host).filter((page) => page >= first)).toEqual([first + 9]);
});

test('no policy has fewer faults than the optimal one, and with room for all pages each page faults once', () => {
  const { curves, frames, pages, references } = record(working(), 300);
  expect(curves.map(({ policy }) => policy)).toEqual([...POLICIES.map(({ id }) => id), 'optimal']);
  expect(frames.length).toBeGreaterThanOrEqual(16);
  expect(references).toBeGreaterThan(pages);
  const { faults: best } = curves.at(-1)!;
  for (const { policy, faults } of curves) {
    expect([policy, faults.at(-1)]).toEqual([policy, pages]);
    expect([policy, faults.every((each, at) => each >= best[at]!)]).toEqual([policy, true]);
  }
  // A guest that goes round is the worst that can happen to who looks back.
  const middle = frames.length >> 1;
  const fifo = curves.find(({ policy }) => policy === 'fifo')!.faults;
  expect(fifo[middle]).toBeGreaterThan(1.5 * best[middle]!);
});

test('a string is bounded: when it is full, the recording ends and says so', () => {
  const host = working(4);
  record(host, 1, 100_000);
  // A device, so to speak, writes all of its memory in each round.
  const { memory, slot } = vmOf(host);
  while (host.management.recorder.of(slot)!.isOn && host.now < 10_000 * NS_PER_MS) {
    memory.fill(WORKER_PAGES_AT, 256 * 4096, 1);
    host.advance(host.now + 100_000);
  }
  const { isOn, isFull, references, toNs } = ask(host);
  expect([isOn, isFull, references]).toEqual([false, true, MOST_REFERENCES]);
  expect(host.management.recorder.periodNs).toBeUndefined();
  host.advance(host.now + 5 * NS_PER_MS);
  expect(ask(host).toNs).toBe(toNs);
});

test('what the VM really had stands beside it', () => {
  const host = bootHost([vmSpec('a', worker({ pages: 320 })), vmSpec('b', worker({ pages: 320 }))], {
    ...{ ramBytes: 2 * MIB, memory: { swap: SWAP } },
  });
  host.advance(200 * NS_PER_MS);
  const before = vmOf(host).memory.swappedIn;
  const { live } = record(host, 500);
  expect(live.policy).toBe('clock');
  expect(live.faults).toBeGreaterThan(0);
  expect(live.faults).toBeLessThanOrEqual(vmOf(host).memory.swappedIn - before);
  expect(live.frames).toBeLessThan(400);
});

test('rounds take time of a physical CPU', () => {
  const host = working();
  record(host, 50);
  expect(host.management.spentNs('recording')).toBeGreaterThan(45 * PAGES * 20);
});

test('a recording ends when it is told to, and stays to be asked for; one that begins anew forgets it', () => {
  const host = working();
  expect(host.ask('fault-curves', { vm: 'a' })).toMatchObject({ error: { code: 'vm.noRecording' } });
  const { references } = record(host, 20);
  command(host, 'vm.setRecording', { vm: 'a', on: false });
  host.advance(host.now + 20 * NS_PER_MS);
  expect(ask(host)).toMatchObject({ isOn: false, isFull: false, references });
  command(host, 'vm.setRecording', { vm: 'a', on: true });
  expect(ask(host)).toMatchObject({ isOn: true, references: 0, frames: [] });
});

test('an image of the host has its recordings, and goes on with them; another VM in the same slot has none', () => {
  const host = working();
  record(host, 20);
  const copy = copyOf(host);
  expect([copy.hash(), ask(copy)]).toEqual([host.hash(), ask(host)]);
  for (const each of [host, copy]) each.advance(150 * NS_PER_MS);
  expect([copy.hash(), recorded(copy)]).toEqual([host.hash(), recorded(host)]);
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.delete', { vm: 'a' });
  command(host, 'vm.create', { vm: vmSpec('a', worker({ pages: 4 })) });
  expect(host.ask('fault-curves', { vm: 'a' })).toMatchObject({ error: { code: 'vm.noRecording' } });
  host.advance(host.now + 5 * NS_PER_MS);
  expect(host.management.recorder.periodNs).toBeUndefined();
});
