/** A shelf that has no room for what it is given. */
import { expect, test } from 'vitest';

import { MemoryFiles } from '../storage/file-place.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import { rawLayer } from './image-layer.ts';
import { DiskShelf } from './shelf.ts';

test('of an image for whose record there is no room no file stays', async () => {
  const files = new MemoryFiles();
  const layer = rawLayer(new Uint8Array(4096).fill(7));
  const shelf = new DiskShelf(new MemoryStorage(10), files);
  expect(await shelf.put(layer, 'base.img')).toMatchObject({ ok: false, error: { code: 'storage.full' } });
  expect(await files.list()).toEqual({ ok: true, value: [] });
  const roomy = new DiskShelf(new MemoryStorage(), files);
  expect(await roomy.put(layer, 'base.img')).toMatchObject({ ok: true, value: { layer: layer.name } });
  expect(await files.list()).toMatchObject({ ok: true, value: [{}] });
});
