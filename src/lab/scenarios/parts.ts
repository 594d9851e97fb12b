/** What the scenarios that come along are made of. */
import type { HostSpec, KindSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Scenario, TimedCommand } from '../scenario.ts';

export const MIB: number = 1 << 20;
const S = 1000 * NS_PER_MS;

/** A VM with the teaching kernel, without a network unless given one. */
export function teachingVm(name: string, more: Partial<VmSpec> = {}): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
    ...more,
  };
}

/** A VM with the smallest Linux. */
export function linuxVm(name: string, more: Partial<VmSpec> = {}): VmSpec {
  return teachingVm(name, { image: { kind: 'builtin', name: 'linux-tiny' }, memoryBytes: 32 * MIB, ...more });
}

/** A host of 128 MiB with one hart. */
export function host(vms: readonly VmSpec[], more: Partial<HostSpec> = {}): HostSpec {
  return {
    ...{ name: 'host-1', ramBytes: 128 * MIB, harts: 1, timeSliceNs: 10_000_000 },
    ...{ switches: [{ name: 'lan' }], vms },
    ...more,
  };
}

/** A scenario of these hosts. Each has a seed of its own, so that a VM that goes from one lab to another meets no card with its address. */
export function scenario(
  seed: number,
  hosts: readonly HostSpec[],
  commands: readonly TimedCommand[] = [],
): Scenario {
  return { version: 1, title: '', seed, nsPerInstruction: 10, quantumInstructions: 10_000, hosts, commands };
}

/** A queueing discipline of a port, with the rest as its kind has it where nothing is said. */
export function discipline(kind: string, by = 'priority'): KindSpec {
  return {
    ...{ kind, by, weights: [1], frames: 256 },
    ...{ targetNs: 5_000_000, intervalNs: 100_000_000, ecn: false },
  };
}

/** A line is typed at the console of a VM. */
export function type(
  vm: string,
  text: string,
): { readonly op: 'console.input'; readonly args: { readonly vm: string; readonly text: string } } {
  return { op: 'console.input', args: { vm, text: `${text}\n` } };
}

/** A command of the first host at a time in seconds. */
export function at<C extends Pick<TimedCommand, 'op' | 'args'>>(
  seconds: number,
  command: C,
): C & { readonly at: number; readonly host: number } {
  return { ...command, at: seconds * S, host: 0 };
}
