/**
 * C and Zcb: each 16-bit instruction is an abbreviation of a 32-bit one (unprivileged spec, chapters 27 and 28.4). A row says which bits
 * identify it and where the operands of its expansion come from. Rows are tried in order: special cases stand first.
 */
import type { ImmediateName } from './immediates.ts';
import type { Extension } from './instructions/row.ts';

/** A register of the expansion: a field of the compressed instruction, or a fixed number. */
export type CompressedRegister = 'rd' | 'rs2' | "rd'" | "rs1'" | number;

export interface Compressed {
  readonly name: string;
  readonly mask: number;
  readonly match: number;
  /** Mnemonic of the 32-bit instruction. */
  readonly expansion: string;
  readonly rd: CompressedRegister;
  readonly rs1: CompressedRegister;
  readonly rs2: CompressedRegister;
  readonly immediate?: ImmediateName;
  /** The immediate of the expansion, where it is always the same. */
  readonly value?: number;
  /** Optional extensions that it is part of: all of them must be there. */
  readonly needs?: readonly Extension[];
  /** Encodings that are reserved: the field must not be zero. */
  readonly nonZero?: 'rd' | 'immediate';
}

/** Bit position and width of each register field; primed fields name x8..x15. */
export const COMPRESSED_FIELDS: Record<
  'rd' | 'rs2' | "rd'" | "rs1'",
  { readonly shift: number; readonly mask: number; readonly add: number }
> = {
  rd: { shift: 7, mask: 31, add: 0 },
  rs2: { shift: 2, mask: 31, add: 0 },
  "rd'": { shift: 2, mask: 7, add: 8 },
  "rs1'": { shift: 7, mask: 7, add: 8 },
};

type Sources = {
  rd?: CompressedRegister;
  rs1?: CompressedRegister;
  rs2?: CompressedRegister;
  immediate?: ImmediateName;
  value?: number;
  needs?: readonly Extension[];
  nonZero?: 'rd' | 'immediate';
};

const c = (name: string, mask: number, match: number, expansion: string, sources: Sources): Compressed => ({
  name,
  mask,
  match,
  expansion,
  rd: 0,
  rs1: 0,
  rs2: 0,
  ...sources,
});

const quadrant0 = (name: string, funct3: number, expansion: string, sources: Sources): Compressed =>
  c(name, 0xe003, funct3 << 13, expansion, sources);
const arithmetic = (name: string, match: number, expansion: string): Compressed =>
  c(name, 0xfc63, match, expansion, { rd: "rs1'", rs1: "rs1'", rs2: "rd'" });

/** Zcb: loads and stores of bytes and halfwords. */
const narrow = (name: string, mask: number, match: number, immediate: ImmediateName): Compressed => {
  const isStore = name.startsWith('c.s');
  return c(name, mask, match, name.slice(2), {
    ...(isStore ? { rs2: "rd'" } : { rd: "rd'" }),
    ...{ rs1: "rs1'", immediate, needs: ['Zcb'] },
  });
};
/** Zcb: on one register. */
const onItself = (name: string, match: number, expansion: string, sources: Sources): Compressed =>
  c(name, 0xfc7f, match, expansion, { rd: "rs1'", rs1: "rs1'", ...sources });

export const COMPRESSED: readonly Compressed[] = [
  quadrant0('c.addi4spn', 0, 'addi', { rd: "rd'", rs1: 2, immediate: 'cAddi4spn', nonZero: 'immediate' }),
  quadrant0('c.fld', 1, 'fld', { rd: "rd'", rs1: "rs1'", immediate: 'cDouble' }),
  quadrant0('c.lw', 2, 'lw', { rd: "rd'", rs1: "rs1'", immediate: 'cWord' }),
  quadrant0('c.ld', 3, 'ld', { rd: "rd'", rs1: "rs1'", immediate: 'cDouble' }),
  quadrant0('c.fsd', 5, 'fsd', { rs2: "rd'", rs1: "rs1'", immediate: 'cDouble' }),
  quadrant0('c.sw', 6, 'sw', { rs2: "rd'", rs1: "rs1'", immediate: 'cWord' }),
  quadrant0('c.sd', 7, 'sd', { rs2: "rd'", rs1: "rs1'", immediate: 'cDouble' }),

  c('c.addi', 0xe003, 0x0001, 'addi', { rd: 'rd', rs1: 'rd', immediate: 'ci' }),
  c('c.addiw', 0xe003, 0x2001, 'addiw', { rd: 'rd', rs1: 'rd', immediate: 'ci', nonZero: 'rd' }),
  c('c.li', 0xe003, 0x4001, 'addi', { rd: 'rd', rs1: 0, immediate: 'ci' }),
  c('c.addi16sp', 0xef83, 0x6101, 'addi', { rd: 2, rs1: 2, immediate: 'cAddi16sp', nonZero: 'immediate' }),
  c('c.lui', 0xe003, 0x6001, 'lui', { rd: 'rd', immediate: 'cLui', nonZero: 'immediate' }),
  c('c.srli', 0xec03, 0x8001, 'srli', { rd: "rs1'", rs1: "rs1'", immediate: 'cShamt' }),
  c('c.srai', 0xec03, 0x8401, 'srai', { rd: "rs1'", rs1: "rs1'", immediate: 'cShamt' }),
  c('c.andi', 0xec03, 0x8801, 'andi', { rd: "rs1'", rs1: "rs1'", immediate: 'ci' }),
  arithmetic('c.sub', 0x8c01, 'sub'),
  arithmetic('c.xor', 0x8c21, 'xor'),
  arithmetic('c.or', 0x8c41, 'or'),
  arithmetic('c.and', 0x8c61, 'and'),
  arithmetic('c.subw', 0x9c01, 'subw'),
  arithmetic('c.addw', 0x9c21, 'addw'),
  c('c.j', 0xe003, 0xa001, 'jal', { rd: 0, immediate: 'cJump' }),
  c('c.beqz', 0xe003, 0xc001, 'beq', { rs1: "rs1'", rs2: 0, immediate: 'cBranch' }),
  c('c.bnez', 0xe003, 0xe001, 'bne', { rs1: "rs1'", rs2: 0, immediate: 'cBranch' }),

  c('c.slli', 0xe003, 0x0002, 'slli', { rd: 'rd', rs1: 'rd', immediate: 'cShamt' }),
  c('c.fldsp', 0xe003, 0x2002, 'fld', { rd: 'rd', rs1: 2, immediate: 'cDoubleSp' }),
  c('c.lwsp', 0xe003, 0x4002, 'lw', { rd: 'rd', rs1: 2, immediate: 'cWordSp', nonZero: 'rd' }),
  c('c.ldsp', 0xe003, 0x6002, 'ld', { rd: 'rd', rs1: 2, immediate: 'cDoubleSp', nonZero: 'rd' }),
  c('c.jr', 0xf07f, 0x8002, 'jalr', { rd: 0, rs1: 'rd', nonZero: 'rd' }),
  c('c.mv', 0xf003, 0x8002, 'add', { rd: 'rd', rs1: 0, rs2: 'rs2' }),
  c('c.ebreak', 0xffff, 0x9002, 'ebreak', {}),
  c('c.jalr', 0xf07f, 0x9002, 'jalr', { rd: 1, rs1: 'rd' }),
  c('c.add', 0xf003, 0x9002, 'add', { rd: 'rd', rs1: 'rd', rs2: 'rs2' }),
  c('c.fsdsp', 0xe003, 0xa002, 'fsd', { rs2: 'rs2', rs1: 2, immediate: 'cStoreDoubleSp' }),
  c('c.swsp', 0xe003, 0xc002, 'sw', { rs2: 'rs2', rs1: 2, immediate: 'cStoreWordSp' }),
  c('c.sdsp', 0xe003, 0xe002, 'sd', { rs2: 'rs2', rs1: 2, immediate: 'cStoreDoubleSp' }),

  narrow('c.lbu', 0xfc03, 0x8000, 'cByte'),
  narrow('c.lhu', 0xfc43, 0x8400, 'cHalf'),
  narrow('c.lh', 0xfc43, 0x8440, 'cHalf'),
  narrow('c.sb', 0xfc03, 0x8800, 'cByte'),
  narrow('c.sh', 0xfc43, 0x8c00, 'cHalf'),
  onItself('c.zext.b', 0x9c61, 'andi', { value: 0xff, needs: ['Zcb'] }),
  onItself('c.sext.b', 0x9c65, 'sext.b', { needs: ['Zcb', 'Zbb'] }),
  onItself('c.zext.h', 0x9c69, 'zext.h', { needs: ['Zcb', 'Zbb'] }),
  onItself('c.sext.h', 0x9c6d, 'sext.h', { needs: ['Zcb', 'Zbb'] }),
  onItself('c.zext.w', 0x9c71, 'add.uw', { rs2: 0, needs: ['Zcb', 'Zba'] }),
  onItself('c.not', 0x9c75, 'xori', { value: -1, needs: ['Zcb'] }),
  c('c.mul', 0xfc63, 0x9c41, 'mul', { rd: "rs1'", rs1: "rs1'", rs2: "rd'", needs: ['Zcb'] }),
];
