/**
 * A Linux guest that works on its disk past the page cache: with `guest/bench.c`, compiled here and added to the first file system of the
 * packaged Linux. It is the "lab" kernel, which has asynchronous I/O.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { RAM_BASE } from '#base/addresses';
import { ok } from '#base/result';
import type { DiskSpec, HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { packCpio } from '#guests/linux/cpio';
import type { Host } from '#hypervisor/host';
import type { SoftwareResolver } from '#hypervisor/vm/image';
import { hostOnNode, tell } from '../memory/host-on-node.ts';

const MIB = 1 << 20;
const SOURCE = fileURLToPath(new URL('guest/bench.c', import.meta.url));
/** Those with which the teaching kernel is built. */
const TOOLS = 'riscv64-unknown-elf-';
const COMPILE =
  '-march=rv64imac -mabi=lp64 -mcmodel=medany -O2 -ffreestanding -fno-builtin -fno-pie -static -nostdlib -Wl,--build-id=none';
const STEP_NS = NS_PER_MS;
const MOST_STEPS = 400_000;

export const DISK_BYTES: number = 256 * MIB;

/** Kernel and first file system, as QEMU takes them too. */
export interface LinuxDisk {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
}

/** Why there is none, or the software. */
export function linuxDisk(): LinuxDisk | string {
  const cache = process.env['VIRTLAB_GUESTS_CACHE'];
  if (cache === undefined) return 'VIRTLAB_GUESTS_CACHE does not say where packaged Linux files are';
  const work = mkdtempSync(join(tmpdir(), 'virtlab-bench-'));
  try {
    const program = join(work, 'bench');
    execFileSync(`${TOOLS}gcc`, [...COMPILE.split(' '), SOURCE, '-o', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const bench = packCpio([{ path: 'bench', kind: 'file', mode: 0o755, data: readFileSync(program) }]);
    const unpacked = (name: string) => brotliDecompressSync(readFileSync(join(cache, `${name}.br`)));
    const initrd = Buffer.concat([unpacked('initrd-lab.cpio'), bench]);
    return { kernel: new Uint8Array(unpacked('Image-lab')), initrd: new Uint8Array(initrd) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function resolver({ kernel, initrd }: LinuxDisk): SoftwareResolver {
  const memorySize = new DataView(kernel.buffer).getUint32(16, true);
  const address = RAM_BASE + 2 * MIB;
  const segments = [{ address, data: kernel, memorySize }];
  const image = { kind: 'linux-image' as const, entry: address, segments };
  const bootargs = 'quiet earlycon=sbi console=hvc1';
  return { load: () => ok({ image, initrd, bootargs, shutDownText: '' }) };
}

/** A VM with one disk. */
export function diskVm(name: string, more: Partial<DiskSpec> = {}): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'linux' }, memoryBytes: 64 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', nics: [], autostart: true },
    disks: [{ sizeBytes: DISK_BYTES, ...more }],
  };
}

/** A host whose guests have come to their shells. */
export function bootDisks(
  software: LinuxDisk,
  vms: readonly VmSpec[],
  storage: NonNullable<HostSpec['storage']>,
): Host {
  const host = hostOnNode(vms, resolver(software), { ramBytes: 512 * MIB, harts: vms.length, storage });
  for (const { name } of vms) runUntil(host, () => said(host, name, '~ # ') > 0);
  return host;
}

export function said(host: Host, vm: string, text: string): number {
  return new TextDecoder().decode(host.vm(vm)?.console.since(0).bytes).split(text).length - 1;
}

export function runUntil(host: Host, isThere: () => boolean): void {
  for (let step = 0; step < MOST_STEPS; step++) {
    if (isThere()) return;
    host.advance(host.now + STEP_NS);
  }
  throw new Error('a guest did not say what was expected of it');
}

/** Begins work: returns when the guest says so. */
export function begin(host: Host, vm: string, work: string): void {
  const before = said(host, vm, 'bench begin');
  tell(host, 'console.input', { vm, text: `/bench ${work}\n` });
  runUntil(host, () => said(host, vm, 'bench begin') > before);
}

/** Runs until that work is done. */
export function finish(host: Host, vm: string): void {
  runUntil(host, () => said(host, vm, 'bench begin') === said(host, vm, 'bench done'));
}

/** What a VM's first disk has done. */
export function doneBy(host: Host, slot: number): { readonly requests: number; readonly bytes: number } {
  const stream = host.storage.streamOf(slot, 0)?.stream;
  return { requests: stream?.counters.completed ?? 0, bytes: stream?.counters.bytes ?? 0 };
}
