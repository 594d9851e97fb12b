/** The table of what the specification demands names tests that exist. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { openOwnDrive } from '../disk/own-drive.ts';
import { VirtioBlock } from './block/device.ts';
import { CLAUSES } from './conformance.ts';
import { ABSENT_CLAUSES, ABSENT_FEATURES } from './conformance-absent.ts';
import { MockDriver } from './mock-driver.ts';
import { VirtioNet } from './net/device.ts';
import { SAMPLE_DEVICES } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import type { VirtioDevice } from './virtio-device.ts';

/** The tests that a file has, by the names that stand in it. */
function testsOf(file: string): ReadonlySet<string> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const names = [...text.matchAll(/\btest(?:\.each\([^)]*\))?\(\s*'((?:[^'\\]|\\.)*)'/g)];
  return new Set(names.map(([, name = '']) => name));
}

test('each row has a section, says what is demanded, and names tests that exist', () => {
  const files = new Map<string, ReadonlySet<string>>();
  const missing: string[] = [];
  for (const { section, demands, tests } of CLAUSES) {
    expect([demands, /^\d+(\.\d+)+$/.test(section), tests.length > 0]).toEqual([demands, true, true]);
    for (const [file, name] of tests) {
      const found = files.get(file) ?? testsOf(file);
      files.set(file, found);
      if (!found.has(name)) missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(files.size).toBeGreaterThan(10);
});

test('no demand stands twice, and a test that does not exist is found missing', () => {
  const demands = [...CLAUSES, ...ABSENT_CLAUSES].map((row) => `${row.section} ${row.demands}`);
  expect(new Set(demands).size).toBe(demands.length);
  expect(testsOf('conformance-core.test.ts').has('there are no shared memory regions')).toBe(true);
  expect(testsOf('conformance-core.test.ts').has('nothing of the kind')).toBe(false);
});

/** One of each kind, and of those that have settings one with all of them. */
function everyDevice(): VirtioDevice[] {
  const { events, now } = new TestHost();
  const mac = new Uint8Array(6);
  const net = { transmit: () => {}, channel: 'net', events, now, mac, mtu: 1500, pairs: 4 };
  const disk = { serial: '', channel: 'disk', events, now, openDrive: openOwnDrive };
  return [
    ...SAMPLE_DEVICES.map(({ make }) => make(new TestHost()).device),
    new VirtioNet(net),
    new VirtioBlock({ ...disk, disk: new MemoryDisk(4096), queues: 4 }),
    new VirtioBlock({ ...disk, disk: new MemoryDisk(4096), readOnly: true }),
  ];
}

test('what is demanded of a feature that no device offers is left to those that do: none here does', () => {
  const absent = Object.entries(ABSENT_FEATURES);
  const offered = everyDevice().flatMap((device) => {
    const { offered: words } = new MockDriver(device, 8, 'packed').slot;
    return absent
      .filter(([, { deviceId = device.deviceId }]) => deviceId === device.deviceId)
      .filter(([, { bit }]) => ((words[bit >> 5]! >>> (bit & 31)) & 1) === 1)
      .map(([name]) => `${device.kind}: ${name}`);
  });
  expect(offered).toEqual([]);
  for (const { section, demands, feature } of ABSENT_CLAUSES)
    expect([demands, /^\d+(\.\d+)+$/.test(section), feature in ABSENT_FEATURES]).toEqual([
      demands,
      true,
      true,
    ]);
});
