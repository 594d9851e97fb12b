/** Pressure, held against what Linux' definition says of small cases, and against a scheduler that makes VMs wait. */
import { expect, test } from 'vitest';
import { bootHost, program, teachingKernel, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import { ratioOf, weighIn } from './averages.ts';
import { Stalls, type TaskCounts } from './stalls.ts';

const S = 1_000_000_000;

function after(cpus: number, counts: Partial<TaskCounts>, isHost = false): Stalls {
  const stalls = new Stalls(cpus, isHost, 0);
  Object.assign(stalls.counts, counts);
  stalls.advance(1000);
  return stalls;
}

test('the examples of kernel/sched/psi.c: 257 tasks on 256 CPUs, one of four that waits for memory', () => {
  const crunchers = after(256, { running: 256, ready: 1 }, true);
  expect([crunchers.totalOf('cpu-some'), crunchers.totalOf('cpu-full')]).toEqual([Math.floor(1000 / 256), 0]);
  const delayed = after(4, { running: 3, blocked: 1 }, true);
  expect([delayed.totalOf('memory-some'), delayed.totalOf('memory-full')]).toEqual([250, 250]);
});

test('who is idle is not delayed; a VM whose only vCPU waits for a hart has lost all of its time, its host none', () => {
  for (const clock of ['cpu-some', 'memory-some', 'io-some'] as const)
    expect(after(1, { running: 1, idle: 5 }).totalOf(clock)).toBe(0);
  const waiting = after(1, { ready: 1 });
  expect([waiting.totalOf('cpu-some'), waiting.totalOf('cpu-full')]).toEqual([1000, 1000]);
  expect(after(1, { running: 1, ready: 1 }, true).totalOf('cpu-full')).toBe(0);
  const disk = after(2, { running: 1, inIo: 1 });
  expect([disk.totalOf('io-some'), disk.totalOf('io-full'), disk.haltNs]).toEqual([500, 500, 1000]);
});

test('averages rise and fall as those of Linux do: e^(−2/10) of the way in two seconds, and all of it in the end', () => {
  const averages = new Float64Array(3);
  weighIn(averages, 0, 2 * S);
  // The first update of a load of 100 %: 18.13, 3.28, 0.66, as far as 11 bits say.
  expect([...averages].map((each) => Math.round(ratioOf(each) * 1e4))).toEqual([1812, 327, 68]);
  for (let n = 0; n < 2000; n++) weighIn(averages, 0, 2 * S);
  expect([...averages].map(ratioOf)).toEqual([1, 1, 1]);
  for (let n = 0; n < 5; n++) weighIn(averages, 0, 0);
  // Ten seconds without any.
  expect(ratioOf(averages[0]!)).toBeCloseTo(Math.exp(-1), 2);
  expect(ratioOf(averages[2]!)).toBeCloseTo(Math.exp(-1 / 30), 2);
});

test('two VMs that spin on one hart wait half of their time each, and the host always has one that waits', () => {
  const spin = program('spin', 'loop: j loop');
  const host = bootHost([vmSpec('a', spin), vmSpec('b', spin)], { timeSliceNs: 1_000_000 });
  host.advance(3 * S);
  host.monitor.settle();
  for (const name of ['a', 'b']) {
    const { stalls, vcpus } = vmOf(host, name);
    expect(stalls.totalOf('cpu-some') / (3 * S)).toBeCloseTo(0.5, 2);
    // What the scheduler calls waiting is what is counted here, but for the wait that is not over.
    expect(Math.abs(stalls.totalOf('cpu-some') - vcpus[0]!.stealNs)).toBeLessThan(2_000_000);
    expect(stalls.totalOf('cpu-full')).toBe(stalls.totalOf('cpu-some'));
  }
  expect(host.monitor.stalls.totalOf('cpu-some') / (3 * S)).toBeGreaterThan(0.98);
  expect(host.monitor.stalls.totalOf('cpu-full')).toBe(0);
  expect(host.monitor.stalls.average('cpu-some', '10')).toBeCloseTo(0.178, 2);
});

test('an idle VM has no pressure, and its vCPU waits all the time', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(1 * S);
  host.monitor.settle();
  const { stalls, vcpus } = vmOf(host);
  const { runNs, stealNs } = vcpus[0]!;
  expect(stalls.totalOf('io-some')).toBe(0);
  expect(Math.abs(S - runNs - stealNs - stalls.haltNs)).toBeLessThan(20_000_000);
  expect(stalls.haltNs).toBeGreaterThan(0.9 * S);
});
