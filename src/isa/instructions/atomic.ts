/** A: atomics (unprivileged spec, chapter 13). The engine's `amo` takes funct5, so one helper serves all. */
import { call, constant, rs1, rs2 } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

/** funct5 of each read-modify-write operation. */
const OPERATIONS = {
  amoswap: 0x01,
  amoadd: 0x00,
  amoxor: 0x04,
  amoand: 0x0c,
  amoor: 0x08,
  amomin: 0x10,
  amomax: 0x14,
  amominu: 0x18,
  amomaxu: 0x1c,
} as const;

export const ATOMIC: readonly Instruction[] = (['w', 'd'] as const).flatMap((suffix) => {
  const bytes = suffix === 'w' ? 4 : 8;
  const encoding = (funct5: number): number => bits(0x2f, suffix === 'w' ? 2 : 3, funct5 << 2);
  return [
    row(
      'A',
      `lr.${suffix}`,
      'LoadReserved',
      encoding(0x02),
      call('loadReserved', [rs1, constant(bytes)], 'x', 'trap'),
    ),
    row(
      'A',
      `sc.${suffix}`,
      'Amo',
      encoding(0x03),
      call('storeConditional', [rs1, constant(bytes), rs2], 'x', 'trap'),
    ),
    ...Object.entries(OPERATIONS).map(([name, funct5]) =>
      row(
        'A',
        `${name}.${suffix}`,
        'Amo',
        encoding(funct5),
        call('amo', [constant(funct5), rs1, constant(bytes), rs2], 'x', 'trap'),
      ),
    ),
  ];
});
