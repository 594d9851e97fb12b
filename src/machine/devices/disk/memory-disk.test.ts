import { expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk.ts';

const PART = 64 * 1024;

test('what is discarded reads as zeros, and whole parts take no space any more', () => {
  const disk = new MemoryDisk(4 * PART);
  disk.write(0, new Uint8Array(4 * PART).fill(7));
  disk.discard(PART - 512, 2 * PART + 1024);
  const all = new Uint8Array(4 * PART);
  disk.read(0, all);
  const expected = new Uint8Array(4 * PART).fill(7).fill(0, PART - 512, 3 * PART + 512);
  expect(Buffer.compare(all, expected)).toBe(0);
  expect(disk.allocatedBytes).toBe(2 * PART);
});

test('to discard what was never written allocates nothing', () => {
  const disk = new MemoryDisk(4 * PART);
  disk.discard(100, 3 * PART);
  expect(disk.allocatedBytes).toBe(0);
});

test('a disk that is allocated at once takes all of its space from the start, and keeps it', () => {
  const [fixed, sparse] = [new MemoryDisk(4 * PART, undefined, 'fixed'), new MemoryDisk(4 * PART)];
  expect([fixed.allocatedBytes, sparse.allocatedBytes]).toEqual([4 * PART, 0]);
  for (const disk of [fixed, sparse]) disk.write(PART, Uint8Array.of(1));
  expect([fixed.allocatedBytes, sparse.allocatedBytes]).toEqual([4 * PART, PART]);
  for (const disk of [fixed, sparse]) disk.discard(0, 4 * PART);
  expect([fixed.allocatedBytes, sparse.allocatedBytes]).toEqual([4 * PART, 0]);
  const byte = new Uint8Array(1);
  fixed.read(PART, byte);
  expect(byte[0]).toBe(0);
  const copy = new MemoryDisk(4 * PART, undefined, 'fixed');
  fixed.write(3 * PART, Uint8Array.of(7));
  copy.restore(fixed.capture());
  copy.read(3 * PART, byte);
  expect([byte[0], copy.allocatedBytes]).toEqual([7, 4 * PART]);
});
