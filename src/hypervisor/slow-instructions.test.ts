/**
 * What no instruction may be: cheap in virtual time and dear in processor time, for a guest that does nothing else would slow down the lab
 * and not itself. Each kind is compared with a loop that only adds, both interpreted.
 */
import { expect, test } from 'vitest';
import { ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from './fixtures/test-host.ts';
import { Host } from './host.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
const RUN_MS = 8;
const ROUNDS = 5;
const MOST_ROUNDS = 40;
/** Processor time for a virtual time, at most, as a multiple of what adding takes; most are far below. */
const WORST_RATIO = 12;

const KERNEL = { root: 0x8040_0000, middle: 0x8040_1000, leaves: 0x8040_2000, frames: 0x8050_0000 } as const;
const ppn = (address: number): number => Math.floor(address / 4096);
const pointer = (address: number): number => ppn(address) * 1024 + 1;
const leaf = (address: number): number => ppn(address) * 1024 + 0xcf;
const SV39 = (8n << 60n) | BigInt(ppn(KERNEL.root));
/** Where 4,096 pages are mapped, to 1,024 frames. */
const WINDOW = 0x1_0000_0000;
const WINDOW_PAGES = 4096;

/** Page tables: a superpage of 1 GiB for the code, and small pages. */
const PAGED = `
    li t0, ${KERNEL.root}
    li t1, ${leaf(0x8000_0000)}
    sd t1, 16(t0)
    li t1, ${pointer(KERNEL.middle)}
    sd t1, 32(t0)
    li t0, ${KERNEL.middle}
    li t1, ${pointer(KERNEL.leaves)}
    li t2, ${WINDOW_PAGES / 512}
  middle:
    sd t1, 0(t0)
    addi t0, t0, 8
    addi t1, t1, 1024
    addi t2, t2, -1
    bnez t2, middle
    li t0, ${KERNEL.leaves}
    li t1, ${leaf(KERNEL.frames)}
    li t2, 0
    li t3, ${WINDOW_PAGES}
  leaves:
    slli t4, t2, 10
    add t4, t4, t1
    sd t4, 0(t0)
    addi t0, t0, 8
    addi t2, t2, 1
    andi t2, t2, 1023
    addi t3, t3, -1
    bnez t3, leaves
    li t0, ${SV39}
    csrw satp, t0
    sfence.vma x0, x0
`;
const HANDLED = (handler: string): string => `
    la t0, handler
    csrw stvec, t0
    j begin
    .align 2
  handler:
    ${handler}
  begin:`;
const EVERY_PAGE = (access: string): string => `${PAGED}
    li a0, ${WINDOW}
    li a1, ${WINDOW + WINDOW_PAGES * 4096}
    li a2, 4096
  again:
    mv a3, a0
  loop:
    ${access}
    add a3, a3, a2
    bltu a3, a1, loop
    j again`;
const FLOAT = `
    li t0, 0x6000
    csrs sstatus, t0
    li t1, 1234567
    fmv.d.x fa0, t1
    fcvt.d.l fa1, t1
    fdiv.d fa1, fa0, fa1`;

const KINDS: Readonly<Record<string, string>> = {
  'illegal instructions': `${HANDLED('csrr t1, sepc\n addi t1, t1, 4\n csrw sepc, t1\n sret')}
    loop: .word 0
    j loop`,
  'an illegal instruction as the handler of itself': HANDLED('.word 0'),
  'breakpoints that never end': `${HANDLED('sret')}
    loop: ebreak
    j loop`,
  'a timer that is always due': `${HANDLED('sret')}
    li t0, 32
    csrw sie, t0
    csrw stimecmp, x0
    csrsi sstatus, 2
    loop: j loop`,
  'writes to satp': `${PAGED} loop: csrw satp, t0\n csrw satp, t0\n csrw satp, t0\n csrw satp, t0\n j loop`,
  'more address spaces than are remembered': `${PAGED}
    li t1, ${1n << 44n}
    li t2, ${63n << 44n}
    li t3, 0
    li t4, ${SV39}
    loop: add t3, t3, t1
    and t3, t3, t2
    or t0, t3, t4
    csrw satp, t0
    j loop`,
  'fences of everything': `${PAGED} loop: sfence.vma x0, x0\n sfence.vma x0, x0\n sfence.vma x0, x0\n j loop`,
  'fences, then an access': `${PAGED} li a0, ${WINDOW}\n loop: sfence.vma x0, x0\n ld a1, 0(a0)\n sd a1, 8(a0)\n j loop`,
  'fences by an address of a superpage': `${PAGED} li a0, 0x80000000\n loop: sfence.vma a0, x0\n j loop`,
  'reads of CSRs': 'loop: csrr a0, sstatus\n csrr a0, sip\n csrr a0, time\n csrr a0, instret\n j loop',
  'writes of CSRs': 'loop: csrw sscratch, a0\n csrw sie, x0\n csrw sepc, x0\n csrw stvec, t0\n j loop',
  'SUM on and off': `li t0, ${1 << 18}\n loop: csrs sstatus, t0\n csrc sstatus, t0\n j loop`,
  'loads from two pages': 'li a0, 0x80200ffc\n loop: ld a1, 0(a0)\n ld a2, 0(a0)\n ld a3, 0(a0)\n j loop',
  'stores to two pages': 'li a0, 0x80200ffc\n loop: sd a1, 0(a0)\n sd a2, 0(a0)\n sd a3, 0(a0)\n j loop',
  AMO: 'li a0, 0x80200000\n loop: amoadd.d a1, a1, (a0)\n amoadd.d a1, a1, (a0)\n amoadd.d a1, a1, (a0)\n j loop',
  'LR and SC': 'li a0, 0x80200000\n loop: lr.d a1, (a0)\n sc.d a2, a1, (a0)\n j loop',
  'products and sums of subnormal numbers': `${FLOAT}
    loop: fmadd.d fa2, fa1, fa0, fa0
    fmadd.d fa3, fa1, fa1, fa0
    fnmsub.d fa4, fa0, fa1, fa1
    j loop`,
  'loads that miss the TLB': EVERY_PAGE('ld a4, 0(a3)'),
  'stores that miss the TLB': EVERY_PAGE('sd a4, 0(a3)'),
  'code that is written before it runs, in a page of its own each time': `${PAGED}
    li s0, ${WINDOW}
    li t2, 0x8067
    li t3, ${(8 << 20) / 4096}
    li t4, 4096
    mv s1, t3
  again:
    mv t0, s0
    mv t3, s1
  loop:
    sw t2, 0(t0)
    jalr ra, 0(t0)
    add t0, t0, t4
    addi t3, t3, -1
    bnez t3, loop
    j again`,
};

/** A host with one VM that runs a program, after what happens only once. */
function running(name: string, source: string): Host {
  const spec = {
    ...{ name: 'host', ramBytes: 64 * MIB, harts: 1, switches: [], timeSliceNs: 10 * MS },
    vms: [vmSpec('a', program(name, source), { memoryBytes: 32 * MIB })],
  };
  const host = Host.create(ENGINE, spec, SETTINGS, ENVIRONMENT);
  host.advance(30 * MS);
  return host;
}

/** Processor time that a host takes for some virtual time, in microseconds. */
function processorTime(host: Host): number {
  const before = process.cpuUsage();
  host.advance(host.now + RUN_MS * MS);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * How many times as much processor time a program takes as one that adds, for the same virtual time: the least of some rounds of
 * each, in turn, so that both meet what else the machine does. Only what is slow in every round is slow.
 */
function ratio(host: Host, adding: Host): number {
  const exits = vmOf(host, 'a').measure().exits;
  let its = Number.POSITIVE_INFINITY;
  let plain = Number.POSITIVE_INFINITY;
  let rounds = 0;
  do {
    its = Math.min(its, processorTime(host));
    plain = Math.min(plain, processorTime(adding));
    rounds++;
  } while (rounds < ROUNDS || (its / plain > WORST_RATIO && rounds < MOST_ROUNDS));
  expect(vmOf(host, 'a').state).toBe('running');
  // Slices end; all else that exits the hypervisor charges.
  expect((vmOf(host, 'a').measure().exits - exits) / rounds).toBeLessThan(2);
  return its / plain;
}

test('each kind of instruction takes as long in virtual time as it does', () => {
  const adding = running('adding', 'loop: addi a0, a0, 1\n addi a1, a1, 1\n j loop');
  const kinds = Object.entries(KINDS).map(([name, source]) => ({ name, host: running(name, source) }));
  // The engine is compiled as well as it will be when all of them have run.
  const ratios = kinds.map(({ name, host }) => ({ name, times: ratio(host, adding) }));
  for (const { name, times } of ratios) console.log(`  ${name}: ${times.toFixed(1)} of adding`);
  expect(ratios.filter(({ times }) => times > WORST_RATIO)).toEqual([]);
});
