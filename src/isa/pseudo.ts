/**
 * Pseudo-instructions (assembly programmer's handbook of the unprivileged spec): each expands to real ones. `$1`, `$2`… are the operands as
 * written; `li` and `la` are computed.
 */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  nop: ['addi x0, x0, 0'],
  mv: ['addi $1, $2, 0'],
  not: ['xori $1, $2, -1'],
  neg: ['sub $1, x0, $2'],
  negw: ['subw $1, x0, $2'],
  'sext.w': ['addiw $1, $2, 0'],
  'zext.b': ['andi $1, $2, 255'],
  seqz: ['sltiu $1, $2, 1'],
  snez: ['sltu $1, x0, $2'],
  sltz: ['slt $1, $2, x0'],
  sgtz: ['slt $1, x0, $2'],
  beqz: ['beq $1, x0, $2'],
  bnez: ['bne $1, x0, $2'],
  blez: ['bge x0, $1, $2'],
  bgez: ['bge $1, x0, $2'],
  bltz: ['blt $1, x0, $2'],
  bgtz: ['blt x0, $1, $2'],
  bgt: ['blt $2, $1, $3'],
  ble: ['bge $2, $1, $3'],
  bgtu: ['bltu $2, $1, $3'],
  bleu: ['bgeu $2, $1, $3'],
  j: ['jal x0, $1'],
  jr: ['jalr x0, 0($1)'],
  ret: ['jalr x0, 0(ra)'],
  call: ['jal ra, $1'],
  tail: ['jal x0, $1'],
  csrr: ['csrrs $1, $2, x0'],
  csrw: ['csrrw x0, $1, $2'],
  csrs: ['csrrs x0, $1, $2'],
  csrc: ['csrrc x0, $1, $2'],
  csrwi: ['csrrwi x0, $1, $2'],
  csrsi: ['csrrsi x0, $1, $2'],
  csrci: ['csrrci x0, $1, $2'],
  rdtime: ['csrrs $1, time, x0'],
  rdcycle: ['csrrs $1, cycle, x0'],
  rdinstret: ['csrrs $1, instret, x0'],
  'fmv.s': ['fsgnj.s $1, $2, $2'],
  'fneg.s': ['fsgnjn.s $1, $2, $2'],
  'fabs.s': ['fsgnjx.s $1, $2, $2'],
  'fmv.d': ['fsgnj.d $1, $2, $2'],
  'fneg.d': ['fsgnjn.d $1, $2, $2'],
  'fabs.d': ['fsgnjx.d $1, $2, $2'],
  la: ['auipc $1, %pcrel_hi($2)', 'addi $1, $1, %pcrel_lo($2)'],
};

/** Short forms of real instructions, by number of operands. */
const SHORT: Readonly<Record<string, readonly [operands: number, expansion: string]>> = {
  jal: [1, 'jal ra, $1'],
  jalr: [1, 'jalr ra, 0($1)'],
  'sfence.vma': [0, 'sfence.vma x0, x0'],
  'hfence.vvma': [0, 'hfence.vvma x0, x0'],
  'hfence.gvma': [0, 'hfence.gvma x0, x0'],
};

function fill(template: string, operands: readonly string[]): string[] {
  const filled = template.replace(/\$(\d)/g, (_, index: string) => {
    const operand = operands[Number(index) - 1];
    if (operand === undefined) throw new Error('too few operands');
    return operand;
  });
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(filled) ?? [];
  return [name, ...rest.split(', ')];
}

/** `li` for any 64-bit constant: lui+addiw for 32 bits, else the upper part recursively, shifted, plus 12 bits. */
function loadImmediate(register: string, value: bigint): string[][] {
  const low = BigInt.asIntN(12, value);
  if (value === BigInt.asIntN(32, value)) {
    const upper = Number(BigInt.asUintN(20, (value - low) >> 12n));
    if (upper === 0) return [['addi', register, 'x0', String(low)]];
    const lui = ['lui', register, String(upper)];
    return low === 0n ? [lui] : [lui, ['addiw', register, register, String(low)]];
  }
  let upper = BigInt.asIntN(64, value - low) >> 12n;
  let shift = 12;
  while ((upper & 1n) === 0n) {
    upper >>= 1n;
    shift++;
  }
  const high = [...loadImmediate(register, upper), ['slli', register, register, String(shift)]];
  return low === 0n ? high : [...high, ['addi', register, register, String(low)]];
}

/** Real instructions for a line, as `[name, ...operands]`; a real name stands for itself unless its form is short. */
export function expandPseudo(name: string, operands: readonly string[], real: boolean): string[][] {
  const short = SHORT[name];
  if (short !== undefined && short[0] === operands.length) return [fill(short[1], operands)];
  if (real) return [[name, ...operands]];
  if (name === 'li') {
    const [register = '', text = ''] = operands;
    if (!/^-?(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text)) throw new Error(`li takes a number, not ${text}`);
    const magnitude = BigInt(text.replace('-', ''));
    return loadImmediate(register, BigInt.asIntN(64, text.startsWith('-') ? -magnitude : magnitude));
  }
  const templates = TABLE[name];
  if (templates === undefined) throw new Error(`unknown instruction ${name}`);
  return templates.map((template) => fill(template, operands));
}
