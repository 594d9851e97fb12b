/** F and D (unprivileged spec, chapters 20 and 21). Helpers of the engine take and give whole 64-bit registers. */
import { effectiveAddress, float, frs1, frs2, frs3, rm, rs1 } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

const FFF = { rd: 'f', rs1: 'f', rs2: 'f' } as const;
const FF = { rd: 'f', rs1: 'f' } as const;
const XFF = { rs1: 'f', rs2: 'f' } as const;
const XF = { rs1: 'f' } as const;
const FX = { rd: 'f' } as const;

/** Bits of OP-FP: funct7 = funct5 << 2 | format, funct3, rs2. */
const op = (funct5: number, format: number, funct3: number, source2 = 0): number =>
  bits(0x53, funct3, (funct5 << 2) | format) | (source2 << 20);

function rowsOf(suffix: 'S' | 'D'): Instruction[] {
  const extension = suffix === 'S' ? 'F' : 'D';
  const format = suffix === 'S' ? 0 : 1;
  const dot = suffix === 'S' ? 's' : 'd';
  const bytes = suffix === 'S' ? 4 : 8;
  const width = suffix === 'S' ? 2 : 3;
  const arithmetic = (name: string, funct5: number): Instruction =>
    row(
      extension,
      `${name}.${dot}`,
      'Rm',
      op(funct5, format, 0),
      float(`${name}${suffix}`, 'f', frs1, frs2, rm),
      FFF,
    );
  const fused = (name: string, opcode: number): Instruction =>
    row(
      extension,
      `${name}.${dot}`,
      'R4',
      opcode | (format << 25),
      float(`${name}${suffix}`, 'f', frs1, frs2, frs3, rm),
      FFF,
    );
  const plain = (name: string, funct5: number, funct3: number, into: 'x' | 'f'): Instruction =>
    row(
      extension,
      `${name}.${dot}`,
      'R',
      op(funct5, format, funct3),
      float(`${name}${suffix}`, into, frs1, frs2),
      into === 'f' ? FFF : XFF,
    );
  const integers = [
    ['w', 'W', 0],
    ['wu', 'Wu', 1],
    ['l', 'L', 2],
    ['lu', 'Lu', 3],
  ] as const;
  return [
    row(
      extension,
      suffix === 'S' ? 'flw' : 'fld',
      'Load',
      bits(0x07, width),
      { kind: 'load', into: 'f', bytes, signed: false, address: effectiveAddress },
      FX,
    ),
    row(
      extension,
      suffix === 'S' ? 'fsw' : 'fsd',
      'S',
      bits(0x27, width),
      { kind: 'store', from: 'f', bytes, address: effectiveAddress, value: frs2 },
      { rs2: 'f' },
    ),
    fused('fmadd', 0x43),
    fused('fmsub', 0x47),
    fused('fnmsub', 0x4b),
    fused('fnmadd', 0x4f),
    arithmetic('fadd', 0x00),
    arithmetic('fsub', 0x01),
    arithmetic('fmul', 0x02),
    arithmetic('fdiv', 0x03),
    row(extension, `fsqrt.${dot}`, 'Rm1', op(0x0b, format, 0), float(`fsqrt${suffix}`, 'f', frs1, rm), FF),
    plain('fsgnj', 0x04, 0, 'f'),
    plain('fsgnjn', 0x04, 1, 'f'),
    plain('fsgnjx', 0x04, 2, 'f'),
    plain('fmin', 0x05, 0, 'f'),
    plain('fmax', 0x05, 1, 'f'),
    plain('feq', 0x14, 2, 'x'),
    plain('flt', 0x14, 1, 'x'),
    plain('fle', 0x14, 0, 'x'),
    row(extension, `fclass.${dot}`, 'R1', op(0x1c, format, 1), float(`fclass${suffix}`, 'x', frs1), XF),
    ...integers.flatMap(([name, helper, source2]) => [
      row(
        extension,
        `fcvt.${name}.${dot}`,
        'Rm1',
        op(0x18, format, 0, source2),
        float(`fcvt${helper}${suffix}`, 'x', frs1, rm),
        XF,
      ),
      row(
        extension,
        `fcvt.${dot}.${name}`,
        'Rm1',
        op(0x1a, format, 0, source2),
        float(`fcvt${suffix}${helper}`, 'f', rs1, rm),
        FX,
      ),
    ]),
  ];
}

export const FLOAT: readonly Instruction[] = [
  ...rowsOf('S'),
  row('F', 'fmv.x.w', 'R1', op(0x1c, 0, 0), float('fmvXW', 'x', frs1), XF),
  row('F', 'fmv.w.x', 'R1', op(0x1e, 0, 0), float('fmvWX', 'f', rs1), FX),
  ...rowsOf('D'),
  row('D', 'fcvt.s.d', 'Rm1', op(0x08, 0, 0, 1), float('fcvtSD', 'f', frs1, rm), FF),
  row('D', 'fcvt.d.s', 'Rm1', op(0x08, 1, 0, 0), float('fcvtDS', 'f', frs1, rm), FF),
  row('D', 'fmv.x.d', 'R1', op(0x1c, 1, 0), float('fmvXD', 'x', frs1), XF),
  row('D', 'fmv.d.x', 'R1', op(0x1e, 1, 0), float('fmvDX', 'f', rs1), FX),
];
