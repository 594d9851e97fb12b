/** A card given in each way to the teaching kernel: what is sent comes back as it was, and what each frame costs in exits. */
import { expect, test } from 'vitest';
import type { DiskWay } from '#base/catalogue/disk-ways';
import {
  bootHost,
  command,
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
const PACKETS = 64;
const PAYLOAD = 1024;
/** Ethernet, IPv4 and UDP. */
const HEADERS = 42;

/** A VM with a card given in a way, and one that echoes. */
function booted(way: DiskWay): Host {
  const host = bootHost([
    vmSpec('a', teachingKernel(), { nics: [{ switch: 'lan', way }], append: 'ip=10.0.0.2/24' }),
    vmSpec('b', teachingKernel(), { nics: [{ switch: 'lan' }], append: 'ip=10.0.0.3/24' }),
  ]);
  host.advance(100 * MS);
  return host;
}

/** Exits at the registers of the card so far. */
function cardExits(host: Host, way: DiskWay): number {
  return registerExits(host, way === 'virtio' ? 'virtio2' : 'ethoc0');
}

/** Exits at the card's registers for each frame that goes or comes. */
function exitsPerFrame(way: DiskWay): number {
  const host = booted(way);
  expect(runInShell(host, 'ping 10.0.0.3 2 10')).toContain('2 sent, 2 received, 0 % lost');
  const before = cardExits(host, way);
  const { devices } = vmOf(host);
  const [sent, received] = [devices.counted('net', 'framesOut'), devices.counted('net', 'framesIn')];
  expect(runInShell(host, `bounce 10.0.0.3 ${PACKETS} ${PAYLOAD}`)).toContain(
    'all came back as they were sent',
  );
  expect(devices.counted('net', 'framesOut') - sent).toBe(PACKETS);
  expect(devices.counted('net', 'framesIn') - received).toBe(PACKETS);
  return (cardExits(host, way) - before) / (2 * PACKETS);
}

test('each way serves the same work, at a price in exits of its own', () => {
  const [virtio, pio, dma] = [
    exitsPerFrame('virtio'),
    exitsPerFrame('emulated-pio'),
    exitsPerFrame('emulated-dma'),
  ];
  expect(virtio).toBeLessThan(3);
  expect(dma).toBeLessThan(5);
  // A word at a time, and what tells the card of it.
  const words = (PAYLOAD + HEADERS) / 4;
  expect(pio).toBeGreaterThan(words);
  expect(pio).toBeLessThan(words + 6);
});

test('a card without interrupts is polled', () => {
  const host = booted('emulated-dma');
  expect(runInShell(host, 'bounce 10.0.0.3 8 1472 poll')).toContain('8 packets of 1472 bytes');
  expect(runInShell(host, 'bounce 10.0.0.3 8')).toContain('all came back as they were sent');
  expect(runInShell(host, 'net')).toContain('card      eth0, ethoc DMA');
});

test('as many packets are under way as one says', () => {
  const host = booted('virtio');
  runInShell(host, 'ping 10.0.0.3 1');
  const { devices } = vmOf(host);
  const most = (depth: string): number => {
    const underway = () => devices.counted('net', 'framesOut') - devices.counted('net', 'framesIn');
    const [from, back] = [underway(), devices.counted('net', 'framesIn')];
    type(host, 'a', `bounce 10.0.0.3 24 1024 ${depth}\r`);
    let found = 0;
    for (const end = host.now + 100 * MS; devices.counted('net', 'framesIn') < back + 24; ) {
      expect(host.now).toBeLessThan(end);
      host.advance(host.now + MS / 100);
      found = Math.max(found, underway() - from);
    }
    return found;
  };
  expect([most('1'), most('3'), most('')]).toEqual([1, 3, expect.any(Number)]);
  expect(most('')).toBeGreaterThan(3);
});

test('what does not come back is lost', () => {
  const host = booted('emulated-pio');
  runInShell(host, 'ping 10.0.0.3 1');
  command(host, 'vm.setLink', { vm: 'a', card: 0, up: false });
  expect(runInShell(host, 'bounce 10.0.0.3 4')).toContain('4 lost, 0 not as they were sent');
  command(host, 'vm.setLink', { vm: 'a', card: 0, up: true });
  expect(runInShell(host, 'bounce 10.0.0.3 4')).toContain('all came back as they were sent');
});

test.each(['emulated-pio', 'emulated-dma'] as const)(
  'a snapshot amid the work of an %s card goes on as it would have',
  (way) => {
    const host = booted(way);
    type(host, 'a', 'bounce 10.0.0.3 400\r');
    const { devices } = vmOf(host);
    for (let ms = 0; ms < 50 && devices.counted('net', 'framesIn') < 20; ms++) host.advance(host.now + MS);
    expect(devices.counted('net', 'framesIn')).toBeGreaterThan(10);
    expect(devices.counted('net', 'framesIn')).toBeLessThan(400);
    const copy = copyOf(host);
    expect(copy.hash()).toBe(host.hash());
    const until = host.now + 1500 * MS;
    host.advance(until);
    copy.advance(until);
    expect(consoleText(vmOf(copy))).toContain('all came back as they were sent');
    expect(copy.hash()).toBe(host.hash());
  },
);

test('a clone has a card of its own, whose cable is out; cards that are given otherwise keep their numbers', () => {
  const nics = [{ switch: 'lan' }, { switch: 'lan', way: 'emulated-dma' as const }, { switch: 'lan' }];
  const host = bootHost([vmSpec('a', teachingKernel(), { nics })]);
  host.advance(60 * MS);
  const { macs, devices } = vmOf(host);
  expect(new Set(macs).size).toBe(3);
  expect(devices.device('net', 2)).toBe(devices.card(2));
  command(host, 'vm.clone', { vm: 'a', name: 'b' });
  host.advance(host.now + MS);
  const copy = host.vm('b');
  expect(new Set([...macs, ...(copy?.macs ?? [])]).size).toBe(6);
  expect(copy?.cards.map((card) => card?.linkUp)).toEqual([false, false, false]);
});
