/**
 * Where QEMU 7.2 does something else than our hart, with what the specification says: the only differences that a comparison
 * lets pass. Each corrects QEMU's result, as narrowly as it can; a version that is right is not touched.
 *
 * What streams avoid because QEMU 7.2 is wrong there and nothing could be corrected afterwards (tests of the engine have these cases):
 * - hlvx of a page that may be executed and not read: a load page fault; privileged 18.3.1 wants it to succeed.
 * - reading bit 0 of sepc and vsepc: 1 after it was written so; privileged 12.1.7 wants 0.
 * - ctzw of a register whose low word is 0 and whose high word is not: the zeros of the whole register; unprivileged "ctzw" wants 32.
 * What both may do and streams avoid: sc of another width than lr (unprivileged 13.2).
 */
import { RAM_BASE } from '#base/addresses';
import { CSRS_AT, codeAt, type Image, RESULT_CSRS, resultOf } from './harness.ts';
import type { ModeName } from './modes.ts';

interface Deviation {
  readonly what: string;
  /** Where the specification says what should or may be. */
  readonly section: string;
  /** Makes of QEMU's result what our hart should give. */
  readonly correct: (result: DataView, last: LastInstruction) => void;
}

/** The instruction that ends a stream. */
interface LastInstruction {
  readonly name: string;
  readonly mode: ModeName;
  readonly raw: number;
  /** In the code of the stream, and absolute. */
  readonly offset: number;
  readonly address: number;
}

const at = (name: (typeof RESULT_CSRS)[number]): number => CSRS_AT + 8 * RESULT_CSRS.indexOf(name);
const CAUSE_ILLEGAL = 2n;
const CAUSE_BREAKPOINT = 3n;
const CAUSE_VIRTUAL = 22n;
const GVA = 1n << 38n;
const FS_DIRTY = 3n << 13n;
const SD = 1n << 63n;

const clearBit0 = (result: DataView, offset: number): void => {
  result.setUint8(offset, result.getUint8(offset) & ~1);
};

const causeOf = (result: DataView): bigint => result.getBigUint64(at('mcause'), true);
const isVirtual = ({ mode }: LastInstruction): boolean => mode === 'VS' || mode === 'VU';
const isOfSvinval = (name: string): boolean => name.includes('inval');

function setGva(result: DataView, value: boolean): void {
  const status = result.getBigUint64(at('mstatus'), true);
  result.setBigUint64(at('mstatus'), value ? status | GVA : status & ~GVA, true);
}

/** True when the trap is that of the instruction at the end, of this cause. */
function isTrapOf(result: DataView, { offset }: LastInstruction, cause: bigint): boolean {
  return causeOf(result) === cause && result.getBigUint64(at('mepc'), true) === BigInt(offset);
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    what: 'QEMU gives 0 in mtval for ebreak, our hart the address of the instruction, a guest address in VS and VU',
    section: 'privileged 3.1.16: either may be; 18.4.1: GVA tells of a guest address in mtval',
    correct: (result, last) => {
      if (!isTrapOf(result, last, CAUSE_BREAKPOINT) || result.getBigUint64(at('mtval'), true) !== 0n) return;
      result.setBigUint64(at('mtval'), BigInt(last.address), true);
      if (isVirtual(last)) setGva(result, true);
    },
  },
  {
    what: 'QEMU lets U and VU execute sfence.w.inval and sfence.inval.ir; what traps is the nothing behind the stream',
    section: 'privileged "Svinval": illegal in U, a virtual instruction in VU',
    correct: (result, last) => {
      if (
        !/^sfence\..*inval/.test(last.name) ||
        !isTrapOf(result, { ...last, offset: last.offset + 4 }, CAUSE_ILLEGAL)
      )
        return;
      result.setBigUint64(at('mepc'), BigInt(last.offset), true);
    },
  },
  {
    what: 'QEMU gives "illegal" instead of "virtual instruction" for what only privilege forbids in VU',
    section: 'privileged 18.6.1: supervisor instructions and CSRs, and those of the hypervisor, in VU-mode',
    correct: (result, last) => {
      if (last.mode !== 'VU' || !isTrapOf(result, last, CAUSE_ILLEGAL)) return;
      if (last.name === 'mret') return;
      if (last.name.startsWith('csrr') && isMachineCsr(last.raw >>> 20)) return;
      result.setBigUint64(at('mcause'), CAUSE_VIRTUAL, true);
    },
  },
  {
    what: 'QEMU gives bits of another instruction in mtval for loads and stores of the hypervisor, and 0 for Svinval',
    section: 'privileged 3.1.16: zero or the bits of the instruction that trapped',
    correct: (result, last) => {
      const isTrap = isTrapOf(result, last, CAUSE_ILLEGAL) || isTrapOf(result, last, CAUSE_VIRTUAL);
      if (!isTrap || !(/^h[ls]v/.test(last.name) || isOfSvinval(last.name))) return;
      result.setBigUint64(at('mtval'), BigInt(last.raw), true);
    },
  },
  {
    what: 'QEMU sets GVA in mstatus for illegal and virtual instructions of a guest',
    section: 'privileged 18.4.1: GVA is 0 unless a guest address is written to mtval',
    correct: (result, last) => {
      if (isTrapOf(result, last, CAUSE_ILLEGAL) || isTrapOf(result, last, CAUSE_VIRTUAL))
        setGva(result, false);
    },
  },
  {
    what: 'QEMU leaves SD of vsstatus 0 when FS is dirty',
    section: 'privileged 18.2.11, 3.1.6.6: SD tells that FS is dirty',
    correct: (result) => {
      const value = result.getBigUint64(at('vsstatus'), true);
      if ((value & FS_DIRTY) === FS_DIRTY) result.setBigUint64(at('vsstatus'), value | SD, true);
    },
  },
  {
    what: 'QEMU keeps bit 0 of sepc and vsepc',
    section: 'privileged 12.1.7 and 18.2: it is always zero',
    correct: (result) => {
      clearBit0(result, at('sepc'));
      clearBit0(result, at('vsepc'));
    },
  },
];

/** Bits 9:8 of a CSR number are the least privilege that may use it (privileged 2.1). */
const isMachineCsr = (number: number): boolean => ((number >> 8) & 3) === 3;

function lastInstruction(image: Image, stream: number): LastInstruction | undefined {
  const { code, names, offsets, mode } = image.streams[stream] ?? {};
  const offset = offsets?.at(-1);
  const name = names?.at(-1);
  if (code === undefined || offset === undefined || name === undefined || mode === undefined)
    return undefined;
  const view = new DataView(code.buffer, offset);
  const raw = view.byteLength >= 4 ? view.getUint32(0, true) : view.getUint16(0, true);
  return { name, mode: mode.name, raw, offset, address: RAM_BASE + codeAt(stream) + offset };
}

/** Corrects what QEMU left in RAM, in place. */
export function correctQemu(image: Image, ram: Uint8Array): void {
  for (let stream = 0; stream < image.streams.length; stream++) {
    const last = lastInstruction(image, stream);
    if (last === undefined) continue;
    const result = resultOf(ram, stream);
    for (const { correct } of DEVIATIONS) correct(result, last);
  }
}
