/**
 * Where QEMU 7.2 does something else than our hart, with what the specification says: the only differences that a comparison
 * lets pass. Each corrects QEMU's result, as narrowly as it can; a version that is right is not touched.
 *
 * What streams avoid because QEMU 7.2 is wrong there and nothing could be corrected afterwards (tests of the engine have these cases):
 * - hlvx of a page that may be executed and not read: a load page fault; privileged 18.3.1 wants it to succeed.
 * - reading bit 0 of sepc and vsepc: 1 after it was written so; privileged 12.1.7 wants 0.
 * What both may do and streams avoid: sc of another width than lr (unprivileged 13.2).
 */
import { RAM_BASE } from '#base/addresses';
import { CSRS_AT, codeAt, type Image, RESULT_CSRS, resultOf } from './harness.ts';

interface Deviation {
  readonly what: string;
  /** Where the specification says what should or may be. */
  readonly section: string;
  /** Makes of QEMU's result what our hart should give. */
  readonly correct: (result: DataView, stream: number) => void;
}

const at = (name: (typeof RESULT_CSRS)[number]): number => CSRS_AT + 8 * RESULT_CSRS.indexOf(name);
const CAUSE_BREAKPOINT = 3n;

const clearBit0 = (result: DataView, offset: number): void => {
  result.setUint8(offset, result.getUint8(offset) & ~1);
};

export const DEVIATIONS: readonly Deviation[] = [
  {
    what: 'QEMU gives 0 in mtval for ebreak, our hart the address of the instruction',
    section: 'privileged 3.1.16: either may be',
    correct: (result, stream) => {
      if (result.getBigUint64(at('mcause'), true) !== CAUSE_BREAKPOINT) return;
      if (result.getBigUint64(at('mtval'), true) !== 0n) return;
      const epc = result.getBigUint64(at('mepc'), true);
      result.setBigUint64(at('mtval'), BigInt(RAM_BASE + codeAt(stream)) + epc, true);
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

/** Corrects what QEMU left in RAM, in place. */
export function correctQemu(image: Image, ram: Uint8Array): void {
  for (let stream = 0; stream < image.streams.length; stream++) {
    const result = resultOf(ram, stream);
    for (const { correct } of DEVIATIONS) correct(result, stream);
  }
}
