/** Alarms: a threshold, a duration, what is told and when, and that a host which is restored goes on with them. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, copyOf, teachingKernel, type as typeText, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import { alarmsShape } from '../shapes/alarms.ts';
import { parseShape } from '../shapes/parse.ts';

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
/** At the sample by which its one alarm has come to that. */
function until(host: Host, phase: string): void {
  const latest = host.now + 3000 * MS;
  while (phases(host)[0] !== phase && host.now < latest) host.advance(host.now + 10 * MS);
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

test('an alarm looks at a part: a vCPU of a VM, a port, a physical disk', () => {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  const alarms = [
    { name: 'busy vCPU', metric: 'vcpu-run', vm: 'a', part: '0', when: 'above', threshold: 0.8 },
    { name: 'no such', metric: 'vcpu-run', vm: 'a', part: '5', when: 'above', threshold: -1 },
    {
      name: 'disk',
      metric: 'storage-busy',
      part: host.storage.disks[0]!.spec.name,
      when: 'below',
      threshold: 0.1,
    },
  ];
  host.execute({ op: 'host.setAlarms', args: { alarms } });
  host.advance(1005 * MS);
  expect(phases(host)).toEqual(['inactive', 'inactive', 'firing']);
  typeText(host, 'a', 'cpu 100\n');
  host.advance(2000 * MS);
  expect(phases(host)).toEqual(['firing', 'inactive', 'firing']);
  const last = host.log.since(0).findLast(({ code }) => code === 'alarm.firing');
  expect(last?.data).toMatchObject({ alarm: 'busy vCPU', metric: 'vcpu-run[0]', vm: 'a' });
});

test('an alarm tells its host something when it fires and when it is over, once each, in a restored host too', () => {
  const host = bootHost([vmSpec('a', teachingKernel()), vmSpec('b', teachingKernel())]);
  const alarms = [
    {
      ...ALARM,
      onFiring: [
        { op: 'vm.setCpu', args: { vm: 'a', capPercent: 20 } },
        { op: 'vm.pause', args: { vm: 'b' } },
        { op: 'vm.pause', args: { vm: 'nobody' } },
      ],
      onResolved: [{ op: 'vm.resume', args: { vm: 'b' } }],
    },
  ];
  must(host.execute({ op: 'host.setAlarms', args: { alarms } }));
  typeText(host, 'a', 'cpu 100\n');
  host.advance(400 * MS);
  const restored = copyOf(host);
  expect(restored.spec.alarms).toEqual(alarms);
  for (const each of [host, restored]) {
    until(each, 'firing');
    expect([phases(each), each.vm('b')?.state]).toEqual([['firing'], 'paused']);
    expect(each.vm('a')?.spec.cpu?.capPercent).toBe(20);
    // The cap brings it below, so the alarm is over, and b goes on.
    until(each, 'inactive');
    expect([phases(each), each.vm('b')?.state]).toEqual([['inactive'], 'running']);
  }
  expect(restored.hash()).toBe(host.hash());
  const codes = told(host).map(([code]) => code);
  expect(codes).toEqual([
    ...['alarm.firing', 'alarm.acts', 'alarm.acts', 'alarm.refused'],
    ...['alarm.resolved', 'alarm.acts'],
  ]);
});

test('a host that idles is looked at as soon as one of its alarms may tell it something', () => {
  const quiet = {
    name: 'quiet',
    metric: 'cpu',
    vm: 'a',
    when: 'below',
    threshold: 0.5,
    forNs: 60_000 * MS,
  } as const;
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(1000 * MS);
  must(host.execute({ op: 'host.setAlarms', args: { alarms: [quiet] } }));
  expect(host.idleUntil).toBeGreaterThan(host.now + 10 * MS);
  const onFiring = [{ op: 'vm.pause', args: { vm: 'a' } }];
  must(host.execute({ op: 'host.setAlarms', args: { alarms: [{ ...quiet, onFiring }] } }));
  expect(host.idleUntil).toBeLessThanOrEqual(host.now + 10 * MS);
});

test.each([
  ['what no alarm may do', { op: 'vm.delete', args: { vm: 'a' } }],
  ['alarms that set alarms', { op: 'host.setAlarms', args: { alarms: [] } }],
  ['what no document may say', { op: 'vm.setCpu', args: { vm: 'a', weight: 1e9 } }],
])('%s: a document that has it is refused, and a host that has it does nothing', (_, command) => {
  const alarm = { ...ALARM, threshold: -1, forNs: 0, onFiring: [command] };
  const parsed = parseShape(alarmsShape(REGISTRIES), [alarm]);
  expect(parsed.ok).toBe(false);
  const host = bootHost([vmSpec('a', teachingKernel())]);
  // As a file may have it.
  host.spec = { ...host.spec, alarms: [alarm] };
  host.advance(300 * MS);
  expect(told(host).map(([code]) => code)).toEqual(['alarm.firing', 'alarm.refused']);
  expect(host.vm('a')?.spec.cpu).toBeUndefined();
});
