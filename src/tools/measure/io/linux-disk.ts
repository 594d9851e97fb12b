/**
 * A Linux guest that works on its disk past the page cache: with `guest/bench.c`, compiled here and added to the first file system of the
 * packaged Linux. It is the "lab" kernel, which has asynchronous I/O.
 */
import { fileURLToPath } from 'node:url';
import type { DiskSpec, HostSpec, VmSpec } from '#base/scenario';
import type { Host } from '#hypervisor/host';
import { type LinuxGuest, linuxResolver, linuxWith, said, untilSaid, untilShell } from '../linux-guest.ts';
import { hostOnNode, tell } from '../memory/host-on-node.ts';

const MIB = 1 << 20;
const SOURCE = fileURLToPath(new URL('guest/bench.c', import.meta.url));

export const DISK_BYTES: number = 256 * MIB;

/** Why there is none, or the software. */
export function linuxDisk(): LinuxGuest | string {
  return linuxWith({ source: SOURCE, name: 'bench' });
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
  software: LinuxGuest,
  vms: readonly VmSpec[],
  storage: NonNullable<HostSpec['storage']>,
): Host {
  const host = hostOnNode(vms, linuxResolver(software), { ramBytes: 512 * MIB, harts: vms.length, storage });
  for (const { name } of vms) untilShell(host, name);
  return host;
}

/** Begins work: returns when the guest says so. */
export function begin(host: Host, vm: string, work: string): void {
  const before = said(host, vm, 'bench begin');
  tell(host, 'console.input', { vm, text: `/bench ${work}\n` });
  untilSaid(host, vm, 'bench begin', before);
}

/** Runs until that work is done. */
export function finish(host: Host, vm: string): void {
  untilSaid(host, vm, 'bench done', said(host, vm, 'bench begin') - 1);
}

/** What a VM's first disk has done. */
export function doneBy(host: Host, slot: number): { readonly requests: number; readonly bytes: number } {
  const stream = host.storage.streamOf(slot, 0)?.stream;
  return { requests: stream?.counters.completed ?? 0, bytes: stream?.counters.bytes ?? 0 };
}
