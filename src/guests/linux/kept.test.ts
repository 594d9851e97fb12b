import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { earlierProducts, keptKernels } from './kept.ts';
import { readManifest } from './manifest.ts';
import { publish } from './publish.ts';

const manifest = readManifest();
let base = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'virtlab-kept-'));
});
afterAll(() => rmSync(base, { recursive: true }));

test('what an earlier run published is found again, with its configuration; what is damaged is not', () => {
  const folder = join(base, 'guests');
  expect(earlierProducts(folder)).toEqual([]);
  for (const licence of ['GPL-2.0.txt', 'LGPL-2.1.txt']) writeFileSync(join(base, licence), 'a licence');
  const bytes = new Uint8Array([1, 2, 3]);
  const products = [
    { name: 'linux-tiny', file: 'linux-tiny.Image', bytes, version: 'Linux 1', config: 'CONFIG_A=y\n' },
    { name: 'linux-stock', file: 'linux-stock.Image', bytes, version: 'Linux 2' },
    { name: 'linux-lab', file: 'linux-lab.Image', bytes, version: 'Linux 1' },
  ] as const;
  publish({ folder, partial: join(base, 'partial'), products, manifest, besides: base });
  writeFileSync(join(folder, 'linux-lab.Image.gzip'), 'no gzip');

  const earlier = earlierProducts(folder);
  expect(earlier).toMatchObject([
    { ...products[0], isKept: true },
    { ...products[1], isKept: true },
  ]);
  const version = (name: string) => (name === 'linux-stock' ? 'Linux 3' : 'Linux 1');
  expect(keptKernels(earlier, [], version).map(({ name }) => name)).toEqual(['linux-tiny']);
  expect(keptKernels(earlier, [products[0]], version)).toEqual([]);
  // The folder may be published again out of itself.
  const again = { folder, partial: join(base, 'partial'), manifest, besides: join(base, 'nothing') };
  expect(publish({ ...again, products: earlier }).files.map(({ name }) => name)).toEqual([
    'linux-tiny',
    'linux-stock',
  ]);
});
