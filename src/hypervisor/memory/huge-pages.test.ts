/** Pages that a running guest was given on demand become huge leaves, and small ones again when one of them is needed alone. */
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import { bootHost, command, consoleText, copyOf, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { contradictionsIn } from './fixtures/conservation.ts';
import { worker } from './fixtures/worker.ts';
import { HUGE_BYTES } from './huge-leaf.ts';
import { hugeLeaves } from './huge-pages.ts';

const MIB = 1 << 20;
const BASE = 0x8000_0000;
const SECOND = 1000 * NS_PER_MS;

/** A guest of 4 MiB, all of whose pages have frames, in an order in which no two are adjacent. */
function whole(): Host {
  const host = bootHost([vmSpec('a', worker({ pages: 40 }), { memoryBytes: 4 * MIB })], {
    ramBytes: 16 * MIB,
  });
  host.advance(50 * NS_PER_MS);
  const { memory } = vmOf(host);
  for (let page = 1023; page >= 0; page--) {
    const gpa = BASE + page * 4096;
    if (memory.peek(gpa) < 0) memory.writeU32(gpa, page);
  }
  return host;
}
function huge(): Host {
  const host = whole();
  command(host, 'host.setHugePages', { on: true });
  host.advance(host.now + SECOND);
  return host;
}

test('pages move into runs of frames that one leaf maps, keep their contents, and the guest goes on', () => {
  const plain = whole();
  plain.advance(plain.now + SECOND);
  const host = huge();
  const { memory } = vmOf(host);
  expect(hugeLeaves(memory)).toBe(2);
  expect(contradictionsIn(host)).toEqual([]);
  for (const page of [600, 777, 1023]) expect(memory.readU32(BASE + page * 4096)).toBe(page);
  expect(memory.tableFrames).toBeLessThan(vmOf(plain).memory.tableFrames);
  const said = consoleText(vmOf(host));
  expect(said).toMatch(/^w\.+$/);
  host.advance(host.now + SECOND);
  expect(consoleText(vmOf(host)).length).toBeGreaterThan(said.length);
  expect(host.management.spentNs('huge-pages')).toBeGreaterThan(5 * NS_PER_MS);
});

test('a leaf is looked for anew once its table has gone: what devices access is noted in the huge one', () => {
  const host = whole();
  const { memory } = vmOf(host);
  const gpa = BASE + HUGE_BYTES + 5 * 4096;
  memory.writeU32(gpa, 1);
  expect(memory.levelOf(gpa)).toBe(0);
  command(host, 'host.setHugePages', { on: true });
  // Nothing else is asked for between the last access and the first look behind it.
  while (hugeLeaves(memory) < 2) {
    memory.writeU32(gpa, 2);
    host.advance(host.now + 10 * NS_PER_MS);
  }
  expect(memory.levelOf(gpa)).toBe(1);
  expect(contradictionsIn(host)).toEqual([]);
});

test('a page that is needed alone splits its leaf, which is made again when that is over', () => {
  const host = huge();
  const { memory } = vmOf(host);
  const gpa = `0x${(BASE + HUGE_BYTES).toString(16)}`;
  command(host, 'vm.protect', { vm: 'a', gpa, bytes: 4096, rights: 'r' });
  host.advance(host.now + SECOND);
  expect(hugeLeaves(memory)).toBe(1);
  command(host, 'vm.protect', { vm: 'a', gpa, bytes: 4096, rights: 'rwx' });
  host.advance(host.now + SECOND);
  expect(hugeLeaves(memory)).toBe(2);
  // A log of accesses looks at single pages.
  command(host, 'host.setAccessLog', { on: true });
  host.advance(host.now + SECOND);
  expect(hugeLeaves(memory)).toBe(0);
  expect(contradictionsIn(host)).toEqual([]);
});

test('where no run is free, pages stay as they are; a host that is saved goes on making leaves', () => {
  const host = whole();
  const { frames } = host;
  const held: number[] = [];
  while (frames.free > 500) held.push(frames.allocate(1, 1, 0));
  command(host, 'host.setHugePages', { on: true });
  host.advance(host.now + SECOND);
  expect(hugeLeaves(vmOf(host).memory)).toBe(0);
  for (const spfn of held) frames.release(spfn);
  const again = copyOf(host);
  const until = host.now + SECOND;
  for (const each of [host, again]) each.advance(until);
  expect(hugeLeaves(vmOf(again).memory)).toBe(2);
  expect(again.hash()).toBe(host.hash());
});
