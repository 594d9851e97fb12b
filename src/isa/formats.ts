/**
 * Instruction formats: which bits of a 32-bit instruction are fixed, which operands it has, and how they are written.
 * Unprivileged spec 2.2 (base formats), 11 (R4, rm), 13 (atomics); privileged spec for the rest.
 */
import type { ImmediateName } from './immediates.ts';

export interface Format {
  /** Bits that identify the instruction. */
  readonly mask: number;
  /** Assembly operands, e.g. `rd, rs1, imm`; `x:`/`f:` are filled in by the row's register kinds. */
  readonly syntax: string;
  readonly immediate?: ImmediateName;
}

export type FormatName =
  | 'R'
  | 'R1'
  | 'Rm'
  | 'Rm1'
  | 'R4'
  | 'I'
  | 'Load'
  | 'Shift6'
  | 'Shift5'
  | 'S'
  | 'B'
  | 'U'
  | 'J'
  | 'Csr'
  | 'CsrImmediate'
  | 'Amo'
  | 'LoadReserved'
  | 'Fence'
  | 'None'
  | 'FenceVma'
  | 'HypervisorLoad'
  | 'HypervisorStore'
  | 'CacheBlock';

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  R: { mask: 0xfe00707f, syntax: 'rd, rs1, rs2' },
  /** One source: rs2 is part of the encoding. */
  R1: { mask: 0xfff0707f, syntax: 'rd, rs1' },
  /** Floating point with rounding mode in funct3. */
  Rm: { mask: 0xfe00007f, syntax: 'rd, rs1, rs2, rm' },
  Rm1: { mask: 0xfff0007f, syntax: 'rd, rs1, rm' },
  R4: { mask: 0x0600007f, syntax: 'rd, rs1, rs2, rs3, rm', immediate: 'rs3' },
  I: { mask: 0x0000707f, syntax: 'rd, rs1, imm', immediate: 'i' },
  /** Loads and jalr: `rd, imm(rs1)`. */
  Load: { mask: 0x0000707f, syntax: 'rd, imm(rs1)', immediate: 'i' },
  Shift6: { mask: 0xfc00707f, syntax: 'rd, rs1, imm', immediate: 'shamt6' },
  Shift5: { mask: 0xfe00707f, syntax: 'rd, rs1, imm', immediate: 'shamt5' },
  S: { mask: 0x0000707f, syntax: 'rs2, imm(rs1)', immediate: 's' },
  B: { mask: 0x0000707f, syntax: 'rs1, rs2, target', immediate: 'b' },
  U: { mask: 0x0000007f, syntax: 'rd, upper', immediate: 'u' },
  J: { mask: 0x0000007f, syntax: 'rd, target', immediate: 'j' },
  Csr: { mask: 0x0000707f, syntax: 'rd, csr, rs1', immediate: 'csr' },
  CsrImmediate: { mask: 0x0000707f, syntax: 'rd, csr, zimm', immediate: 'csr' },
  /** aq and rl are not part of the identity: one hart runs at a time, so every order is kept. */
  Amo: { mask: 0xf800707f, syntax: 'rd, rs2, (rs1)' },
  LoadReserved: { mask: 0xf9f0707f, syntax: 'rd, (rs1)' },
  /** fence: fm, pred, succ, rs1 and rd are hints. */
  Fence: { mask: 0x0000707f, syntax: '', immediate: 'fence' },
  None: { mask: 0xffffffff, syntax: '' },
  /** sfence.vma and its kin. */
  FenceVma: { mask: 0xfe007fff, syntax: 'rs1, rs2' },
  HypervisorLoad: { mask: 0xfff0707f, syntax: 'rd, (rs1)' },
  HypervisorStore: { mask: 0xfe007fff, syntax: 'rs2, (rs1)' },
  CacheBlock: { mask: 0xfff07fff, syntax: '(rs1)' },
};
