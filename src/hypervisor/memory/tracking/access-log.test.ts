/** When pages of running guests were last accessed, and how often, is known while a host notes it. */
import { expect, test } from 'vitest';
import { ACCESS_ROUND_NS, ageIn, HEAT_ROUNDS, heatIn, NO_WARMTH } from '#base/catalogue/frame-ages';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, command, copyOf, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { FOR_POLICY } from '../accessed-pages.ts';
import { WORKER_PAGES_AT, worker } from '../fixtures/worker.ts';
import { pageNumber } from '../noted-pages.ts';
import type { FrameMarksAnswer } from '../questions/frame-marks.ts';
import type { FrameOrder, FramePage } from '../questions/frames.ts';

const FIRST = WORKER_PAGES_AT / 4096;
const PAGES = 40;

function working(): Host {
  const host = bootHost([vmSpec('a', worker({ pages: PAGES })), vmSpec('b', worker({ pages: 4 }))]);
  host.advance(100 * NS_PER_MS);
  return host;
}
/** The same, for so many rounds. */
function noted(rounds: number): Host {
  const host = working();
  command(host, 'host.setAccessLog', { on: true });
  host.advance(host.now + rounds * ACCESS_ROUND_NS + NS_PER_MS);
  return host;
}
const warmth = (host: Host, gfn: number): number | undefined =>
  host.management.accessLog.warmth(vmOf(host).slot, gfn);

test('pages in use are young and hot, those that are left alone grow old and cold', () => {
  const host = noted(HEAT_ROUNDS);
  expect(ageIn(warmth(host, FIRST)!)).toBe('now');
  expect(heatIn(warmth(host, FIRST)!)).toBe(HEAT_ROUNDS);
  command(host, 'vm.pause', { vm: 'a' });
  host.advance(host.now + 3 * ACCESS_ROUND_NS);
  expect(ageIn(warmth(host, FIRST)!)).toBe('second');
  expect(heatIn(warmth(host, FIRST)!)).toBeLessThan(HEAT_ROUNDS);
  host.advance(host.now + HEAT_ROUNDS * ACCESS_ROUND_NS);
  expect(ageIn(warmth(host, FIRST)!)).toBe('seconds');
  expect(heatIn(warmth(host, FIRST)!)).toBe(0);
});

test('to note accesses takes none from who decides which page goes, and takes time of a CPU', () => {
  const host = noted(2);
  const { accessed } = vmOf(host).memory;
  for (let page = pageNumber(FIRST); page < pageNumber(FIRST) + PAGES; page++)
    expect(accessed.take(page, FOR_POLICY)).toBe(true);
  expect(host.management.spentNs('access-log')).toBeGreaterThan(0);
});

test('frames have the ages of their pages, and can be put in order by what is known of them', () => {
  const host = noted(4);
  const { frames } = host;
  const all = must(host.ask('frame-marks', { from: 0, count: frames.count })).value as FrameMarksAnswer;
  const pages = (order: FrameOrder, descending: boolean, skip: number, count: number): FramePage['rows'] =>
    (must(host.ask('frames', { from: 0, count, order, descending, skip })).value as FramePage).rows;
  const hottest = pages('heat', true, 0, PAGES);
  for (const { age, spfn } of hottest) {
    expect(heatIn(age)).toBe(4);
    expect(all.ages![spfn - 0x8_0000]).toBe(age);
  }
  expect(all.ages!.some((age, at) => age !== NO_WARMTH && frames.states[at] === 0)).toBe(false);
  // Page after page it is the whole list, each frame once.
  for (const order of ['frame', 'owner', 'state', 'use', 'age', 'heat', 'mappings'] as const) {
    const seen = new Set<number>();
    for (let skip = 0; skip < frames.count; skip += 1000)
      for (const { spfn } of pages(order, true, skip, 1000)) seen.add(spfn);
    expect(seen.size, order).toBe(frames.count);
  }
  const owners = pages('owner', true, 0, 1024).map(({ owner }) => (typeof owner === 'number' ? owner : -1));
  expect(owners).toEqual([...owners].sort((a, b) => b - a));
  command(host, 'host.setAccessLog', { on: false });
  expect(must(host.ask('frame-marks', { from: 0, count: 4 })).value).not.toHaveProperty('ages');
});

test('a host that is saved goes on noting', () => {
  const host = noted(3);
  const again = copyOf(host);
  const until = host.now + 2 * ACCESS_ROUND_NS;
  for (const each of [host, again]) each.advance(until);
  expect(again.hash()).toBe(host.hash());
  expect(warmth(again, FIRST)).toBe(warmth(host, FIRST));
});
