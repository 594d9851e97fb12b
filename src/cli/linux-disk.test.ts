/**
 * Linux with its root on a disk that lasts: it boots from the file system of an image, writes and syncs; what was synced is there after a
 * reset, and after the tab was killed in the middle of writing, on a disk whose storage loses what was not flushed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { filesInCpio } from '#guests/linux/cpio';
import { bytesAsSource } from '#lab/disks/formats/byte-file';
import { openImage } from '#lab/disks/formats/open-image';
import { layerOfImage } from '#lab/disks/image-layer';
import { DiskJournal } from '#lab/disks/journal';
import { KeptDisk } from '#lab/disks/kept-disk';
import { Lab } from '#lab/lab';
import { inThisThread } from '#lab/placing';
import type { Scenario } from '#lab/scenario';
import { layerFinder, type SoftwareKey } from '#lab/software';
import { Fate, FaultyFile } from '#lab/storage/fixtures/faulty-file';
import type { Layer } from '#machine/devices/disk/layers/layer';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
const SIZE: number = 8 * MIB;
const linux = requirement('linux-smp');
const mke2fs = requirement('mke2fs');

const folder = mkdtempSync(join(tmpdir(), 'virtlab-linux-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An image whose file system is that of the small guests, with a file more. */
async function baseLayer(): Promise<Layer> {
  const content = join(folder, 'content');
  const software = new GuestFiles('/');
  must(software.loadFiles(['initrd']));
  const write = (path: string, data: Uint8Array | string): void => {
    mkdirSync(dirname(join(content, path)), { recursive: true });
    writeFileSync(join(content, path), data, { mode: 0o755 });
  };
  for (const { path, data } of filesInCpio(software.bytes('initrd')!)) write(path, data);
  for (const name of ['dev', 'mnt', 'proc', 'sys', 'root', 'tmp', 'usr/bin', 'usr/sbin'])
    mkdirSync(join(content, name), { recursive: true });
  write('hello', 'from-the-image\n');
  const image = join(folder, 'disk.raw');
  execFileSync(mke2fs.path, ['-q', '-t', 'ext4', '-d', content, image, `${SIZE / 1024}k`]);
  return must(await layerOfImage(must(openImage(bytesAsSource(readFileSync(image)))), async () => true));
}

/** A lab with one Linux that has a kept disk on a layer. */
class LinuxOnDisk {
  readonly lab: Lab;
  readonly #seen: string[] = [];

  static async boot(layer: Layer, layers: readonly Layer[], disk: KeptDisk): Promise<LinuxOnDisk> {
    const vm: VmSpec = {
      ...{ name: 'a', image: { kind: 'builtin', name: 'linux-disk' }, memoryBytes: 64 * MIB, vcpus: 1 },
      ...{ allocation: 'on-demand', nics: [], autostart: true, append: 'init=/init' },
      disks: [{ sizeBytes: SIZE, content: { kind: 'layered', layer: layer.name, keep: 'data' } }],
    };
    const files = new GuestFiles('/');
    must(files.loadFiles(['linux-desk']));
    const all = new Map(layers.map(({ name, file }) => [`layer:${name}`, file]));
    const software = {
      bytes: (key: SoftwareKey) => all.get(key) ?? files.bytes(key),
      keeper: () => disk.keeperFor(disk),
    };
    const needs = { engine: engineModule(), software, shared: false, wallMs: () => 0 };
    const host = {
      name: 'host',
      ramBytes: 128 * MIB,
      harts: 1,
      switches: [],
      vms: [vm],
      timeSliceNs: 10 * MS,
    };
    const scenario: Scenario = {
      ...{ version: 1, title: '', seed: 5, nsPerInstruction: 10, quantumInstructions: 10_000 },
      ...{ hosts: [host], commands: [] },
    };
    disk.live = disk;
    return new LinuxOnDisk(await Lab.create(scenario, inThisThread(needs, 1)));
  }
  private constructor(lab: Lab) {
    this.lab = lab;
  }

  /** Runs until the guest has said something, from now on. */
  async until(text: string, withinMs: number): Promise<void> {
    this.#seen.length = 0;
    const decoder = new TextDecoder();
    for (let ms = 0; ms < withinMs && !this.#seen.join('').includes(text); ms += 20) {
      await this.lab.advance(this.lab.now + 20 * MS);
      const { console } = await this.lab.hosts[0]!.news();
      for (const { bytes } of console) this.#seen.push(decoder.decode(bytes));
    }
    expect(this.#seen.join('')).toContain(text);
  }
  async types(text: string): Promise<void> {
    must(await this.lab.execute(0, { op: 'console.input', args: { vm: 'a', text: `${text}\n` } }));
  }
}

test.skipIf(linux.skip || mke2fs.skip)(
  'what Linux has synced survives a reset and a killed tab',
  { timeout: 120_000 },
  async () => {
    const base = await baseLayer();
    const files = [new FaultyFile(new Fate(0, 3)), new FaultyFile(new Fate(0, 4))] as const;
    const guest = await LinuxOnDisk.boot(base, [base], new KeptDisk(must(DiskJournal.open(files, SIZE))));
    await guest.until(':~# ', 6000);
    await guest.types('cat /hello; mount | grep /dev/root');
    await guest.until('from-the-image', 1000);
    await guest.types('echo kept-text > /a; sync; echo synced-$((1 + 1))');
    await guest.until('synced-2', 2000);
    must(await guest.lab.execute(0, { op: 'vm.reset', args: { vm: 'a' } }));
    await guest.until(':~# ', 6000);
    await guest.types('cat /a');
    await guest.until('kept-text', 1000);
    await guest.types('echo later-text > /b; sync; echo synced-$((2 + 2))');
    await guest.until('synced-4', 2000);
    // It writes on, and the tab is gone.
    await guest.types('dd if=/dev/urandom of=/noise bs=64k count=16');
    await guest.lab.advance(guest.lab.now + 30 * MS);
    guest.lab.close();
    for (const file of files) file.lose();

    const left = [
      new FaultyFile(new Fate(0, 5), files[0].left),
      new FaultyFile(new Fate(0, 6), files[1].left),
    ] as const;
    const disk = new KeptDisk(must(DiskJournal.open(left, SIZE)));
    const find = layerFinder({ bytes: (key) => (key === `layer:${base.name}` ? base.file : undefined) });
    const kept = must(disk.sealed(find));
    expect(kept?.below).toBe(base.name);
    const again = await LinuxOnDisk.boot(kept!, [base, kept!], disk);
    await again.until(':~# ', 6000);
    await again.types('cat /hello /a /b; echo end-$((3 + 3))');
    await again.until('end-6', 2000);
    await again.types('cat /a /b');
    await again.until('later-text', 1000);
    again.lab.close();
  },
);
