/**
 * The RAM image: harness, page tables, a record (start state, result, data window) per stream, and code.
 *
 *     record: code address | CSRs | 64 × 8 start: fcsr, x1..x31, f0..f31 | result | data window
 *     result: 64 × 8 registers in the same order | CSRs | instructions retired
 *     code:   one slot of 512 bytes per stream
 */
import { RAM_BASE } from '#base/addresses';
import { assemble } from '#isa/assemble';
import { generateStream, type Stream } from './generate.ts';
import { BASES } from './pieces.ts';
import { Random } from './random.ts';
import { GUEST_ROOT, writeTables } from './tables.ts';

export const IMAGE_SIZE: number = 64 << 20;
const RECORDS = 0x1_0000;
/** CSRs of a start state, behind the code address. */
const START_CSRS = ['mstatus', 'mie', 'satp', 'vsatp'] as const;
const START: number = 8 + 8 * START_CSRS.length;
const RESULT: number = START + 512;
/** CSRs of a result, in this order; epc is relative to the beginning of the code. */
export const RESULT_CSRS = [
  'mcause',
  'mepc',
  'mtval',
  'mstatus',
  'sscratch',
  'sepc',
  'vsscratch',
  'vsepc',
  'stval',
  'vstval',
  'vsstatus',
  'mtval2',
  'mtinst',
] as const;
/** Offset of the first CSR, and of the count of instructions, in a result. */
export const CSRS_AT = 512;
const RETIRED: number = CSRS_AT + 8 * RESULT_CSRS.length;
/** What is compared: all but the count, which QEMU does not keep by instructions. */
export const RESULT_SIZE: number = RETIRED;
const WINDOW: number = RESULT + RETIRED + 8;
const WINDOW_SIZE = 512;
const STRIDE: number = WINDOW + WINDOW_SIZE;
/** Code lies apart from data: QEMU is slow where stores hit pages that hold code. */
const CODE_STRIDE = 512;
/** Streams that fit into an image. */
export const MAX_STREAMS: number = Math.floor((IMAGE_SIZE - RECORDS) / (STRIDE + CODE_STRIDE)) - 8;
const CODES: number = (RECORDS + MAX_STREAMS * STRIDE + 4095) & ~4095;
/** Distances of the bases from the middle of the window. */
const BASE_OFFSETS: readonly number[] = [0, -8, -16];

/** An instruction for each register of a range, at its place of a record's part. */
function each(instruction: string, part: number, from: number, to: number): string {
  const letter = instruction.startsWith('f') ? 'f' : 'x';
  const first = letter === 'f' ? 32 : 0;
  const line = (n: number): string => `${instruction} ${letter}${n}, ${part + 8 * (first + n)}(x31)`;
  return Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join('\n');
}

/** Saves the CSRs through x1. */
function saveCsrs(): string {
  const lines = RESULT_CSRS.map((name, index) => {
    const relative = name === 'mepc' ? 'ld x2, 0(x31)\nsub x1, x1, x2\n' : '';
    return `csrr x1, ${name}\n${relative}sd x1, ${RESULT + CSRS_AT + 8 * index}(x31)`;
  });
  return lines.join('\n');
}

/**
 * Runs each stream in its mode; PMP allows everything. All traps come to M-mode. A delegated interrupt is pending: it is not taken in
 * M-mode, nor in S-mode where sstatus.SIE is 0, but wfi returns.
 */
function harnessSource(count: number): string {
  return `
    la t0, trap
    csrw mtvec, t0
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    csrwi mideleg, 2
    csrwi mip, 2
    li t0, ${GUEST_ROOT}
    csrw hgatp, t0
    sfence.vma
    hfence.gvma
    li x31, ${RAM_BASE + RECORDS}
  next:
    csrw mscratch, x31
    ${START_CSRS.map((name, index) => `ld t0, ${8 + 8 * index}(x31)\ncsrw ${name}, t0`).join('\n')}
    li t0, 0x6000
    csrw vsstatus, t0
    csrw sscratch, x0
    csrw sepc, x0
    csrw vsscratch, x0
    csrw vsepc, x0
    csrw mtval, x0
    csrw stval, x0
    csrw vstval, x0
    sc.d x0, x0, (x31)
    ld t0, ${START}(x31)
    csrw fcsr, t0
    ld t0, 0(x31)
    csrw mepc, t0
    ${each('fld', START, 0, 31)}
    csrw minstret, x0
    ${each('ld', START, 1, 31)}
    mret
  .align 2
  trap:
    csrrw x31, mscratch, x31
    ${each('sd', RESULT, 1, 30)}
    csrr x1, minstret
    sd x1, ${RESULT + RETIRED}(x31)
    csrr x1, mscratch
    sd x1, ${RESULT + 8 * 31}(x31)
    ${saveCsrs()}
    li x1, 0x6000
    csrs mstatus, x1
    ${each('fsd', RESULT, 0, 31)}
    csrr x1, fcsr
    sd x1, ${RESULT}(x31)
    li x1, ${STRIDE}
    add x31, x31, x1
    li x1, ${RAM_BASE + RECORDS + STRIDE * count}
    bne x31, x1, next
    li x1, 0x100000
    li x2, 0x5555
    sw x2, 0(x1)
  stop:
    j stop
  `;
}
/** Instructions of the harness that minstret counts with those of a stream: 31 loads and mret, then 31 of the handler. */
const COUNTED_WITH: number = 31 + 1 + 31;

/** An image and the streams in it. */
export interface Image {
  readonly bytes: Uint8Array;
  readonly seed: number;
  /** Number of each stream. */
  readonly numbers: readonly number[];
  readonly streams: readonly Stream[];
}

type Halves = readonly [low: number, high: number];

const EXTREMES: readonly Halves[] = [
  [0, 0],
  [0xffff_ffff, 0xffff_ffff],
  [0, 0x8000_0000],
  [0xffff_ffff, 0x7fff_ffff],
  [0x8000_0000, 0],
  [0x7fff_ffff, 0],
  [0xffff_ffff, 0],
  [0x8000_0000, 0xffff_ffff],
];
/** Infinities, NaNs, the least subnormal, one, minus zero, the largest number. */
const SINGLES: readonly number[] = [
  ...[0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 1, 0x3f80_0000, 0x8000_0000, 0x7f7f_ffff],
];
/** High halves of the like doubles. */
const DOUBLES: readonly number[] = [
  ...[0x7ff0_0000, 0xfff0_0000, 0x7ff8_0000, 0x7ff0_0001, 0x3ff0_0000, 0x8000_0000, 0x4000_0000, 0x0010_0000],
];

/** Kinds of start values; from `FLOAT_KIND` on they are numbers to a floating-point unit. */
const KINDS = 9;
const FLOAT_KIND = 4;

/** Interesting 64-bit values: small, extreme, boxed singles, doubles, NaNs, powers of two. */
function startValue(random: Random, kind: number = random.below(KINDS)): Halves {
  const bits = random.bits();
  switch (kind) {
    case 0: {
      const small = (bits & 63) - 32;
      return [small, small >> 31];
    }
    case 1:
      return (bits & 32) === 0 ? [1 << (bits & 31), 0] : [0, 1 << (bits & 31)];
    case 2:
      return random.pick(EXTREMES);
    case 3:
      return [bits, 0xffff_ffff];
    case 4:
      return [bits, random.bits()];
    case 5:
      return [random.pick(SINGLES), 0xffff_ffff];
    case 6:
      return [0, random.pick(DOUBLES)];
    case 7:
      // A double of moderate exponent, so that sums and products are neither zero nor infinite.
      return [random.bits(), (bits & 0x800f_ffff) | ((1023 - 40 + random.below(110)) << 20)];
    default:
      return [(bits & 0x807f_ffff) | ((127 - 30 + random.below(100)) << 23), 0xffff_ffff];
  }
}

/** Writes the image of these streams of a seed. */
export function buildImage(seed: number, numbers: readonly number[]): Image {
  if (numbers.length > MAX_STREAMS) throw new Error(`at most ${MAX_STREAMS} streams fit`);
  const assembled = assemble(harnessSource(numbers.length), RAM_BASE);
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.error));
  const bytes = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set(assembled.value.bytes);
  writeTables(view);
  const streams = numbers.map((number, index) => {
    const stream = generateStream(seed, number);
    if (stream.code.length > CODE_STRIDE) throw new Error('a stream is longer than its place');
    bytes.set(stream.code, codeAt(index));
    writeStart(view, index, stream, new Random(seed ^ Math.imul(number + 1, 0x2545_f491)));
    return stream;
  });
  return { bytes, seed, numbers, streams };
}

/** Streams `first`… as an image. */
export function buildRange(seed: number, first: number, count: number): Image {
  return buildImage(
    seed,
    Array.from({ length: count }, (_, index) => first + index),
  );
}

function writeStart(view: DataView, index: number, { mode }: Stream, random: Random): void {
  const at = recordAt(index);
  const put = (offset: number, [low, high]: Halves): void => {
    view.setUint32(at + offset, low, true);
    view.setUint32(at + offset + 4, high, true);
  };
  put(0, [RAM_BASE + codeAt(index), 0]);
  // Floating point on, and the way into the mode.
  put(8, [0x6000 | (mode.privilege << 11), mode.isVirtual ? 1 << (39 - 32) : 0]);
  put(16, [mode.mie, 0]);
  view.setBigUint64(at + 24, random.pick(mode.satp), true);
  view.setBigUint64(at + 32, random.pick(mode.vsatp), true);
  put(START, [(random.below(5) << 5) | random.below(32), 0]);
  for (let register = 1; register < 32; register++) put(START + 8 * register, startValue(random));
  for (let register = 32; register < 64; register++)
    put(START + 8 * register, startValue(random, FLOAT_KIND + random.below(KINDS - FLOAT_KIND)));
  BASES.forEach((base, which) => {
    put(START + 8 * base, [RAM_BASE + at + WINDOW + WINDOW_SIZE / 2 + (BASE_OFFSETS[which] ?? 0), 0]);
  });
  for (let byte = 0; byte < WINDOW_SIZE; byte += 8) put(WINDOW + byte, startValue(random));
}

const recordAt = (index: number): number => RECORDS + index * STRIDE;

/** Where the code of a stream lies in the image. */
export function codeAt(index: number): number {
  return CODES + index * CODE_STRIDE;
}

/** Registers and CSRs that a stream left. */
export function resultOf(ram: Uint8Array, index: number): DataView {
  return new DataView(ram.buffer, ram.byteOffset + recordAt(index) + RESULT, RESULT_SIZE);
}

/** Data window that a stream left. */
export function windowOf(ram: Uint8Array, index: number): DataView {
  return new DataView(ram.buffer, ram.byteOffset + recordAt(index) + WINDOW, WINDOW_SIZE);
}

/** Instructions that a stream retired; only our machine counts them so. */
export function retiredOf(ram: Uint8Array, index: number): number {
  const at = recordAt(index) + RESULT + RETIRED;
  return new DataView(ram.buffer, ram.byteOffset + at, 8).getUint32(0, true) - COUNTED_WITH;
}
