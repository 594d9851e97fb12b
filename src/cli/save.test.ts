/** `virtlab save`, and going on from its file. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { requirement } from '#tools/prerequisites';
import { openLab } from './open-lab.ts';
import { save } from './save.ts';

const silent = (): void => undefined;

const MS = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'virtlab-save-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a lab that was saved goes on as the run itself does', async () => {
  const path = join(folder, 'lab.virtlab');
  expect(must(await save(['busy-neighbour', path, '--at', '300ms'], silent))).toBe(0);
  const straight = must(await openLab('busy-neighbour'));
  await straight.advance(300 * MS);
  const again = must(await openLab(path));
  expect([again.now, await again.hashes()]).toEqual([straight.now, await straight.hashes()]);
  for (const lab of [straight, again]) await lab.advance(500 * MS);
  expect(await again.hashes()).toEqual(await straight.hashes());
});

test('a saved lab that is damaged, and one that cannot be written, are said to be that', async () => {
  const path = join(folder, 'damaged.virtlab');
  must(await save(['busy-neighbour', path, '--at', '50ms'], silent));
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  expect(await openLab(path)).toMatchObject({ error: { code: 'labFile.damaged' } });
  expect(await save(['busy-neighbour', join(folder, 'nowhere', 'x'), '--at', '1ms'], silent)).toMatchObject({
    error: { code: 'file.unwritable' },
  });
  expect(await save(['busy-neighbour'], silent)).toMatchObject({ error: { code: 'usage' } });
});

test.skipIf(requirement('linux').skip)(
  'layers that disks have sealed lie beside the saved lab, which goes on from them',
  { timeout: 60_000 },
  async () => {
    const path = join(folder, 'tree.virtlab');
    must(await save(['copy-on-write-tree', path, '--at', '3100ms'], silent));
    const straight = must(await openLab('copy-on-write-tree'));
    await straight.advance(3100 * MS);
    const [disk] = must(await straight.answer(0, 'disk-layers', { vm: 'branch-1' })).value;
    expect(disk?.tree.map(({ title }) => title)).toEqual(['first change']);
    const layer = join(folder, `${disk?.below}.layer`);
    expect(existsSync(layer)).toBe(true);
    const again = must(await openLab(path));
    expect(await again.hashes()).toEqual(await straight.hashes());
    for (const lab of [straight, again]) lab.close();
    rmSync(layer);
    expect(await openLab(path)).toMatchObject({ error: { code: 'disk.layerMissing' } });
  },
);
