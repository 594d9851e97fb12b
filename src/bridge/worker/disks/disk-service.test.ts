/** Disk images of the page: taken in, lain on, kept beside checkpoints, given out, deleted when nothing lies on them. */
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bytesAsSource } from '#lab/disks/formats/byte-file';
import { openImage } from '#lab/disks/formats/open-image';
import { MemoryFiles } from '#lab/storage/file-place';
import { MemoryStorage } from '#lab/storage/memory-storage';
import {
  codeOf,
  hostSpec,
  OPTIONS,
  open,
  type Started,
  scenario,
  start,
  vmSpec,
} from '../fixtures/service.ts';

const SIZE = 1 << 20;

/** Files by what the page gives, since Node has no reader that waits. */
const given = new Map<Blob, Uint8Array>();
function fileOf(bytes: Uint8Array): Blob {
  const blob = new Blob([bytes.slice()]);
  given.set(blob, bytes);
  return blob;
}
function image(): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  for (let at = 0; at < SIZE; at += 5000) bytes[at] = at % 251;
  return bytes;
}

/** One browser: what a page keeps in it, the next finds. */
function browser() {
  const storage = new MemoryStorage();
  const files = new MemoryFiles(true);
  const source = (file: Blob) => bytesAsSource(given.get(file)!);
  const disks = { storage, files: async () => files, source };
  return { page: (): Promise<Started> => start(undefined, { disks }) };
}
const onLayer = (layer: string, name = 'a') =>
  scenario([
    hostSpec('h', [vmSpec(name, { disks: [{ sizeBytes: SIZE, content: { kind: 'layered', layer } }] })]),
  ]);
const NOTHING = (): void => undefined;

describe('a disk image', () => {
  test('is taken in, found by the next page, and lain on by VMs', async () => {
    const all = browser();
    const first = await all.page();
    const read: number[] = [];
    const kept = must(await first.service.importDisk(fileOf(image()), 'disk.raw', (done) => read.push(done)));
    expect(kept).toMatchObject({ title: 'disk.raw', sizeBytes: SIZE, usedBy: [] });
    expect(read.length).toBeGreaterThan(0);
    const next = await all.page();
    expect(must(await next.service.disks()).images).toEqual([kept]);
    await open(next, onLayer(kept.layer));
    expect(must(await next.service.disks()).images[0]?.usedBy).toEqual(['a']);
    expect(must(await next.service.ask(0, 'disk-layers', { vm: 'a' })).value).toMatchObject([
      { below: kept.layer, ownBytes: 0 },
    ]);
    expect(codeOf(await next.service.deleteKept({ kind: 'image', name: kept.layer }))).toBe('layer.inUse');
    await open(next);
    must(await next.service.deleteKept({ kind: 'image', name: kept.layer }));
    expect(must(await next.service.disks()).images).toEqual([]);
  });

  test('is given out as it came, in either format', async () => {
    const { service } = await browser().page();
    const { layer } = must(await service.importDisk(fileOf(image()), 'disk', NOTHING));
    for (const format of ['raw', 'qcow2'] as const) {
      const blob = must(await service.exportDisk('image', layer, format, () => undefined));
      const back = must(openImage(bytesAsSource(new Uint8Array(await blob.arrayBuffer()))));
      expect(back.format).toBe(format);
      const content = new Uint8Array(SIZE);
      must(back.read(0, content));
      expect(Buffer.compare(content, image())).toBe(0);
    }
  });

  test('that is given up while it is taken in leaves nothing', async () => {
    const { service } = await browser().page();
    const taking = service.importDisk(fileOf(new Uint8Array(64 << 20).fill(1)), 'large', (done) => {
      if (done > 0) void service.cancelDiskWork();
    });
    expect(codeOf(await taking)).toBe('cancelled');
    expect(must(await service.disks()).images).toEqual([]);
  });

  test('that is missing is named, and a VM on it is not made', async () => {
    const all = await browser().page();
    await open(all);
    const layer = 'ab'.repeat(32);
    const vm = vmSpec('c', { disks: [{ sizeBytes: SIZE, content: { kind: 'layered', layer } }] });
    const made = await all.service.command(0, { op: 'vm.create', args: { vm } });
    expect(made).toMatchObject({ ok: false, error: { code: 'disk.layerMissing', data: { layer } } });
    const opened = must(await all.service.open(onLayer(layer), OPTIONS, NOTHING));
    expect(opened.missingImages).toMatchObject([
      { error: { code: 'vm.layerMissing', data: { layer: 'abababababab' } } },
    ]);
  });

  test('whose lab is shared is what the link cannot carry', async () => {
    const all = await browser().page();
    const { layer } = must(await all.service.importDisk(fileOf(image()), 'disk', NOTHING));
    await open(all, onLayer(layer));
    expect(must(await all.service.share('start')).omittedFiles).toEqual([`${layer.slice(0, 12)}….layer`]);
  });
});

test('a browser without a place for files says that images go with the tab', async () => {
  const disks = { storage: new MemoryStorage(), files: async () => undefined };
  const { service } = await start(undefined, { disks });
  expect(must(await service.disks())).toMatchObject({ lasts: false, images: [] });
});
