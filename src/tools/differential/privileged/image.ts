/**
 * The RAM image of privileged streams: harness, pools of tables, handlers and code, and a record per stream.
 *
 *     record: start CSRs | x0..x30 | result: mstatus, x1..x29, result CSRs
 */
import { RAM_BASE } from '#base/addresses';
import { assemble } from '#isa/assemble';
import { CODE } from '../page-pool.ts';
import { Random } from '../random.ts';
import {
  HANDLER_AT,
  POOLS,
  type PrivilegedStream,
  poolOf,
  privilegedStream,
  SLOT_BYTES,
  SLOTS_AT,
  START_CSRS,
} from './streams.ts';

const SIZE = 64 << 20;
const RECORDS = 20 << 20;
const ECALL = 0x73;
/** Hart 0's compare register of the ACLINT: no machine timer interrupt. */
const MTIMECMP = 0x0200_4000;
const RESULTS = [
  'mcause',
  'mepc',
  'mtval',
  'mtval2',
  'mtinst',
  'hstatus',
  'scause',
  'sepc',
  'stval',
  'htval',
  'htinst',
  'vsstatus',
  'vscause',
  'vsepc',
  'vstval',
  'mie',
  'mip',
  'hvip',
  'medeleg',
  'mideleg',
  'hedeleg',
  'hideleg',
  'sscratch',
  'vsscratch',
  'scounteren',
  'hcounteren',
  'mcounteren',
  'menvcfg',
  'henvcfg',
  'satp',
  'vsatp',
  'hgatp',
  'senvcfg',
  'hgeie',
  'fcsr',
] as const;
export type ResultCsr = (typeof RESULTS)[number];
/** CSRs that are looked at when a stream has ended. */
export const RESULT_CSRS: readonly ResultCsr[] = RESULTS;

const X_AT: number = 8 * START_CSRS.length;
const RESULT: number = X_AT + 8 * 31;
const RESULT_CSRS_AT: number = 8 * 30;
export const RESULT_SIZE: number = RESULT_CSRS_AT + 8 * RESULT_CSRS.length;
const STRIDE: number = RESULT + RESULT_SIZE;
/** Streams that fit: into the superpage of the code, and into RAM. */
export const MAX_STREAMS: number = Math.min(
  Math.floor((0x20_0000 - Number(SLOTS_AT)) / SLOT_BYTES),
  Math.floor((SIZE - RECORDS) / STRIDE),
);

/** Words of a result by name. */
export function offsetOf(name: ResultCsr | 'mstatus'): number {
  return name === 'mstatus' ? 0 : RESULT_CSRS_AT + 8 * RESULT_CSRS.indexOf(name);
}

export function wordName(index: number): string {
  if (index === 0) return 'mstatus';
  return index < 30 ? `x${index}` : (RESULT_CSRS[index - 30] ?? '?');
}

/** x30 and x31 are the harness's own; mscratch holds the record. */
function harness(count: number): string {
  const registers = Array.from({ length: 29 }, (_, i) => i + 1);
  return `
    la t0, trap
    csrw mtvec, t0
    li t0, -1
    csrw pmpaddr0, t0
    csrw stimecmp, t0
    csrw vstimecmp, t0
    li t1, ${MTIMECMP}
    sd t0, 0(t1)
    li t0, 0x1f
    csrw pmpcfg0, t0
    li x31, ${RAM_BASE + RECORDS}
  next:
    csrw mscratch, x31
    csrw hgeie, x0
    csrw menvcfg, x0
    li x1, 0x6000
    csrs mstatus, x1
    ${START_CSRS.map((name, index) => `ld x1, ${8 * index}(x31)\ncsrw ${name}, x1`).join('\n')}
    sfence.vma
    hfence.vvma
    hfence.gvma
    sc.d x0, x0, (x31)
    ${registers.map((n) => `ld x${n}, ${X_AT + 8 * n}(x31)`).join('\n')}
    mret
  .align 2
  trap:
    csrr x30, mstatus
    lui x31, 0x20
    csrc mstatus, x31
    csrr x31, mscratch
    sd x30, ${RESULT}(x31)
    ${registers.map((n) => `sd x${n}, ${RESULT + 8 * n}(x31)`).join('\n')}
    csrr x1, mie
    csrw mie, x0
    sd x1, ${RESULT + offsetOf('mie')}(x31)
    li x1, 0x6000
    csrs mstatus, x1
    ${RESULT_CSRS.filter((name) => name !== 'mie')
      .map((name) => `csrr x1, ${name}\nsd x1, ${RESULT + offsetOf(name)}(x31)`)
      .join('\n')}
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

export interface PrivilegedImage {
  readonly bytes: Uint8Array;
  readonly seed: number;
  readonly streams: readonly PrivilegedStream[];
  /** Pages of tables and data, which must be the same in the end. */
  readonly pages: readonly number[];
}

const offset = (spa: bigint): number => Number(spa) - RAM_BASE;

/**
 * Streams `first`… of a seed as an image.
 * @param leftOut streams, by index, of which nothing but their end is run
 */
export function privilegedImage(
  seed: number,
  first: number,
  count: number,
  leftOut: ReadonlySet<number> = new Set(),
): PrivilegedImage {
  if (count > MAX_STREAMS) throw new Error(`at most ${MAX_STREAMS} streams fit`);
  const assembled = assemble(harness(count), RAM_BASE);
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.error));
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  bytes.set(assembled.value.bytes);
  const pages: number[] = [];
  for (let number = 0; number < POOLS; number++) {
    const pool = poolOf(number);
    const random = new Random(Math.imul(seed + first, 0x0100_0193) ^ Math.imul(number + 1, 0x9e37_79b1));
    pool.fill((spa, value) => view.setBigUint64(offset(spa), value, true), random);
    for (const page of pool.pages) pages.push(offset(page));
  }
  view.setUint32(offset(CODE + HANDLER_AT), ECALL, true);
  const streams = Array.from({ length: count }, (_, index) => {
    const stream = privilegedStream(seed, first + index, index);
    const at = RECORDS + index * STRIDE;
    const start = [...START_CSRS.map((name) => stream.csrs[name]), ...stream.x];
    for (const [n, value] of start.entries()) view.setBigUint64(at + 8 * n, value, true);
    const code = offset(CODE + SLOTS_AT) + index * SLOT_BYTES;
    for (const [n, raw] of stream.code.entries())
      view.setUint32(code + 4 * n, leftOut.has(index) ? ECALL : raw, true);
    return stream;
  });
  return { bytes, seed, streams, pages };
}

/** What a stream left. */
export function resultOf(ram: Uint8Array, index: number): DataView {
  return new DataView(ram.buffer, ram.byteOffset + RECORDS + index * STRIDE + RESULT, RESULT_SIZE);
}
