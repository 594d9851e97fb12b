/** A disk given in each way to the teaching kernel: what is written is found again, and what each request costs in exits. */
import { expect, test } from 'vitest';
import type { DiskWay } from '#base/catalogue/disk-ways';
import type { VmSpec } from '#base/scenario';
import {
  bootHost,
  consoleText,
  copyOf,
  registerExits,
  runInShell,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
const BLOCKS = 32;

function booted(way: DiskWay, more: Partial<VmSpec> = {}): Host {
  const host = bootHost([vmSpec('a', teachingKernel(), { disks: [{ sizeBytes: MIB, way }], ...more })]);
  host.advance(60 * MS);
  return host;
}

/** Exits at the registers of the disk so far. */
function diskExits(host: Host, way: DiskWay): number {
  return registerExits(host, way === 'virtio' ? 'virtio2' : 'ide0');
}

/** Exits at the disk's registers for each of so many blocks that are written and read. */
function exitsPerBlock(way: DiskWay): number {
  const host = booted(way);
  const before = diskExits(host, way);
  expect(runInShell(host, `disk 0 write ${BLOCKS}`)).toContain(`wrote ${BLOCKS} blocks`);
  expect(runInShell(host, `disk 0 read ${BLOCKS}`)).toContain('all hold what was written');
  const { devices } = vmOf(host);
  expect([devices.counted('block', 'reads'), devices.counted('block', 'writes')]).toEqual([BLOCKS, BLOCKS]);
  return (diskExits(host, way) - before) / (2 * BLOCKS);
}

test('each way serves the same work, at a price in exits of its own', () => {
  const [virtio, pio, dma] = [
    exitsPerBlock('virtio'),
    exitsPerBlock('emulated-pio'),
    exitsPerBlock('emulated-dma'),
  ];
  expect(virtio).toBeLessThan(4);
  expect(dma).toBeCloseTo(13, 1);
  // A word at a time, and what tells the disk of it.
  expect(pio).toBeGreaterThan(1024);
  expect(pio).toBeLessThan(1040);
});

test('a block that holds something else is found', () => {
  const host = booted('emulated-dma');
  expect(runInShell(host, 'disk 0 read 4')).toContain('4 do not hold what was written');
});

test('a disk without interrupts is polled; the numbers stay right', () => {
  const host = booted('emulated-dma');
  expect(runInShell(host, 'disk 0 write 8 poll; disk 0 read 8')).toContain('read 8 blocks');
  expect(runInShell(host, 'disk')).toContain('disk 0: IDE DMA, 256 blocks of 4 KiB, 1 requests at a time');
});

test.each(['emulated-pio', 'emulated-dma'] as const)(
  'a snapshot amid the work of an %s disk goes on as it would have',
  (way) => {
    const host = booted(way);
    type(host, 'a', 'disk 0 write 40; disk 0 read 40\r');
    host.advance(host.now + 5 * MS);
    expect(vmOf(host).devices.counted('block', 'writes')).toBeLessThan(40);
    const copy = copyOf(host);
    expect(copy.hash()).toBe(host.hash());
    const until = host.now + 500 * MS;
    host.advance(until);
    copy.advance(until);
    expect(consoleText(vmOf(copy))).toContain('read 40 blocks');
    expect(copy.hash()).toBe(host.hash());
  },
);
