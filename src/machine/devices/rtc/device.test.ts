import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { EventQueue } from '../../event-queue.ts';
import { loadState, stateOf } from '../device-state.mock.ts';
import { Rtc } from './device.ts';
import {
  ALARM_HIGH,
  ALARM_LOW,
  ALARM_STATUS,
  CLEAR_ALARM,
  CLEAR_INTERRUPT,
  IRQ_ENABLED,
  RTC_REGISTERS,
  TIME_HIGH,
  TIME_LOW,
} from './registers.ts';

const START = 1_767_225_600;

/** A clock, and the hands that move time. */
function newClock(date?: string) {
  const events = new EventQueue();
  let now = 0;
  let level = false;
  const line = { set: (next: boolean) => (level = next) };
  const rtc = new Rtc({
    channel: 'rtc',
    events,
    now: () => now,
    line,
    ...(date === undefined ? {} : { date }),
  });
  const write = (at: number, value: number) => rtc.write(at, 4, value);
  return {
    ...{ rtc, events, write },
    level: () => level,
    to: (ns: number) => {
      now = ns;
      events.runDue(ns);
    },
    /** As a driver does: the low half first. */
    time: () => BigInt(rtc.read(TIME_LOW, 4)) | (BigInt(rtc.read(TIME_HIGH, 4)) << 32n),
    alarm: (ns: bigint) => {
      write(ALARM_HIGH, Number(ns >> 32n));
      write(ALARM_LOW, Number(ns & 0xffff_ffffn));
    },
  };
}
const at = (seconds: number) => BigInt(START + seconds) * BigInt(NS_PER_S);

test('it shows virtual time since its date, to the nanosecond', () => {
  const clock = newClock();
  expect(clock.time()).toBe(at(0));
  clock.to(5 * NS_PER_S + 7);
  expect(clock.time()).toBe(at(5) + 7n);
  expect(newClock('1970-01-01T00:00:01Z').time()).toBe(BigInt(NS_PER_S));
});

test('the high half is that of the time whose low half was read', () => {
  const clock = newClock('1970-01-01T00:00:04Z');
  clock.to(294_967_295); // one nanosecond before the low half begins anew
  expect(clock.rtc.read(TIME_LOW, 4)).toBe(0xffff_ffff);
  clock.to(294_967_296);
  expect(clock.rtc.peek(TIME_LOW, 4)).toBe(0);
  expect(clock.rtc.read(TIME_HIGH, 4)).toBe(0);
  expect(clock.time()).toBe(1n << 32n);
});

test('an alarm interrupts at its instant, where it may, until it is cleared', () => {
  const clock = newClock();
  clock.alarm(at(2));
  clock.write(IRQ_ENABLED, 1);
  clock.to(2 * NS_PER_S - 1);
  expect([clock.level(), clock.rtc.read(ALARM_STATUS, 4)]).toEqual([false, 1]);
  clock.to(2 * NS_PER_S);
  expect([clock.level(), clock.rtc.read(ALARM_STATUS, 4)]).toEqual([true, 0]);
  clock.write(IRQ_ENABLED, 0);
  expect(clock.level()).toBe(false);
  clock.write(IRQ_ENABLED, 1);
  expect(clock.level()).toBe(true);
  clock.write(CLEAR_INTERRUPT, 1);
  expect(clock.level()).toBe(false);
});

test('an alarm of the past comes at once, and one that was taken back never', () => {
  const clock = newClock();
  clock.write(IRQ_ENABLED, 1);
  clock.alarm(at(1));
  clock.write(CLEAR_ALARM, 1);
  clock.to(3 * NS_PER_S);
  expect([clock.level(), clock.events.length]).toEqual([false, 0]);
  clock.alarm(at(2));
  expect(clock.level()).toBe(true);
});

test('who sets the clock moves the alarm with it, and a reset keeps the time alone', () => {
  const clock = newClock();
  clock.write(IRQ_ENABLED, 1);
  clock.alarm(at(100));
  clock.write(TIME_HIGH, Number(at(99) >> 32n));
  clock.write(TIME_LOW, Number(at(99) & 0xffff_ffffn));
  expect(clock.time()).toBe(at(99));
  clock.to(NS_PER_S);
  expect(clock.level()).toBe(true);
  clock.rtc.reset();
  expect([clock.level(), clock.rtc.read(IRQ_ENABLED, 4), clock.time()]).toEqual([false, 0, at(100)]);
});

test('a state holds alarm and offset, not the time', () => {
  const clock = newClock();
  clock.write(IRQ_ENABLED, 1);
  clock.alarm(at(4));
  const saved = stateOf(clock.rtc);
  clock.to(NS_PER_S);
  expect(stateOf(clock.rtc)).toBe(saved);
  const other = newClock();
  other.to(3 * NS_PER_S);
  loadState(other.rtc, saved);
  expect(stateOf(other.rtc)).toBe(saved);
  expect(other.time()).toBe(at(3));
  other.to(4 * NS_PER_S);
  expect(other.level()).toBe(true);
  const late = newClock();
  late.to(9 * NS_PER_S);
  loadState(late.rtc, saved);
  expect(late.level()).toBe(true);
});

test('any access of a guest is taken, and an alarm beyond virtual time never comes', () => {
  const clock = newClock();
  for (let offset = 0; offset < 64; offset++)
    for (const size of [1, 2, 4])
      for (const value of [0, 1, 0xffff_ffff]) {
        clock.rtc.write(offset, size, value);
        expect(clock.rtc.read(offset, size)).toBe(clock.rtc.read(offset, size) >>> 0);
      }
  clock.rtc.reset();
  clock.alarm(0xffff_ffff_ffff_ffffn);
  expect(clock.events.length).toBe(0);
  for (const { offset, access } of RTC_REGISTERS)
    expect(clock.rtc.peek(offset, 4) === undefined).toBe(access === 'w');
});

test('set to another beginning it shows that and the time since, and its own again', () => {
  const clock = newClock();
  clock.to(5 * NS_PER_S);
  clock.rtc.setStart('1999-12-31T23:59:58Z');
  expect(clock.rtc.began).toBe(946_684_798n * BigInt(NS_PER_S));
  expect([clock.rtc.shows, clock.time()]).toEqual(Array(2).fill(946_684_803n * BigInt(NS_PER_S)));
  clock.to(6 * NS_PER_S);
  expect(clock.rtc.shows).toBe(946_684_804n * BigInt(NS_PER_S));
  clock.rtc.setStart();
  expect(clock.time()).toBe(at(6));
});

test('set forward beyond its alarm it rings', () => {
  const clock = newClock();
  clock.write(IRQ_ENABLED, 1);
  clock.alarm(at(100));
  clock.rtc.setStart('2026-01-01T00:02:00Z');
  expect(clock.level()).toBe(true);
});
