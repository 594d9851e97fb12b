/** Frames are taken back when a host has too few: nothing is lost, whoever pays least gives, and who cannot go on waits. */
import { expect, test } from 'vitest';
import { HOST_MEMORY_STATE, HOST_MEMORY_STATES } from '#base/catalogue/host-memory-states';
import { must } from '#base/fixtures/must';
import type { SwapSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, command, consoleText, copyOf, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { DECOMPRESS_NS } from '../costs.ts';
import { contradictionsIn } from '../fixtures/conservation.ts';
import { type WorkerOptions, worker } from '../fixtures/worker.ts';
import { FRAME_COMPRESSED } from '../frame-allocator.ts';
import type { ReclaimAnswer } from '../questions/reclaim.ts';
import { POLICIES } from '../swap/policies/policies.ts';
import { stateOf } from './host-memory-state.ts';
import { priceOf } from './idle-tax.ts';

const MIB = 1 << 20;
const SWAP: SwapSpec = { policy: 'clock', sizeBytes: 16 * MIB, compressPercent: 0, taxPercent: 75 };
/** Of 512 pages that a VM has; two such VMs do not fit into {@link HOST}. */
const PAGES = 320;
const HOST = { ramBytes: 2 * MIB, harts: 2 } as const;

const vm = (name: string, options: Partial<WorkerOptions> = {}, more: Partial<VmSpec> = {}): VmSpec =>
  vmSpec(name, worker({ pages: PAGES, ...options }), more);

function host(vms: readonly VmSpec[], swap: Partial<SwapSpec> = {}): Host {
  return bootHost(vms, { ...HOST, memory: { swap: { ...SWAP, ...swap } } });
}
/** No frame is lost, and none has two truths. */
function expectConserved(of: Host): void {
  expect(contradictionsIn(of)).toEqual([]);
}
function runChecked(of: Host, untilMs: number, stepMs = 100): void {
  for (let at = of.now / NS_PER_MS + stepMs; at <= untilMs; at += stepMs) {
    of.advance(at * NS_PER_MS);
    expectConserved(of);
  }
}
const passes = (of: Host, name: string): number => consoleText(vmOf(of, name)).split('.').length - 1;

test.each(POLICIES.map(({ id }) => id))('two VMs that do not fit together both go on, with %s', (policy) => {
  const both = host([vm('a'), vm('b')], { policy });
  runChecked(both, 900, 300);
  for (const name of ['a', 'b']) {
    expect(vmOf(both, name).state).toBe('running');
    expect(consoleText(vmOf(both, name))).toMatch(/^w\.*$/);
    const { memory } = vmOf(both, name);
    expect(memory.swappedIn).toBeGreaterThan(0);
    expect(memory.swappedOut).toBeGreaterThan(0);
  }
});

test('without swap the same VMs wait for frames', () => {
  const both = bootHost([vm('a'), vm('b')], HOST);
  both.advance(500 * NS_PER_MS);
  const waiting = both.vms().filter(({ state }) => state === 'paused');
  expect(waiting.map(({ reason }) => reason?.code)).toContain('vm.outOfFrames');
});

test('what compresses well is compressed before anything is swapped out, in frames of the host', () => {
  const both = host([vm('a', { contents: 'compressible' }), vm('b', { contents: 'compressible' })], {
    compressPercent: 30,
  });
  runChecked(both, 600);
  const pages = both.vms().reduce((sum, { memory }) => sum + memory.compressedPages, 0);
  const frames = both.frames.states.filter((state) => state === FRAME_COMPRESSED).length;
  expect(pages).toBeGreaterThan(50);
  expect(frames).toBeGreaterThan(0);
  // Eight of these fit into a frame.
  expect(frames).toBeLessThan(pages / 4);
  expect(both.swap.used).toBe(0);
  const { details } = { details: vmOf(both, 'a').exitDetails.list() };
  expect(details.map(({ detail }) => detail)).toContain('decompress');
  for (const name of ['a', 'b']) expect(consoleText(vmOf(both, name))).toMatch(/^w\.+$/);
});

test('what does not compress goes to the swap area all the same', () => {
  const both = host([vm('a'), vm('b')], { compressPercent: 30 });
  runChecked(both, 600);
  // Nearly all: their code compresses.
  expect(both.management.compressed.used).toBeLessThan(5);
  expect(both.swap.used).toBeGreaterThan(50);
});

test('who finds the swap area full waits, and goes on when it is larger', () => {
  const both = host([vm('a'), vm('b')], { sizeBytes: 0x4_0000 });
  runChecked(both, 500);
  const waiting = both.vms().filter(({ state }) => state === 'paused');
  expect(waiting.map(({ reason }) => reason?.code)).toContain('vm.swapFull');
  command(both, 'host.setSwap', { on: true, ...SWAP });
  for (const { spec } of waiting) command(both, 'vm.resume', { vm: spec.name });
  runChecked(both, 1500);
  for (const name of ['a', 'b']) {
    expect(vmOf(both, name).state).toBe('running');
    expect(consoleText(vmOf(both, name))).toMatch(/^w\.+$/);
  }
});

test('who needs a swap disk that does not work waits, and goes on when it does', () => {
  const both = host([vm('a'), vm('b')]);
  runChecked(both, 300);
  command(both, 'host.setSwapDisk', { works: false });
  runChecked(both, 500);
  const waiting = both.vms().filter(({ state }) => state === 'paused');
  expect(waiting.map(({ reason }) => reason?.code)).toContain('vm.swapBroken');
  const before = both.vms().map(({ spec }) => passes(both, spec.name));
  command(both, 'host.setSwapDisk', { works: true });
  for (const { spec } of waiting) command(both, 'vm.resume', { vm: spec.name });
  runChecked(both, 1500);
  for (const [at, { spec, console: _ }] of both.vms().entries()) {
    expect(consoleText(vmOf(both, spec.name))).toMatch(/^w\.+$/);
    expect(passes(both, spec.name)).toBeGreaterThan(before[at]!);
  }
});

test('who finds that the disk does not read waits, also for what was on its way, and loses nothing', () => {
  const both = host([vm('a'), vm('b')]);
  runChecked(both, 300);
  command(both, 'host.setSwapDisk', { works: false, fails: 'reads' });
  runChecked(both, 700);
  const waiting = both.vms().filter(({ state }) => state === 'paused');
  expect(waiting.map(({ reason }) => reason?.code)).toContain('vm.swapBroken');
  const before = both.vms().map(({ spec }) => passes(both, spec.name));
  command(both, 'host.setSwapDisk', { works: true });
  for (const { spec } of waiting) command(both, 'vm.resume', { vm: spec.name });
  runChecked(both, 1700);
  for (const [at, { spec }] of both.vms().entries()) {
    expect(consoleText(vmOf(both, spec.name))).toMatch(/^w\.+$/);
    expect(passes(both, spec.name)).toBeGreaterThan(before[at]!);
  }
});

test('once nothing is taken any more, pages come back from the swap area by themselves', () => {
  const both = host([vm('a'), vm('b')]);
  runChecked(both, 600);
  expect(both.swap.used).toBeGreaterThan(0);
  command(both, 'vm.powerOff', { vm: 'b' });
  // What they hold is taken by nobody now, and the guest touches it or not.
  command(both, 'vm.pause', { vm: 'a' });
  const before = both.swap.used;
  runChecked(both, 2600, 500);
  expect(both.swap.used).toBeLessThan(before);
  command(both, 'vm.resume', { vm: 'a' });
  runChecked(both, 3200, 200);
  expect(consoleText(vmOf(both, 'a'))).toMatch(/^w\.+$/);
});

test('what was taken comes back in the opposite order: from the swap area first, then what is compressed', () => {
  const three = host(
    [
      vm('swapped', { pages: 150, idle: true }),
      vm('compressed', { pages: 150, idle: true, contents: 'compressible' }),
      vm('c'),
    ],
    { compressPercent: 10 },
  );
  runChecked(three, 900, 300);
  const { swap, management } = three;
  expect(Math.min(swap.used, management.compressed.used)).toBeGreaterThan(20);
  command(three, 'vm.powerOff', { vm: 'c' });
  command(three, 'vm.delete', { vm: 'c' });
  const spentNs = management.spentNs('reclaim');
  runChecked(three, 4000, 300);
  expect([swap.used, management.compressed.used]).toEqual([0, 0]);
  const { givings } = must(three.ask('reclaim', {})).value as ReclaimAnswer;
  const ways = givings.map(({ way }) => way).filter((way, at, all) => way !== all[at - 1]);
  expect(ways).toEqual(['swapped', 'compressed']);
  const compressed = givings.filter(({ way }) => way === 'compressed');
  expect(compressed.every(({ why }) => why === 'spare')).toBe(true);
  const pages = compressed.reduce((sum, each) => sum + each.pages, 0);
  expect(management.spentNs('reclaim') - spentNs).toBeGreaterThan(pages * DECOMPRESS_NS);
});

test('frames of a VM with fixed allocation stay its own', () => {
  const three = bootHost([vm('kept', { idle: true }, { allocation: 'fixed' }), vm('b'), vm('c')], {
    ...{ ramBytes: 4 * MIB, memory: { swap: SWAP } },
  });
  runChecked(three, 800);
  expect(vmOf(three, 'kept').memory.swappedOut).toBe(0);
  expect(vmOf(three, 'b').memory.swappedOut).toBeGreaterThan(0);
});

test('with the tax, who does nothing gives pages up; without it, both give alike', () => {
  const parts = [0, 90].map((taxPercent) => {
    const both = host([vm('idle', { idle: true }), vm('busy', { pages: 300 })], { taxPercent });
    runChecked(both, 3000, 1000);
    expect(consoleText(vmOf(both, 'busy'))).toMatch(/^w\.+$/);
    return vmOf(both, 'idle').memory.swappedPages;
  });
  expect(parts[1]).toBeGreaterThan(1.4 * parts[0]!);
});

test('the price of a page falls with idleness, and the more so the higher the tax', () => {
  expect(priceOf(100, 50, 1000, 75)).toBe(2);
  expect(priceOf(100, 50, 0, 75)).toBe(0.5);
  expect(priceOf(100, 50, 0, 0)).toBe(2);
  expect(priceOf(100, 50, 500, 75)).toBeCloseTo(100 / (50 * (0.5 + 4 * 0.5)));
});

test('the state falls below the thresholds, and is high again only when enough is free', () => {
  const names = (frees: readonly number[]): string[] => {
    let state = HOST_MEMORY_STATE.high;
    return frees.map((free) => {
      state = stateOf(free, 100, state);
      return HOST_MEMORY_STATES[state]!.id;
    });
  };
  expect(names([50, 6, 5, 4, 3, 4, 5, 6])).toEqual([
    'high',
    'high',
    'high',
    'high',
    'soft',
    'soft',
    'soft',
    'high',
  ]);
  expect(names([3, 1, 0, 1, 2])).toEqual(['soft', 'hard', 'low', 'hard', 'soft']);
});

test('it works by itself until enough is free, and then rests', () => {
  const one = bootHost([vm('a', { idle: true, pages: 364 })], {
    ramBytes: 0x18_0000,
    memory: { swap: SWAP },
  });
  runChecked(one, 600);
  expect(one.frames.free).toBeGreaterThanOrEqual(0.06 * one.frames.count);
  const { swappedOut } = vmOf(one).memory;
  expect(swappedOut).toBeGreaterThan(0);
  runChecked(one, 800);
  expect(vmOf(one).memory.swappedOut).toBe(swappedOut);
});

test('it takes time of a CPU: by itself and in exits', () => {
  const spent = (swap: boolean): { hypervisor: number; host: Host } => {
    const both = swap
      ? host([vm('a'), vm('b')])
      : bootHost([vm('a'), vm('b')], { ...HOST, ramBytes: 8 * MIB });
    both.advance(600 * NS_PER_MS);
    return { hypervisor: both.cpus.reduce((sum, cpu) => sum + cpu.hypervisorNs, 0), host: both };
  };
  const [without, with_] = [spent(false), spent(true)];
  expect(with_.host.management.spentNs('reclaim')).toBeGreaterThan(0);
  expect(with_.hypervisor).toBeGreaterThan(without.hypervisor + with_.host.management.spentNs('reclaim'));
});

test('a host that is restored amid it goes on like the one that was saved', () => {
  // Whose state has most in it.
  const both = host([vm('a'), vm('b', { contents: 'compressible' })], {
    policy: 'wsclock',
    compressPercent: 10,
  });
  both.advance(500 * NS_PER_MS);
  const copy = copyOf(both);
  expect(copy.hash()).toBe(both.hash());
  expectConserved(copy);
  for (const each of [both, copy]) each.advance(700 * NS_PER_MS);
  expect(copy.hash()).toBe(both.hash());
});

test('a VM that is moved away while parts of it are compressed and swapped out is whole where it comes', () => {
  const both = host([vm('a'), vm('b', { contents: 'compressible' })], { compressPercent: 10 });
  both.advance(700 * NS_PER_MS);
  for (const name of ['a', 'b']) {
    command(both, 'vm.snapshot', { vm: name, name: 'here' });
    command(both, 'vm.revert', { vm: name, snapshot: 'here' });
  }
  runChecked(both, 1300);
  for (const name of ['a', 'b']) expect(consoleText(vmOf(both, name))).toMatch(/^w\.+$/);
});

test('what a VM that goes had leaves nothing behind', () => {
  const both = host([vm('a'), vm('b', { contents: 'compressible' })], { compressPercent: 20 });
  runChecked(both, 500);
  for (const name of ['a', 'b']) {
    command(both, 'vm.powerOff', { vm: name });
    command(both, 'vm.delete', { vm: name });
  }
  expect([both.frames.free, both.swap.used, both.management.compressed.used]).toEqual([
    both.frames.count,
    0,
    0,
  ]);
});

test('it begins by command with the VMs that there are, and ceases', () => {
  const both = bootHost([vm('a'), vm('b')], HOST);
  both.advance(10 * NS_PER_MS);
  command(both, 'host.setSwap', { on: true, ...SWAP, policy: 'fifo' });
  runChecked(both, 500);
  command(both, 'host.setSwap', { on: true, ...SWAP, policy: 'aging' });
  runChecked(both, 900);
  for (const name of ['a', 'b']) expect(consoleText(vmOf(both, name))).toMatch(/^w\.+$/);
  command(both, 'host.setSwap', { on: false, ...SWAP });
  runChecked(both, 1200);
  expect(both.vms().some(({ reason }) => reason?.code === 'vm.outOfFrames')).toBe(true);
});

test('the question tells how the host stands, what was taken from whom for whom, and the state over time', () => {
  const both = host([vm('a'), vm('b')]);
  runChecked(both, 400);
  const answer = must(both.ask('reclaim', {})).value as ReclaimAnswer;
  expect(answer.settings).toEqual(SWAP);
  expect([answer.frames, answer.free]).toEqual([both.frames.count, both.frames.free]);
  expect(answer.thresholds.map(({ state, frames }) => [state, frames])).toEqual([
    ['high', 31],
    ['soft', 21],
    ['hard', 11],
    ['low', 6],
  ]);
  expect(answer.swap.used).toBe(answer.vms.reduce((sum, { swapped }) => sum + swapped, 0));
  expect(answer.spentNs).toBeGreaterThan(0);
  const ways = new Set(answer.takings.map(({ way }) => way));
  expect([...ways]).toEqual(['swapped']);
  // By itself, and for who needed a frame.
  expect(answer.takings.some(({ need }) => need === undefined)).toBe(true);
  expect(answer.takings.some(({ need }) => need === 'a' || need === 'b')).toBe(true);
  const states = new Set(answer.moments.map(({ state }) => state));
  expect(states.has('high') && states.size > 1).toBe(true);
  for (const { usedPercent, price } of answer.vms) {
    expect(usedPercent).toBeGreaterThan(0);
    expect(price).toBeGreaterThan(0);
  }
});
