import { expect, test } from 'vitest';
import type { ErrorData } from '#base/result';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { STATUS } from '../registers.ts';
import { TestHost, type TestPages } from '../test-host.ts';
import { type BalloonOptions, VirtioBalloon } from './device.ts';
import * as reg from './registers.ts';
import { readStatistics } from './statistics.ts';

const FIRST_PFN = 0x8_0000;
/** Of the test host. */
const PAGES = 256;
const S = 1e9;
const CONFIG = 0x100;
/** With all features accepted. */
const STATS_QUEUE = 2;
const REPORTING_QUEUE = 3;

interface Rig {
  readonly host: TestHost;
  readonly device: VirtioBalloon;
  readonly driver: MockDriver;
  readonly pages: TestPages;
  readonly told: { code: string; data: ErrorData }[];
  isRunning: boolean;
}

function rig(options: Partial<BalloonOptions> = {}, features?: number): Rig {
  const host = new TestHost();
  const { pages } = host;
  const told: Rig['told'] = [];
  const made = { isRunning: true };
  const device = new VirtioBalloon({
    ...{ channel: 'c', events: host.events, now: host.now, pages },
    isRunning: () => made.isRunning,
    tell: (code, data) => told.push({ code, data }),
    ...{ reporting: true, deflateOnOom: false, statisticsPeriodNs: S, ...options },
  });
  const driver = new MockDriver(device).start(features);
  return Object.assign(made, { host, device, driver, pages, told });
}

/** Names pages in a buffer of a queue, by their number from the first. */
function name({ driver }: Rig, queue: number, pages: readonly number[]): void {
  const bytes = new Uint8Array(Uint32Array.from(pages, (page) => FIRST_PFN + page).buffer);
  const gpa = driver.allocate(bytes.length, bytes);
  driver.submit(queue, [{ gpa, length: bytes.length, writable: false }]);
  driver.notify(queue);
}

function report({ driver }: Rig, ranges: readonly { gpa: number; length: number }[]): void {
  driver.submit(
    REPORTING_QUEUE,
    ranges.map((range) => ({ ...range, writable: true })),
  );
  driver.notify(REPORTING_QUEUE);
}

/** The driver says how many pages it has given. */
function say({ driver }: Rig, actual: number): void {
  driver.slot.write(CONFIG + reg.CONFIG_ACTUAL, 4, actual);
}

function figures(entries: readonly (readonly [tag: number, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(10 * entries.length);
  const view = new DataView(bytes.buffer);
  for (const [index, [tag, value]] of entries.entries()) {
    view.setUint16(10 * index, tag, true);
    view.setUint32(10 * index + 2, value % 2 ** 32, true);
    view.setUint32(10 * index + 6, Math.floor(value / 2 ** 32), true);
  }
  return bytes;
}

test('a target is told to the driver, and pages that it names are lent', () => {
  const each = rig();
  const { device, driver, pages } = each;
  device.claim('hand', 3);
  expect(driver.slot.read(CONFIG + reg.CONFIG_NUM_PAGES, 4)).toBe(3);
  expect(driver.interrupt).toBe(true);
  name(each, reg.INFLATE_QUEUE, [1, 2, 200]);
  say(each, 3);
  expect([...pages.given.keys()]).toEqual([1, 2, 200]);
  expect([device.actualPages, device.counters.lent]).toEqual([3, 3]);
  expect(driver.completions(reg.INFLATE_QUEUE)).toHaveLength(1);
});

test('pages that it names in the other queue are its own again', () => {
  const each = rig();
  name(each, reg.INFLATE_QUEUE, [1, 2, 3]);
  name(each, reg.DEFLATE_QUEUE, [2]);
  expect([...each.pages.given.keys()]).toEqual([1, 3]);
  expect(each.device.counters.takenBack).toBe(1);
});

test('a page outside memory, one that is lent already and one that never was are counted and do nothing', () => {
  const each = rig();
  name(each, reg.INFLATE_QUEUE, [5, 5, PAGES, -FIRST_PFN, 0xffff_ffff - FIRST_PFN]);
  name(each, reg.DEFLATE_QUEUE, [6, PAGES + 1]);
  expect([...each.pages.given.keys()]).toEqual([5]);
  expect(each.device.counters).toMatchObject({ lent: 1, repeated: 1, outside: 3, takenBack: 0, notLent: 2 });
  expect(each.driver.needsReset).toBe(false);
});

test('of a buffer with more numbers than a request may have, the rest stays the guest’s', () => {
  const each = rig();
  name(
    each,
    reg.INFLATE_QUEUE,
    Array.from({ length: reg.MOST_PFNS + 5 }, () => 7),
  );
  expect(each.device.counters).toMatchObject({ lent: 1, repeated: reg.MOST_PFNS - 1, ignored: 5 });
});

test('half a number at the end is none, and an empty buffer goes back', () => {
  const each = rig();
  const gpa = each.driver.allocate(16, new Uint8Array(16));
  each.driver.submit(reg.INFLATE_QUEUE, [{ gpa, length: 7, writable: false }]);
  each.driver.submit(reg.INFLATE_QUEUE, [{ gpa, length: 0, writable: false }]);
  each.driver.notify(reg.INFLATE_QUEUE);
  expect(each.device.counters.outside).toBe(1);
  expect(each.driver.completions(reg.INFLATE_QUEUE)).toHaveLength(2);
});

test('numbers outside memory break the protocol: the device needs a reset', () => {
  const each = rig();
  each.driver.submit(reg.INFLATE_QUEUE, [{ gpa: 0x1000, length: 16, writable: false }]);
  each.driver.notify(reg.INFLATE_QUEUE);
  expect(each.driver.needsReset).toBe(true);
  expect(each.pages.given.size).toBe(0);
});

test('numbers are read once: what the guest writes afterwards is not heeded', () => {
  const each = rig();
  const { driver } = each;
  driver.memory.timesRead = new Uint16Array(1 << 20);
  name(each, reg.INFLATE_QUEUE, [1, 2]);
  const read = driver.memory.timesRead.subarray(0x4_0000);
  expect(read.reduce((most, times) => Math.max(most, times), 0)).toBe(1);
});

test('ranges that are reported give their whole pages', () => {
  const each = rig();
  const base = FIRST_PFN * 4096;
  report(each, [
    { gpa: base + 4096, length: 8192 },
    { gpa: base + 10 * 4096 - 1, length: 4098 },
    { gpa: base + 20 * 4096 + 1, length: 4096 },
  ]);
  expect([...each.pages.given.keys()]).toEqual([1, 2, 10]);
  expect(each.device.counters.reported).toBe(3);
});

test('reports of more than all memory end where its pages do', () => {
  const each = rig();
  report(
    each,
    Array.from({ length: 8 }, () => ({ gpa: FIRST_PFN * 4096, length: 0xffff_f000 })),
  );
  const { reported, repeated, outside, ignored } = each.device.counters;
  expect(reported + repeated + outside).toBe(PAGES);
  expect(ignored).toBe(8 * 0xf_ffff - PAGES);
});

test('where figures were not accepted, the queue of reports comes before', () => {
  const each = rig({}, reg.F_REPORTING);
  each.driver.submit(reg.FIRST_OPTIONAL_QUEUE, [{ gpa: FIRST_PFN * 4096, length: 4096, writable: true }]);
  each.driver.notify(reg.FIRST_OPTIONAL_QUEUE);
  expect(each.device.counters.reported).toBe(1);
});

test('figures are heard, and asked for again a period later', () => {
  const each = rig();
  const { driver, device, host } = each;
  const bytes = figures([
    [4, 5 * 2 ** 32],
    [6, 77],
    [900, 1],
  ]);
  const gpa = driver.allocate(bytes.length, bytes);
  const offer = (): void => {
    driver.submit(STATS_QUEUE, [{ gpa, length: bytes.length, writable: false }]);
    driver.notify(STATS_QUEUE);
  };
  offer();
  expect(device.statistics).toEqual({ free: 5 * 2 ** 32, available: 77 });
  expect(device.toldAtNs).toBe(0);
  expect(driver.completions(STATS_QUEUE)).toHaveLength(0);
  host.runTo(S);
  expect(driver.completions(STATS_QUEUE)).toHaveLength(1);
  offer();
  expect([device.toldAtNs, device.counters.statistics]).toEqual([S, 2]);
});

test('a number beyond 2^53 is no figure, and neither is half an entry', () => {
  expect(readStatistics(figures([[4, 2 ** 60]]))).toEqual({});
  expect(readStatistics(figures([[4, 1]]).subarray(0, 9))).toEqual({});
});

test('a guest that does not come nearer for 3 s refuses, and is told of once', () => {
  const each = rig();
  each.device.claim('hand', 10);
  each.host.runTo(2.9 * S);
  expect(each.device.refuses).toBe(false);
  each.host.runTo(60 * S);
  expect(each.told).toEqual([{ code: 'vm.balloonRefused', data: { target: 10, actual: 0 } }]);
  say(each, 4);
  each.host.runTo(61 * S);
  expect(each.device.refuses).toBe(true);
  say(each, 10);
  expect(each.device.refuses).toBe(false);
});

test('one that comes nearer, however slowly, does not refuse', () => {
  const each = rig();
  each.device.claim('hand', 10);
  for (let pages = 1; pages < 10; pages++) {
    each.host.runTo(pages * 2.5 * S);
    say(each, pages);
  }
  expect(each.told).toEqual([]);
});

test('neither does one that is paused, and one without a driver is told of as such', () => {
  const each = rig();
  each.isRunning = false;
  each.device.claim('hand', 10);
  each.host.runTo(20 * S);
  expect(each.told).toEqual([]);
  each.isRunning = true;
  each.driver.set(STATUS, 0);
  each.device.claim('hand', 11);
  each.host.runTo(40 * S);
  expect(each.told.map(({ code }) => code)).toEqual(['vm.balloonUndriven']);
});

test('what was taken away is wanted besides what a person or a policy wants, whoever wants more', () => {
  const { device } = rig();
  device.claim('removal', 100);
  device.claim('hand', 10);
  device.claim('policy', 20);
  expect(device.targetPages).toBe(120);
  device.claim('policy', 0);
  expect(device.targetPages).toBe(110);
  device.claim('hand', 10_000);
  expect(device.targetPages).toBe(PAGES);
});

test('a driver that resets the device has its pages again, and is asked for as many as before', () => {
  const each = rig();
  each.device.claim('hand', 2);
  name(each, reg.INFLATE_QUEUE, [1, 2]);
  say(each, 2);
  each.driver.start();
  expect([each.pages.given.size, each.device.actualPages, each.device.targetPages]).toEqual([0, 0, 2]);
});

test('state round-trips: claims, figures, and the buffer that the driver waits for', () => {
  const one = rig();
  one.device.claim('hand', 5);
  const bytes = figures([[4, 9]]);
  const gpa = one.driver.allocate(bytes.length, bytes);
  one.driver.submit(STATS_QUEUE, [{ gpa, length: bytes.length, writable: false }]);
  one.driver.notify(STATS_QUEUE);
  say(one, 3);
  one.host.runTo(S / 2);
  const other = rig();
  other.driver.memory.write(other.driver.memory.base, one.driver.memory.bytes);
  loadState(other.driver.slot, stateOf(one.driver.slot));
  expect(stateOf(other.driver.slot)).toBe(stateOf(one.driver.slot));
  expect([other.device.targetPages, other.device.actualPages]).toEqual([5, 3]);
  expect(other.device.statistics).toEqual({ free: 9 });
  other.host.runTo(S / 2);
  expect(other.driver.completions(STATS_QUEUE)).toHaveLength(1);
});
