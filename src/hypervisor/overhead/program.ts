/**
 * The program of the overhead account, in S-mode: the same instructions on a bare hart and in a VM. It makes page tables of its own (Sv39,
 * leaves of 4 KiB for what it works on), waits to be told to begin, does its work between two marks, and says on its board how it went.
 *
 *     tables ─▶ made ready ─▶ park (until GO) ─▶ mark `begin` ─▶ work ─▶ mark `end` ─▶ WFI for ever
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { OverheadRun, OverheadWork } from '#base/catalogue/overhead';
import { invariant } from '#base/result';
import { assemble } from '#isa/assemble';
import { CARD_DRIVER } from './card-driver.ts';
import { diskDriver } from './disk-drivers.ts';
import * as map from './memory-map.ts';
import type { Driver } from './queue-driver.ts';

/** Rounds over all pages, blocks that are written and read again, and frames that are sent. */
const ROUNDS = 60;
const BLOCKS = 8;
const FRAMES = 64;
/** Rounds in which nothing is counted: so long it stands at its end, before it touches memory again. */
const LINGER = 2000;
/** V, R, W, A, D of a leaf; and X. */
const LEAF = 0xc7;
const CODE = 0xcf;

export interface OverheadProgram {
  readonly bytes: Uint8Array;
  /** Addresses of the marks. */
  readonly begin: number;
  readonly end: number;
  /** Where it stands for a while behind it. */
  readonly linger: number;
  readonly driver: Driver | undefined;
}

const entry = (address: number, bits: number): number => Math.floor(address / PAGE_SIZE) * 1024 + bits;

const tables = (work: OverheadWork): string => `
  csrw sie, zero
  li s0, ${map.BOARD}
  li s9, 0
  li t0, ${map.ROOT}
  li t1, ${entry(0, LEAF)}
  sd t1, 0(t0)
  li t1, ${entry(map.MIDDLE, 1)}
  sd t1, 8(t0)
  li t1, ${entry(RAM_BASE, CODE)}
  sd t1, 16(t0)
  li t0, ${map.MIDDLE}
  li t1, ${entry(map.LAST, 1)}
  li t2, ${map.PAGES / 512}
middle:
  sd t1, 0(t0)
  addi t0, t0, 8
  addi t1, t1, 1024
  addi t2, t2, -1
  bnez t2, middle
  # Its pages lie in one half and the other in turn.
  li t0, ${map.LAST}
  li t1, ${entry(map.DATA, LEAF)}
  li t2, ${map.PAGES / 2}
  li t3, ${entry(map.apartOf(work), 0)}
last:
  sd t1, 0(t0)
  add t4, t1, t3
  sd t4, 8(t0)
  addi t0, t0, 16
  addi t1, t1, 1024
  addi t2, t2, -1
  bnez t2, last
  li t0, ${map.ROOT / PAGE_SIZE}
  li t1, 8
  slli t1, t1, 60
  or t0, t0, t1
  sfence.vma
  csrw satp, t0
  sfence.vma
  # Buffers are there before anything is counted.
  li t0, ${map.BUFFERS}
  li t1, ${map.DEPTH}
  li t2, ${PAGE_SIZE}
  li t3, ${map.DESCRIPTORS}
  sd zero, 0(t3)
buffers:
  sd zero, 0(t0)
  add t0, t0, t2
  addi t1, t1, -1
  bnez t1, buffers`;

const BEGIN = `
  li t0, 1
  sd t0, ${map.READY}(s0)
park:
  ld t0, ${map.GO}(s0)
  beqz t0, park
  rdcycle s10
  rdinstret s11
begin:`;

const END = `
end:
  rdcycle t0
  rdinstret t1
  sub t0, t0, s10
  sub t1, t1, s11
  li t2, ${LINGER}
linger:
  addi t2, t2, -1
  bnez t2, linger
  sd t0, ${map.CYCLES}(s0)
  sd t1, ${map.INSTRUCTIONS}(s0)
  sd s9, ${map.WAITED}(s0)
  sd s8, ${map.SUM}(s0)
  sd s7, ${map.WRONG}(s0)
  csrw sie, zero
  li t0, 1
  sd t0, ${map.DONE}(s0)
stop:
  wfi
  j stop`;

/** @param act with a page, whose address is in t0 */
function overPages(name: string, act: string): string {
  return `
${name}:
  li t0, ${map.DATA_VA}
  li t1, ${map.PAGES}
${name}Page:
${act}
  slli t4, s8, 7
  add s8, s8, t4
  srli t4, s8, 9
  xor s8, s8, t4
  addi s8, s8, 1
  add t0, t0, t2
  addi t1, t1, -1
  bnez t1, ${name}Page`;
}

/** Each page for the first time. */
const touch = (label: string): string => `
  li t0, ${map.DATA_VA}
  li t1, ${map.PAGES}
  li t2, ${PAGE_SIZE}
${label}:
  sd t1, 0(t0)
  add t0, t0, t2
  addi t1, t1, -1
  bnez t1, ${label}`;

/** Reads a word of each page in turn, and then writes one; calculates meanwhile. */
const ROUNDS_OVER_PAGES = `
  li s1, ${ROUNDS}${overPages('read', '  ld t3, 0(t0)\n  xor s8, s8, t3')}${overPages('write', '  sd s8, 0(t0)')}
  addi s1, s1, -1
  bnez s1, read`;

/** Writes blocks whose words follow from their numbers; reads them again, and compares all. */
const blocksThrough = ({ depth, transfer }: Driver): string => `
  li s5, 1
pass:
  li s3, 0
blocks:
  beqz s5, move
  jal ra, fill
move:
  jal ra, transfer
  bnez s5, moved
  jal ra, check
moved:
  addi s3, s3, ${depth}
  li t0, ${BLOCKS}
  blt s3, t0, blocks
  addi s5, s5, -1
  bgez s5, pass
  j end
${overWords('fill', depth, '  sd t3, 0(t0)')}
${overWords('check', depth, '  ld t4, 0(t0)\n  xor s8, s8, t4\n  xor t4, t4, t3\n  snez t4, t4\n  add s7, s7, t4')}
${transfer}`;

const framesThrough = ({ depth, transfer }: Driver): string => `
  li s3, ${FRAMES / depth}
frames:
  jal ra, transfer
  addi s3, s3, -1
  bnez s3, frames
  j end
${transfer}`;

/** Goes over the words of the blocks in BUFFERS: t3 is what a word should be. */
const overWords = (name: string, depth: number, act: string): string => `
${name}:
  li t0, ${map.BUFFERS}
  li t1, ${map.BUFFERS + depth * PAGE_SIZE}
  slli t3, s3, 32
${name}Word:
  addi t3, t3, 1
${act}
  addi t0, t0, 8
  bne t0, t1, ${name}Word
  ret`;

function textOf({ work }: OverheadRun, driver: Driver | undefined): string {
  const start = `${tables(work)}\n  li s7, 0\n  li s8, 0`;
  const through = work === 'card' ? framesThrough : blocksThrough;
  if (driver !== undefined) return `${start}${driver.start}${BEGIN}${through(driver)}${END}`;
  return work === 'touch'
    ? `${start}${BEGIN}${touch('first')}${END}`
    : `${start}${touch('ready')}${BEGIN}${ROUNDS_OVER_PAGES}${END}`;
}

function driverOf({ work, way, hearsOfEach }: OverheadRun): Driver | undefined {
  if (way === undefined) return undefined;
  return work === 'card' ? CARD_DRIVER : diskDriver(way, hearsOfEach === true);
}

/** The program for a run. */
export function overheadProgram(run: OverheadRun): OverheadProgram {
  const driver = driverOf(run);
  const assembled = assemble(textOf(run, driver), RAM_BASE);
  invariant(assembled.ok, 'the program of the overhead account can be assembled');
  const { bytes, labels } = assembled.value;
  const at = (label: string): number => labels.get(label) ?? 0;
  return { bytes, driver, begin: at('begin'), end: at('end'), linger: at('linger') };
}
