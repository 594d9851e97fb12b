/** Disks that are written back into their images: a crash at any operation leaves the image as of one flush, and a file that is full one as it was. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { BLOCK_BYTES } from '#machine/devices/disk/layers/keeper';
import { Fate, FaultyFile } from '../storage/fixtures/faulty-file.ts';
import { MemorySyncFile } from '../storage/sync-file.ts';
import { imageCrashAt, imageOperationsOf } from './fixtures/image-crashes.ts';
import { IMAGE_FORMATS } from './formats/disk-image.ts';
import { ImageKeeper } from './image-keeper.ts';
import { rawLayer } from './image-layer.ts';
import { RedoneFile } from './redo-log.ts';

const SIZE: number = 16 * BLOCK_BYTES;
const block = (fill: number): Uint8Array => new Uint8Array(BLOCK_BYTES).fill(fill);

test.for(IMAGE_FORMATS)('a crash at any operation leaves a %s image as of one flush', async (format) => {
  const seed = 5;
  const operations = await imageOperationsOf(seed, format);
  expect(operations).toBeGreaterThan(50);
  const wrong: string[] = [];
  // The measurement of I/O tries all of many runs.
  for (let point = 1; point <= operations; point += 3) {
    const found = await imageCrashAt(point, seed, format);
    if (found !== undefined) wrong.push(found);
  }
  expect(wrong).toEqual([]);
});

test('what does not fit is refused and told, the image stays as it was, and there can be room again', () => {
  const file = new FaultyFile(new Fate(0, 1), new Uint8Array(SIZE).fill(1));
  const log = new FaultyFile(new Fate(0, 1));
  const layer = rawLayer(file.left);
  const refusals: string[] = [];
  const keeper = must(
    ImageKeeper.open(must(RedoneFile.open(file, log)), layer, (why) => {
      if (!why.ok) refusals.push(why.error.code);
    }),
  );
  const commit = (index: number, fill: number) =>
    keeper.commit({ layer: layer.name, isWhole: false, blocks: new Map([[index, block(fill)]]) });
  expect(commit(1, 7)).toBe('kept');
  log.quotaBytes = 0;
  expect([commit(2, 8), refusals]).toEqual(['full', ['storage.full']]);
  expect([file.left[2 * BLOCK_BYTES], log.sizeBytes]).toEqual([1, 0]);
  log.quotaBytes = Number.POSITIVE_INFINITY;
  expect(commit(3, 9)).toBe('kept');
  expect([1, 2, 3].map((index) => file.left[index * BLOCK_BYTES])).toEqual([7, 1, 9]);
  expect(keeper.commit({ layer: undefined, isWhole: true, blocks: new Map() })).toBe('unavailable');
});

test('a guest that writes the beginning of a qcow2 image into a raw one has a raw one', () => {
  const file = new MemorySyncFile();
  file.write(0, new Uint8Array(SIZE));
  const layer = rawLayer(new Uint8Array(SIZE));
  const keeper = must(
    ImageKeeper.open(must(RedoneFile.open(file, new MemorySyncFile())), layer, () => undefined),
  );
  const head = block(0);
  head.set([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]);
  const commit = (index: number, content: Uint8Array) =>
    keeper.commit({ layer: layer.name, isWhole: false, blocks: new Map([[index, content]]) });
  expect([commit(0, head), commit(1, block(5))]).toEqual(['kept', 'kept']);
  const read = new Uint8Array(1);
  file.read(BLOCK_BYTES, read);
  expect([read[0], file.sizeBytes]).toEqual([5, SIZE]);
});
