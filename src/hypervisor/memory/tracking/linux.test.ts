/** What is noted of a running Linux: which pages it accesses, which it writes, and the faults that each policy would have with it. */
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { ACCESS_ROUND_NS, ageIn, HEAT_ROUNDS, heatIn } from '#base/catalogue/frame-ages';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { bootLinux, say } from '../../fixtures/linux-host.ts';
import { command, LINUX_SKIPPED, type, vmOf } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { DirtyAnswer } from '../questions/dirty.ts';
import type { FaultCurvesAnswer } from '../questions/fault-curves.ts';

const S = 1000 * NS_PER_MS;
/** Pages of the file that {@link rewriting} writes again and again, without an end. */
const FILE_PAGES = 512;

function idle(): Host {
  const host = bootLinux();
  say(host, 'mkdir /m; mount -t tmpfs -o size=24m memory /m');
  host.advance(host.now + 2 * S);
  return host;
}
function rewriting(host: Host): void {
  type(host, 'a', 'while true; do dd if=/dev/zero of=/m/x bs=64k count=32 conv=notrunc 2>/dev/null; done\n');
  host.advance(host.now + S / 2);
}

test.skipIf(LINUX_SKIPPED)(
  'pages that a Linux works on are young and hot, and grow old when it rests',
  () => {
    const host = idle();
    command(host, 'host.setAccessLog', { on: true });
    host.advance(host.now + 9 * ACCESS_ROUND_NS);
    const { slot, memory } = vmOf(host);
    const { base, states } = memory.slots[0]!;
    const warmths = (): number[] =>
      Array.from(states, (_, page) => host.management.accessLog.warmth(slot, base / PAGE_SIZE + page)!);
    const young = (): number => warmths().filter((each) => ageIn(each) === 'now').length;
    const hot = (): number => warmths().filter((each) => heatIn(each) === HEAT_ROUNDS).length;
    const resting = young();
    expect(hot()).toBeLessThan(FILE_PAGES / 4);
    rewriting(host);
    host.advance(host.now + 9 * ACCESS_ROUND_NS);
    expect(young()).toBeGreaterThan(resting + 0.9 * FILE_PAGES);
    expect(hot()).toBeGreaterThan(0.9 * FILE_PAGES);
    type(host, 'a', '\x03');
    host.advance(host.now + 10 * ACCESS_ROUND_NS);
    expect(young()).toBeLessThan(FILE_PAGES / 4);
    const cooled = warmths().filter((each) => ageIn(each) === 'seconds' && heatIn(each) === 0).length;
    expect(cooled).toBeGreaterThan(0.9 * FILE_PAGES);
    expect(say(host, 'wc -c < /m/x')).toContain(`${FILE_PAGES * PAGE_SIZE}`);
  },
);

test.skipIf(LINUX_SKIPPED)('the dirty log of a Linux has what it writes, while it runs', () => {
  const host = idle();
  command(host, 'vm.setDirtyLog', { vm: 'a', on: true });
  const dirty = (from?: number): DirtyAnswer =>
    must(host.ask('dirty', { vm: 'a', ...(from === undefined ? {} : { from }) })).value as DirtyAnswer;
  host.advance(host.now + S);
  const { latest: resting, round } = dirty();
  expect(resting).toBeLessThan(64);
  rewriting(host);
  const before = vmOf(host).vcpus[0]!.instructions;
  host.advance(host.now + S);
  const { latest, perSecond, distinct, slots } = dirty();
  expect(latest).toBeGreaterThan(FILE_PAGES / 2);
  expect(latest).toBe(distinct);
  expect(perSecond).toBeGreaterThan(5 * FILE_PAGES);
  const bits = slots[0]!.bitmap.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  expect(bits).toBe(latest);
  expect(dirty(round).distinct).toBeGreaterThan(FILE_PAGES);
  expect(vmOf(host).measure().dirty).toBe(latest * PAGE_SIZE);
  // The VM has run most of the time: a harvest takes a small part of it.
  expect(vmOf(host).vcpus[0]!.instructions - before).toBeGreaterThan(80_000_000 * 0.9);
});

test.skipIf(LINUX_SKIPPED)(
  'what a Linux accesses is recorded, and no policy has fewer faults on it than the optimal one',
  () => {
    const host = idle();
    rewriting(host);
    command(host, 'vm.setRecording', { vm: 'a', on: true, periodNs: NS_PER_MS });
    host.advance(host.now + S / 4);
    const answer = must(host.ask('fault-curves', { vm: 'a' })).value as FaultCurvesAnswer;
    const { curves, pages, references, frames } = answer;
    expect(pages).toBeGreaterThan(FILE_PAGES);
    expect(references).toBeGreaterThan(2 * pages);
    const best = curves.at(-1)!.faults;
    for (const { policy, faults } of curves) {
      expect([policy, faults.at(-1)]).toEqual([policy, pages]);
      expect([policy, faults.every((count, at) => count >= best[at]!)]).toEqual([policy, true]);
    }
    // It goes round its file: with too little room for it, who looks back is worse than who looks ahead.
    const middle = frames.findIndex((count) => count >= pages / 2);
    expect(curves.find(({ policy }) => policy === 'clock')!.faults[middle]).toBeGreaterThan(
      1.2 * best[middle]!,
    );
    command(host, 'vm.setRecording', { vm: 'a', on: false });
    type(host, 'a', '\x03');
    host.advance(host.now + S / 2);
    expect(say(host, 'wc -c < /m/x')).toContain(`${FILE_PAGES * PAGE_SIZE}`);
  },
);
