import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseGuestList } from '../catalogue.ts';
import { sha256 } from './debian-packages.ts';
import { ownFile } from './kernel-build.ts';
import { readManifest } from './manifest.ts';
import { publish } from './publish.ts';

const IMAGE = new TextEncoder().encode('a kernel, for the sake of the test');
const manifest = readManifest();
let base = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'virtlab-publish-'));
});
afterAll(() => rmSync(base, { recursive: true }));

test('published files come with a list that is valid, licences, fragments and where the sources are', () => {
  const folder = join(base, 'site/guests');
  const product = { name: 'linux-tiny', file: 'linux-tiny.Image', bytes: IMAGE, version: 'Linux 6' } as const;
  // Where the system has no licence texts, those beside the sources are taken.
  for (const licence of ['GPL-2.0.txt', 'LGPL-2.1.txt']) writeFileSync(join(base, licence), 'a licence');
  const products = [{ ...product, config: 'CONFIG_A=y\n' }];
  publish({ folder, partial: join(base, 'partial'), products, manifest, besides: base });

  const parsed = parseGuestList(readFileSync(join(folder, 'guests.json'), 'utf8'));
  expect(parsed).toMatchObject({
    ok: true,
    value: { files: [{ name: 'linux-tiny', sha256: sha256(IMAGE) }] },
  });
  const packed = readFileSync(join(folder, 'linux-tiny.Image.gzip'));
  expect(new Uint8Array(gunzipSync(packed))).toEqual(IMAGE);
  expect(readdirSync(folder).sort()).toEqual(
    [
      'GPL-2.0.txt',
      'LGPL-2.1.txt',
      'SOURCES.txt',
      'guests.json',
      'lab.fragment',
      'linux-tiny.Image.gzip',
    ].concat(['linux-tiny.config', 'tiny.fragment']),
  );
  const sources = readFileSync(join(folder, 'SOURCES.txt'), 'utf8');
  expect(sources).toContain(`linux=${manifest.kernel.version}`);
  expect(sources).toContain(manifest.busybox.sha256);
  expect(readFileSync(join(folder, 'tiny.fragment'))).toEqual(readFileSync(ownFile('tiny.fragment')));
});

test('with the stock kernel, its package is stated too', () => {
  const folder = join(base, 'stock');
  const products = [
    { name: 'linux-stock', file: 'linux-stock.Image', bytes: IMAGE, version: 'Linux 6' },
    { name: 'initrd-stock', file: 'initrd-stock.cpio', bytes: IMAGE, version: 'busybox 1' },
  ] as const;
  publish({ folder, partial: join(base, 'partial'), products, manifest, besides: base });
  const sources = readFileSync(join(folder, 'SOURCES.txt'), 'utf8');
  expect(sources).toContain(manifest.stockKernel.sha256);
  expect(sources).not.toContain(manifest.kernel.sha256);
  expect(sources).toContain('initrd-stock.cpio.gzip');
});
