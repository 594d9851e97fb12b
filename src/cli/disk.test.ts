/** `virtlab disk` against `qemu-img`: what one writes, the other finds whole, and reads the same disk from. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Result } from '#base/result';
import { requirement } from '#tools/prerequisites';
import { disk } from './disk.ts';
import { outputOf } from './fixtures/output.ts';
import { openLab } from './open-lab.ts';

const qemuImg = requirement('qemu-img');

const folder = mkdtempSync(join(tmpdir(), 'virtlab-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = (name: string): string => join(folder, `${files++}-${name}`);

/** Runs the command: exit status or error, and what it printed. */
async function virtlab(...args: string[]): Promise<{ result: Result<number>; printed: string }> {
  const { result, out } = await outputOf(() => disk(args));
  return { result, printed: out };
}

const qemu = (...args: string[]): string => execFileSync(qemuImg.path, args, { encoding: 'utf8' });
const isWhole = (path: string): boolean => spawnSync(qemuImg.path, ['check', path]).status === 0;
const areSame = (a: string, b: string): boolean => spawnSync(qemuImg.path, ['compare', a, b]).status === 0;

/** A disk with text, numbers, zeros and noise in it. */
function rawDisk(sizeBytes: number): string {
  const bytes = Buffer.alloc(sizeBytes);
  let state = 1;
  for (let at = 0; at < sizeBytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const kind = Math.floor(at / 50_000) % 4;
    if (kind === 1) bytes.writeUInt32LE(state, at);
    if (kind === 2) bytes.write('text', at);
  }
  const path = fresh('disk.raw');
  writeFileSync(path, bytes);
  return path;
}

describe.skipIf(qemuImg.skip)('with qemu-img', () => {
  test.each([
    ['version 2', ['--compat', '2']],
    ['version 3', []],
    ['clusters of 512 bytes', ['--cluster-size', '512']],
    ['clusters of 2 MiB', ['--cluster-size', '2M']],
  ])('it finds what was written whole: %s', async (_, options) => {
    const raw = rawDisk(3_000_320);
    const image = fresh('disk.qcow2');
    must((await virtlab('convert', raw, image, ...options)).result);
    expect([isWhole(image), areSame(raw, image)]).toEqual([true, true]);
    const back = fresh('back.raw');
    must((await virtlab('convert', image, back, '--to', 'raw')).result);
    expect(Buffer.compare(readFileSync(back), readFileSync(raw))).toBe(0);
  });

  test.each([
    ['version 2', ['-o', 'compat=0.10']],
    ['version 3', ['-o', 'compat=1.1']],
    ['compressed', ['-c']],
    ['compressed in small clusters', ['-c', '-o', 'cluster_size=4096']],
    ['counts of 1 bit', ['-o', 'refcount_bits=1']],
    ['counts of 64 bits', ['-o', 'refcount_bits=64,cluster_size=512']],
    ['counts that lag behind', ['-o', 'lazy_refcounts=on']],
    ['space reserved', ['-o', 'preallocation=metadata']],
  ])('what it wrote is read: %s', async (_, options) => {
    const raw = rawDisk(3_000_320);
    const image = fresh('disk.qcow2');
    qemu('convert', '-f', 'raw', '-O', 'qcow2', ...options, raw, image);
    const check = await virtlab('check', image, '--json');
    expect(check.result).toEqual({ ok: true, value: 0 });
    const back = fresh('back.raw');
    must((await virtlab('convert', image, back, '--to', 'raw')).result);
    expect(Buffer.compare(readFileSync(back), readFileSync(raw))).toBe(0);
  });

  test.each([
    ['zstd', ['-c', '-o', 'compression_type=zstd'], 'qcow2.zstd'],
    ['subclusters', ['-o', 'extended_l2=on'], 'qcow2.extendedL2'],
    ['data in another file', ['-o', `data_file=${join(folder, 'data.raw')}`], 'qcow2.externalData'],
  ])('what cannot be read is named: %s', async (_, options, code) => {
    const image = fresh('disk.qcow2');
    qemu('convert', '-f', 'raw', '-O', 'qcow2', ...options, rawDisk(1_000_448), image);
    const { result } = await virtlab('info', image);
    expect(result).toMatchObject({ ok: false, error: { code, where: image } });
  });

  test('a file above another one is read with it, and refused without', async () => {
    const base = rawDisk(1_000_448);
    const above = fresh('above.qcow2');
    qemu('create', '-f', 'qcow2', '-b', base, '-F', 'raw', above);
    expect((await virtlab('info', above)).result).toMatchObject({
      ok: false,
      error: { code: 'qcow2.backing' },
    });
    const flat = fresh('flat.qcow2');
    must((await virtlab('convert', above, flat, '--backing', base)).result);
    expect([isWhole(flat), areSame(base, flat)]).toEqual([true, true]);
  });

  test('a snapshot inside of a file is listed, checked and read', async () => {
    const raw = rawDisk(1_000_448);
    const image = fresh('disk.qcow2');
    qemu('convert', '-f', 'raw', '-O', 'qcow2', raw, image);
    qemu('snapshot', '-c', 'before', image);
    const { result, printed } = await virtlab('info', image);
    expect([result, printed]).toEqual([
      { ok: true, value: 0 },
      expect.stringContaining('1 before (1000448)'),
    ]);
    expect((await virtlab('check', image)).result).toEqual({ ok: true, value: 0 });
    const back = fresh('back.raw');
    must((await virtlab('convert', image, back, '--to', 'raw', '--snapshot', 'before')).result);
    expect(Buffer.compare(readFileSync(back), readFileSync(raw))).toBe(0);
    expect((await virtlab('info', image, '--snapshot', 'after')).result).toMatchObject({
      error: { code: 'qcow2.noSnapshot' },
    });
  });

  test('an empty image is one for it', async () => {
    const image = fresh('empty.qcow2');
    must((await virtlab('create', image, '10G')).result);
    expect(isWhole(image)).toBe(true);
    expect(JSON.parse(qemu('info', '--output=json', image))['virtual-size']).toBe(10 * 2 ** 30);
  });
});

test('nothing is written over, and what could not be finished is removed', async () => {
  const raw = rawDisk(100_352);
  const taken = fresh('taken.qcow2');
  writeFileSync(taken, 'here');
  expect((await virtlab('convert', raw, taken)).result).toMatchObject({ error: { code: 'file.unwritable' } });
  expect(readFileSync(taken, 'utf8')).toBe('here');
  const damaged = fresh('damaged.qcow2');
  must((await virtlab('convert', raw, damaged, '--cluster-size', '512')).result);
  const bytes = readFileSync(damaged);
  // An entry of the L1 table that names no cluster.
  bytes.writeUInt32BE(0x7fff_fe00, Number(bytes.readBigUInt64BE(40)) + 4);
  writeFileSync(damaged, bytes);
  const target = fresh('target.raw');
  const { result } = await virtlab('convert', damaged, target, '--to', 'raw');
  expect([result, existsSync(target)]).toMatchObject([{ error: { code: 'qcow2.table' } }, false]);
  expect((await virtlab('check', damaged)).result).toEqual({ ok: true, value: 1 });
});

test('an image becomes a layer of the same name wherever it comes from, and a VM has it as its disk', async () => {
  const raw = rawDisk(1_000_448);
  const image = fresh('disk.qcow2');
  must((await virtlab('convert', raw, image)).result);
  const names: string[] = [];
  for (const path of [raw, image])
    names.push(JSON.parse((await virtlab('layer', path, folder, '--json')).printed).layer);
  expect(names[1]).toBe(names[0]);
  const flat = fresh('flat.raw');
  must((await virtlab('flatten', join(folder, `${names[0]}.layer`), flat, '--to', 'raw')).result);
  expect(Buffer.compare(readFileSync(flat), readFileSync(raw))).toBe(0);

  const scenario = (layer: string): string => {
    const path = fresh('scenario.json');
    const vm = { name: 'a', disks: [{ sizeBytes: 1 << 20, content: { kind: 'layered', layer } }] };
    writeFileSync(path, JSON.stringify({ version: 1, hosts: [{ name: 'host', vms: [vm] }] }));
    return path;
  };
  const lab = must(await openLab(scenario(names[0]!)));
  expect(must(await lab.answer(0, 'disk-layers', { vm: 'a' })).value).toMatchObject([{ below: names[0] }]);
  lab.close();
  expect(await openLab(scenario('0'.repeat(64)))).toMatchObject({ error: { code: 'disk.layerMissing' } });
});
