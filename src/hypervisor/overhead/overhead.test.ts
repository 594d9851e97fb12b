/** The overhead account: its parts are all of the time, the program is the same wherever it runs, and each figure is what it is for its reason. */
import { beforeAll, describe, expect, test } from 'vitest';
import { OVERHEAD_PARTS, OVERHEAD_RUNS } from '#base/catalogue/overhead';
import { must } from '#base/fixtures/must';
import { USUAL_POLICY } from '#machine/usual-policy';
import { ENGINE, ENVIRONMENT, SETTINGS } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { accountOf, partOfExit, type RunCounts } from './account.ts';
import { PAGES } from './memory-map.ts';
import { overheadProgram } from './program.ts';
import type { OverheadAnswer } from './questions/overhead.ts';
import { surroundingsOf } from './surroundings.ts';
import { runInVm } from './vm-run.ts';

const SPEC = {
  ...{ name: 'asked', ramBytes: 16 << 20, harts: 1, switches: [], vms: [], timeSliceNs: 10_000_000 },
};
const asked = Host.create(ENGINE, SPEC, SETTINGS, { ...ENVIRONMENT, translate: USUAL_POLICY });
const answers = new Map<string, OverheadAnswer>();

const answerTo = (run: string): OverheadAnswer =>
  must(asked.ask('overhead', { run })).value as OverheadAnswer;
const of = (run: string): OverheadAnswer => {
  const found = answers.get(run);
  if (found === undefined) throw new Error(`there is no ${run}`);
  return found;
};
/** Exits that execute an instruction in the guest's place: it retires none then. */
const carriedOut = ({ exits }: OverheadAnswer): number =>
  exits.reduce((sum, { reason, count }) => sum + (reason === 'mmio' || reason === 'wfi' ? count : 0), 0);

beforeAll(() => {
  for (const { id } of OVERHEAD_RUNS) answers.set(id, answerTo(id));
});

test('the parts of each run are all of its time, and none is less than nothing', () => {
  for (const { run, parts, elapsedNs } of answers.values()) {
    expect([run, OVERHEAD_PARTS.reduce((sum, { id }) => sum + parts[id], 0)]).toEqual([run, elapsedNs]);
    for (const { id: part } of OVERHEAD_PARTS)
      expect([run, part, parts[part] >= 0]).toEqual([run, part, true]);
  }
});

test('it is the same program: it executes as much, reads the same, and finds what it has written', () => {
  const isSame = (bare: string, vm: string): void => {
    expect([vm, of(vm).instructions + carriedOut(of(vm))]).toEqual([vm, of(bare).instructions]);
    expect([vm, of(vm).sum]).toEqual([vm, of(bare).sum]);
  };
  for (const vm of ['touch-vm', 'touch-fixed']) isSame('touch-bare', vm);
  for (const vm of ['memory-vm', 'memory-huge', 'memory-neighbour']) isSame('memory-bare', vm);
  for (const vm of ['virtio-vm', 'virtio-whole']) isSame('virtio-bare', vm);
  for (const vm of ['dma-vm', 'dma-whole']) isSame('dma-bare', vm);
  isSame('pio-bare', 'pio-vm');
  for (const vm of ['card-vm', 'card-whole']) isSame('card-bare', vm);
  for (const { run, wrong } of answers.values()) expect([run, wrong]).toEqual([run, 0]);
});

describe('what is read off the VM is what its hart has in an account of its own', () => {
  test.each(['touch-vm', 'memory-huge', 'virtio-vm', 'dma-whole'])('%s', (id) => {
    const run = OVERHEAD_RUNS.find((each) => each.id === id)!;
    const counts: RunCounts = runInVm(run, overheadProgram(run), surroundingsOf(asked));
    const parts = accountOf(counts, SETTINGS.nsPerInstruction);
    const { guestNs, hypervisorNs, idleNs } = counts.hart!;
    expect(parts.instructions + parts.walks + parts.hostWalks + parts.processor).toBe(guestNs);
    expect(parts.waiting).toBe(idleNs);
    expect(counts.elapsedNs).toBe(guestNs + hypervisorNs + idleNs);
    // The program's own counter says the same, in whole cycles.
    const said = counts.board.cycles * SETTINGS.nsPerInstruction;
    expect(Math.abs(said - counts.elapsedNs)).toBeLessThan(SETTINGS.nsPerInstruction);
    // And to run it again is to have it again.
    expect(parts).toEqual(of(id).parts);
  });
});

test('memory that is used for the first time costs an exit for each page, unless it is there', () => {
  const faults = (run: string): number =>
    of(run).exits.reduce((sum, { reason, count }) => sum + (reason === 'guest-page-fault' ? count : 0), 0);
  expect([faults('touch-vm'), faults('touch-fixed')]).toEqual([PAGES, 0]);
  expect(of('touch-vm').elapsedNs).toBeGreaterThan(20 * of('touch-fixed').elapsedNs);
  expect(of('touch-fixed').elapsedNs).toBeGreaterThan(of('touch-bare').elapsedNs);
});

test('a walk of two stages reads the entries of the host too; leaves of 2 MiB spare one of three', () => {
  const [bare, small, huge] = [of('memory-bare'), of('memory-vm'), of('memory-huge')];
  expect(bare.parts.hostWalks).toBe(0);
  expect(small.references.own).toBe(bare.references.own);
  expect(small.references.host).toBe(3 * small.references.own);
  expect(huge.references.host / huge.references.own).toBeCloseTo(2, 2);
  expect(huge.elapsedNs).toBeLessThan(small.elapsedNs);
});

test('runs that differ by a setting alone go on from the same bytes', () => {
  const beginnings = ['memory-vm', 'memory-huge', 'memory-neighbour'].map((run) => of(run).beginning);
  expect(new Set(beginnings).size).toBe(1);
  expect(beginnings[0]).toMatch(/^[0-9a-f]{16}$/);
});

test('beside a busy neighbour it is held up, and nothing else is more', () => {
  const [alone, beside] = [of('memory-vm'), of('memory-neighbour')];
  expect(beside.parts.scheduling).toBeGreaterThan(3 * asked.spec.timeSliceNs);
  const more = beside.elapsedNs - beside.parts.scheduling - (alone.elapsedNs - alone.parts.scheduling);
  expect(Math.abs(more)).toBeLessThan(alone.elapsedNs / 1000);
});

test('the way to a disk: fewer accesses to registers, fewer interrupts, or none that leave the guest', () => {
  const exits = (run: string, reason: string): number =>
    of(run).exits.reduce((sum, exit) => sum + (exit.reason === reason ? exit.count : 0), 0);
  expect(exits('pio-vm', 'mmio')).toBeGreaterThan(16 * 1024);
  expect(exits('dma-vm', 'mmio')).toBeLessThan(exits('pio-vm', 'mmio') / 50);
  expect(exits('virtio-vm', 'mmio')).toBeLessThan(exits('dma-vm', 'mmio') / 10);
  // Of eight requests at once the driver hears of the last, or of each.
  expect(exits('virtio-each', 'wfi')).toBe(8 * exits('virtio-vm', 'wfi'));
  for (const part of ['deviceExits', 'interruptExits'] as const)
    expect(of('virtio-each').parts[part]).toBeGreaterThan(4 * of('virtio-vm').parts[part]);
  for (const run of ['virtio-whole', 'dma-whole']) expect(of(run).parts.deviceExits).toBe(0);
  for (const run of ['virtio-bare', 'dma-bare', 'pio-bare']) expect(of(run).exits).toEqual([]);
  const took = (runs: readonly string[]): number[] => runs.map((run) => of(run).elapsedNs);
  const inOrder = took(['virtio-bare', 'virtio-whole', 'virtio-vm', 'dma-vm', 'pio-vm']);
  expect(inOrder).toEqual([...inOrder].sort((one, other) => one - other));
});

test('the way to a card: a doorbell is an exit where the hypervisor serves the queue, and none where the hardware does', () => {
  const doorbells = (run: string): number =>
    of(run).exits.reduce((sum, exit) => sum + (partOfExit(exit) === 'deviceExits' ? exit.count : 0), 0);
  // Eight times eight frames, each time with a doorbell and two accesses to what the interrupt was for.
  expect([doorbells('card-vm'), doorbells('card-whole')]).toEqual([24, 0]);
  const took = ['card-bare', 'card-whole', 'card-vm'].map((run) => of(run).elapsedNs);
  expect(took).toEqual([...took].sort((one, other) => one - other));
});
