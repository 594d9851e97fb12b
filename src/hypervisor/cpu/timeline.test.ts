/** Timelines of harts: who ran, how long it had waited and why it left, as schedulers, caps and exits said; and single exits. */
import { expect, test } from 'vitest';
import { EXIT_INDEX } from '#base/catalogue/exit-reasons';
import type { SwitchReason } from '#base/catalogue/switch-reasons';
import type { CpuSpec, VmSpec } from '#base/scenario';
import { vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import { bootUnder, cpuVm, SPIN, sleeper } from './fixtures/scheduled-host.ts';
import { SWITCH_COST_NS } from './physical-cpu.ts';
import type { ExitTrailAnswer } from './questions/exit-trail.ts';
import type { RunQueueAnswer } from './questions/run-queue.ts';
import type { Timeline as TimelineAnswer } from './questions/timeline.ts';
import { forgottenNs, rangeOf, sliceOf, slicesBetween } from './recorded.ts';
import { TIMELINE_CAPACITY, Timeline } from './timeline.ts';

await REGISTRIES.questions.come();
const MS = 1_000_000;
/** Sleeps 3 ms. */
const SLEEPER = sleeper(3);

function asked<T>(host: Host, id: string, args: object): T {
  const answer = host.ask(id, args);
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value as T;
}
const reasonsOf = (host: Host, name: string): readonly SwitchReason[] =>
  asked<RunQueueAnswer>(host, 'run-queue', { fromNs: 0, toNs: host.now })
    .vms.find((each) => each.vm === name)!
    .reasons.map(({ why }) => why);

const budget = (periodNs: number, budgetNs: number): CpuSpec => ({ realTime: { periodNs, budgetNs } });
const REASONS: readonly (readonly [string, string, readonly VmSpec[], SwitchReason])[] = [
  ['round-robin', 'a slice that is over', [cpuVm('a', SPIN), cpuVm('b', SPIN)], 'slice'],
  ['credit', 'a wake with credit left', [cpuVm('a', SPIN), cpuVm('b', SLEEPER)], 'preempted'],
  ['fair', 'a wake that is owed time', [cpuVm('a', SPIN), cpuVm('b', SLEEPER)], 'preempted'],
  ['fair', 'a cap', [cpuVm('a', SPIN, { capPercent: 30 })], 'capped'],
  [
    'real-time',
    'a budget that is used',
    [cpuVm('a', SPIN, budget(10 * MS, 2 * MS)), cpuVm('b', SPIN)],
    'budget',
  ],
  [
    'real-time',
    'an earlier deadline',
    [cpuVm('a', SPIN, budget(50 * MS, 20 * MS)), cpuVm('b', SPIN, budget(5 * MS, MS))],
    'deadline',
  ],
  ['gang', 'a slot that is over', [cpuVm('a', SPIN, { together: true }), cpuVm('b', SPIN)], 'slot'],
];
test.each(REASONS)('%s tells that one left for %s', (kind, _, vms, why) => {
  const host = bootUnder(kind, vms);
  host.advance(100 * MS);
  expect(reasonsOf(host, 'a')).toContain(why);
});

test('what is not the scheduler’s doing is told as well: WFI, a pause, another place, another scheduler', () => {
  const host = bootUnder('fair', [cpuVm('a', SPIN), cpuVm('b', SLEEPER)], 2);
  host.advance(100 * MS);
  expect(reasonsOf(host, 'b')).toEqual(['waiting']);
  const at = vmOf(host, 'a').vcpus[0]!.lastHart;
  host.execute({ op: 'vm.setCpu', args: { vm: 'a', harts: [1 - at] } });
  host.advance(120 * MS);
  host.execute({ op: 'host.setScheduler', args: { scheduler: { kind: 'credit' } } });
  host.advance(140 * MS);
  host.execute({ op: 'vm.pause', args: { vm: 'a' } });
  expect(reasonsOf(host, 'a')).toEqual(expect.arrayContaining(['moved', 'replaced', 'stopped']));
});

test('slices and delays are those of the accounts: time on harts, and time ready without one', () => {
  const host = bootUnder('credit', [
    cpuVm('a', SPIN),
    cpuVm('b', SPIN, { weight: 300 }),
    cpuVm('c', SLEEPER),
  ]);
  host.advance(200 * MS);
  const line = asked<TimelineAnswer>(host, 'timeline', { hart: 0, fromNs: 0, toNs: host.now, limit: 4096 });
  expect(line).toMatchObject({ merged: false, truncated: false });
  const answer = asked<RunQueueAnswer>(host, 'run-queue', { fromNs: 0, toNs: host.now });
  expect(answer.switches).toBeGreaterThan(40);
  for (const [slot, { vm: name, ranNs, switches, delays }] of answer.vms.entries()) {
    const [vcpu] = vmOf(host, name).vcpus;
    expect(ranNs).toBe(vcpu!.runNs);
    const [waited, came] = [...line.slot].reduce(
      ([ns, count], of, at) =>
        of === slot ? [ns + line.delayNs[at]!, count + line.switches[at]!] : [ns, count],
      [0, 0],
    );
    // Steal time has the exchange of registers, too, which is not the queue's.
    expect(vcpu!.stealNs - waited).toBeGreaterThanOrEqual(0);
    expect(vcpu!.stealNs - waited).toBeLessThanOrEqual(switches * SWITCH_COST_NS);
    expect([came, delays.count]).toEqual([switches, switches]);
  }
});

test('a span with more slices than are asked for is told in parts: all time is in them, and who had most', () => {
  const host = bootUnder('credit', [
    cpuVm('a', SPIN),
    cpuVm('b', SPIN, { weight: 300 }),
    cpuVm('c', SLEEPER),
  ]);
  host.advance(200 * MS);
  const span = { hart: 0, fromNs: 50 * MS, toNs: 150 * MS };
  const [whole, parts] = [4096, 10].map((limit) =>
    asked<TimelineAnswer>(host, 'timeline', { ...span, limit }),
  );
  expect([whole!.merged, parts!.merged, parts!.slot.length]).toEqual([false, true, 10]);
  for (const [at, startNs] of parts!.startNs.entries()) {
    const endNs = parts!.endNs[at]!;
    const times = [0, 0, 0];
    for (const [n, slot] of whole!.slot.entries())
      times[slot]! += Math.max(0, Math.min(endNs, whole!.endNs[n]!) - Math.max(startNs, whole!.startNs[n]!));
    expect(parts!.slot[at]).toBe(times.indexOf(Math.max(...times)));
    expect(parts!.ranNs[at]).toBe(Math.max(...times));
  }
  const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
  // The first slice began before.
  expect(sum(whole!.switches) - sum(parts!.switches)).toBeLessThanOrEqual(1);
});

test('each exit is there one by one, as often as it is counted', () => {
  const host = bootUnder('fair', [cpuVm('a', SPIN), cpuVm('c', SLEEPER)]);
  host.advance(200 * MS);
  const trail = asked<ExitTrailAnswer>(host, 'exit-trail', {
    hart: 0,
    fromNs: 0,
    toNs: host.now,
    limit: 4096,
  });
  expect(trail.truncated).toBe(false);
  for (const { slot, vcpus } of host.vms())
    for (const reason of ['timer', 'wfi'] as const) {
      const seen = trail.reason.filter((each, at) => each === reason && trail.slot[at] === slot).length;
      expect(seen).toBe(vcpus[0]!.exitCounts[EXIT_INDEX[reason]]);
    }
  expect(trail.detail).toContain('time slice');
  expect([...trail.atNs]).toEqual([...trail.atNs].sort((one, other) => one - other));
});

test('the oldest slices are given up, the latest kept, and what is forgotten is said', () => {
  const timeline = new Timeline();
  const count = TIMELINE_CAPACITY + 5;
  for (let at = 0; at < count; at++) {
    timeline.begin(at * 10, at % 8, 'woken', at);
    timeline.extend(at * 10 + 8);
    timeline.leave('waiting');
  }
  expect(forgottenNs(timeline)).toBe(50);
  expect(slicesBetween(timeline, 0, 60, 9)).toEqual([
    { startNs: 50, endNs: 58, vcpu: 5, entry: 'woken', delayNs: 5, why: 'waiting' },
  ]);
  const [first, last] = rangeOf(timeline, (count - 3) * 10, count * 10);
  expect(last - first).toBe(3);
  expect(sliceOf(timeline, last - 1).startNs).toBe((count - 1) * 10);
});
