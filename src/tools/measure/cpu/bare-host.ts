/** Hosts whose VMs run programs of a few instructions: what they do is known to the instruction, and nothing else takes time. */
import { RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { fail, ok } from '#base/result';
import type { CpuSpec, VmSpec } from '#base/scenario';
import type { Host } from '#hypervisor/host';
import type { SoftwareResolver } from '#hypervisor/vm/image';
import { assemble } from '#isa/assemble';
import { hostOnNode } from '../memory/host-on-node.ts';

export const MS = 1_000_000;
export const SLICE_NS: number = 10 * MS;
const MIB = 1 << 20;

/** Where programs keep what they find. */
export const RESULTS: number = RAM_BASE + 0x10_0000;
/** Of the interactive program: how often it woke. */
export const WAKES_AT = 8;
/** How often it wakes. */
export const INTERACTIVE_PERIOD_NS: number = 7 * MS;

/** By name, which is that of the image. */
const PROGRAMS: Readonly<Record<string, string>> = {
  busy: 'again: addi a0, a0, 1\n j again',
  /** Works, and asks SBI for its version (base extension, function 0) about 3,000 times in a second of its vCPU. */
  worker: `
  again:
    li t0, 16000
  work:
    addi t0, t0, -1
    bnez t0, work
    li a6, 0
    li a7, 0x10
    ecall
    j again`,
  /** What programs are made of: look-ups by a computed index, branches by chance, functions called through a pointer, a division at times. */
  mixed: `
    li s0, ${RESULTS - (1 << 19)}
    li s1, 1
    li s2, 0
    li s5, 0xfff8
    la s4, first
  again:
    slli t2, s1, 13
    xor s1, s1, t2
    srli t2, s1, 7
    xor s1, s1, t2
    slli t2, s1, 17
    xor s1, s1, t2
    and t0, s1, s5
    add t0, t0, s0
    ld t1, 0(t0)
    add t1, t1, s1
    sd t1, 0(t0)
    andi t4, s1, 1
    beqz t4, even
    srli t5, t1, 3
    add s3, s3, t5
  even:
    addi s2, s2, 32
    andi t4, s2, 96
    add t4, t4, s4
    jalr ra, 0(t4)
    j again
    .align 5
  first:
    xor s3, s3, t1
    ret
    .align 5
  second:
    mul s3, s3, t1
    addi s3, s3, 3
    ret
    .align 5
  third:
    srai t5, s3, 5
    sub s3, s3, t5
    ret
    .align 5
  fourth:
    remu s3, t1, s1
    ret`,
  /** Works for a moment twice a second. */
  seldom: `
    li t0, 0x20
    csrs sie, t0
  next:
    rdtime s2
    li t1, 5000000
    add s2, s2, t1
    csrw stimecmp, s2
  sleep:
    wfi
    rdtime t0
    bltu t0, s2, sleep
    li t1, 1000
  works:
    addi t1, t1, -1
    bnez t1, works
    j next`,
  /** Sleeps until its timer, works 300 µs; keeps by how much (in ticks of 100 ns) it was run too late at the worst, and how often it was run. */
  interactive: `
    li t0, 0x20
    csrs sie, t0
    li s0, ${RESULTS}
    li s1, 0
    li s3, 0
  again:
    rdtime s2
    li t1, ${INTERACTIVE_PERIOD_NS / 100}
    add s2, s2, t1
    csrw stimecmp, s2
  asleep:
    wfi
    rdtime t0
    sub t0, t0, s2
    bltz t0, asleep
    bge s1, t0, work
    mv s1, t0
    sd s1, 0(s0)
  work:
    addi s3, s3, 1
    sd s3, ${WAKES_AT}(s0)
    rdtime t0
    li t1, 3000
    add t1, t1, t0
  more:
    rdtime t0
    blt t0, t1, more
    j again`,
};

/** Programs by the names of their images. */
export function softwareOf(programs: Readonly<Record<string, string>>): SoftwareResolver {
  return {
    load: ({ image: { name }, append = '' }) => {
      const text = programs[name];
      if (text === undefined) return fail('image-missing', { name });
      const { bytes: data } = must(assemble(text, RAM_BASE));
      const segments = [{ address: RAM_BASE, data, memorySize: data.length }];
      return ok({ image: { kind: 'flat', entry: RAM_BASE, segments }, bootargs: append });
    },
  };
}
export const BARE_SOFTWARE: SoftwareResolver = softwareOf(PROGRAMS);

/** A VM of one vCPU that runs a program. */
export function bareVm(name: string, program: string, cpu: CpuSpec = {}): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: program }, memoryBytes: 2 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [], autostart: true },
    ...(Object.keys(cpu).length === 0 ? {} : { cpu }),
  };
}

/**
 * Instructions take ten times as long as usual: what schedulers do in 10 s of virtual time is the same, and comes sooner. A turn of the
 * harts is as long as usual.
 */
const SETTINGS = { seed: 42, nsPerInstruction: 100, quantumInstructions: 1000 } as const;

export function bareHost(kind: string, harts: number, vms: readonly VmSpec[]): Host {
  const spec = { ramBytes: 64 * MIB, harts, switches: [], timeSliceNs: SLICE_NS, scheduler: { kind } };
  return hostOnNode(vms, BARE_SOFTWARE, spec, SETTINGS);
}

/** Time on harts of a VM so far. */
export function ranNs(host: Host, vm: string): number {
  return (host.vm(vm)?.vcpus ?? []).reduce((sum, { runNs }) => sum + runNs, 0);
}
