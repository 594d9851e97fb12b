/** Alarms: a threshold, a duration, what is told and when, and that a host which is restored goes on with them. */
import { expect, test } from 'vitest';
import { bootHost, copyOf, teachingKernel, type as typeText, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const ALARM = {
  name: 'busy',
  metric: 'cpu',
  vm: 'a',
  when: 'above',
  threshold: 0.8,
  forNs: 500 * MS,
} as const;

function phases(host: Host): string[] {
  const asked = host.ask('alarms', {});
  if (!asked.ok) throw new Error(asked.error.code);
  return (asked.value.value as { phase: string }[]).map(({ phase }) => phase);
}
const told = (host: Host) =>
  host.log.since(0).flatMap(({ at, code }) => (code.startsWith('alarm.') ? [[code, at / MS] as const] : []));

test('it is pending while the metric is beyond the threshold, fires after the duration, and is resolved', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.execute({ op: 'host.setAlarms', args: { alarms: [ALARM] } });
  host.advance(1005 * MS);
  expect(phases(host)).toEqual(['inactive']);
  typeText(host, 'a', 'cpu 100\n');
  host.advance(1300 * MS);
  expect(phases(host)).toEqual(['pending']);
  host.advance(2000 * MS);
  expect(phases(host)).toEqual(['firing']);
  const [[code, at] = ['', 0]] = told(host);
  // It takes most of the window of 100 ms until the average is beyond 80 %, and half a second from then on.
  expect([code, at >= 1580 && at <= 1620]).toEqual(['alarm.firing', true]);

  const restored = copyOf(host);
  expect(phases(restored)).toEqual(['firing']);
  for (const each of [host, restored]) {
    typeText(each, 'a', 'cpu 0\n');
    each.advance(3000 * MS);
    expect(phases(each)).toEqual(['inactive']);
  }
  expect(told(host).map(([each]) => each)).toEqual(['alarm.firing', 'alarm.resolved']);
  expect(told(restored).map(([each]) => each)).toEqual(['alarm.resolved']);
  expect(restored.hash()).toBe(host.hash());
});

test('what is beyond for less than the duration, or is not there, tells nothing; below is the other side', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  const alarms = [
    { ...ALARM, forNs: 10_000 * MS },
    { ...ALARM, name: 'nobody', vm: 'b' },
    { name: 'idle', metric: 'cpu', vm: 'a', when: 'below', threshold: 0.5 },
  ];
  host.execute({ op: 'host.setAlarms', args: { alarms } });
  host.advance(1005 * MS);
  typeText(host, 'a', 'cpu 100\n');
  host.advance(3000 * MS);
  expect(phases(host)).toEqual(['pending', 'inactive', 'inactive']);
  expect(told(host).map(([code]) => code)).toEqual(['alarm.firing', 'alarm.resolved']);
  host.execute({ op: 'host.setAlarms', args: { alarms: [] } });
  host.advance(3100 * MS);
  expect([phases(host), host.spec.alarms]).toEqual([[], undefined]);
});
