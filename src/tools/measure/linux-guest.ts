/**
 * The packaged Linux with a program of ours in its first file system, compiled here. It is the "lab" kernel, which has asynchronous I/O.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { must } from '#base/fixtures/must';
import { ok } from '#base/result';
import { NS_PER_MS } from '#base/virtual-time';
import { parseImage } from '#guests/image';
import { packCpio } from '#guests/linux/cpio';
import type { Host } from '#hypervisor/host';
import type { SoftwareResolver } from '#hypervisor/vm/image';
import { consoleOf } from './memory/host-on-node.ts';

const STEP_NS = NS_PER_MS;
/** How many steps are waited unless said. */
const MOST_STEPS = 400_000;
/** Those with which the teaching kernel is built. */
const TOOLS = 'riscv64-unknown-elf-';
const COMPILE =
  '-march=rv64imac -mabi=lp64 -mcmodel=medany -O2 -ffreestanding -fno-builtin -fno-pie -static -nostdlib -Wl,--build-id=none';

/** Kernel and first file system, as QEMU takes them too. */
export interface LinuxGuest {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
}

/** Why there is none, or the software. */
export function linuxWith({ source, name }: { source: string; name: string }): LinuxGuest | string {
  const cache = process.env['VIRTLAB_GUESTS_CACHE'];
  if (cache === undefined) return 'VIRTLAB_GUESTS_CACHE does not say where packaged Linux files are';
  const work = mkdtempSync(join(tmpdir(), 'virtlab-bench-'));
  try {
    const program = join(work, name);
    execFileSync(`${TOOLS}gcc`, [...COMPILE.split(' '), source, '-o', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const added = packCpio([{ path: name, kind: 'file', mode: 0o755, data: readFileSync(program) }]);
    const unpacked = (file: string) => brotliDecompressSync(readFileSync(join(cache, `${file}.br`)));
    const initrd = Buffer.concat([unpacked('initrd-lab.cpio'), added]);
    return { kernel: new Uint8Array(unpacked('Image-lab')), initrd: new Uint8Array(initrd) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(work, { recursive: true });
  }
}

export function linuxResolver({ kernel, initrd }: LinuxGuest): SoftwareResolver {
  const image = must(parseImage(kernel));
  const bootargs = 'quiet earlycon=sbi console=hvc1';
  return { load: () => ok({ image, initrd, bootargs, shutDownText: '' }) };
}

/** How often a VM has said a text. */
export function said(host: Host, vm: string, text: string): number {
  return consoleOf(host, vm).split(text).length - 1;
}

/** When it is no use to wait for a text. */
export interface GivingUp {
  /** What the VM says when it will not come. */
  readonly failure?: string;
  /** Milliseconds of virtual time. */
  readonly mostSteps?: number;
}

/** Runs until a VM has said a text once more than before. */
export function untilSaid(
  host: Host,
  vm: string,
  text: string,
  before = 0,
  { failure, mostSteps = MOST_STEPS }: GivingUp = {},
): void {
  // What it has said is read when there is more of it: to read it all each time would be measured along.
  let read = -1;
  for (let step = 0; step < mostSteps; step++) {
    const written = host.vm(vm)?.console.written ?? 0;
    if (written !== read) {
      if (said(host, vm, text) > before) return;
      if (failure !== undefined && said(host, vm, failure) > 0) throw new Error(`${vm}: ${failure}`);
      read = written;
    }
    host.advance(host.now + STEP_NS);
  }
  throw new Error(`${vm} does not say ${JSON.stringify(text)}`);
}

/** Runs until it is at its shell. */
export function untilShell(host: Host, vm: string, giveUp?: GivingUp): void {
  untilSaid(host, vm, '~ # ', 0, giveUp);
}
