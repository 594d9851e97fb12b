/**
 * Translated floating-point instructions against interpreted ones: loops over operands of every kind, with NX set and clear and boxed and
 * bare singles. A program is a function of its seed; `VIRTLAB_SEED=N VIRTLAB_TRANSLATOR_CASES=N` runs others, and more.
 */
import { expect, test } from 'vitest';
import { INSTRUCTIONS, type Instruction } from '#isa/instructions';
import { addressOfField, RAM_OFFSET } from '../layout.ts';
import { CodeBuffer } from './fixtures/code-buffer.ts';
import { drawDouble, drawSingle, FloatOperands } from './fixtures/float-operands.ts';
import { Pair, RAM } from './fixtures/pair.ts';
import { Random } from './fixtures/random.ts';

const FIRST = Number(process.env['VIRTLAB_SEED'] ?? 1);
const CASES = Number(process.env['VIRTLAB_TRANSLATOR_CASES'] ?? 40);
const MINUTES = 60_000;
const FS_DIRTY = 3n << 13n;
const FFLAGS = 1 << 20;
const CSRRW = 0x1073;
const CSRRS = 0x2073;

const CODE = RAM + 0x1000;
const OPERANDS = RAM + 0x8000;
const RESULTS = RAM + 0x6_0000;
/** Operands and results of one turn: doubles, singles, integers; then flags to begin with. */
const DOUBLES = 6;
const SINGLES = 6;
const INTEGERS = 2;
const TURN = (DOUBLES + SINGLES + INTEGERS + 1) * 8;
const TURNS = 64;
const RESULT = 40 * 8;

const floats = INSTRUCTIONS.filter(({ effect }) => effect.kind === 'float');
const FROM = 10;
const TO = 11;
const END = 12;
const FLAGS = 13;

/** A loop over turns: operands, some instructions, results and flags. */
function program(random: Random): Uint8Array {
  const code = new CodeBuffer();
  // Singles alone: no register is ever used otherwise.
  const isNarrow = random.oneIn(3);
  const kinds = isNarrow
    ? floats.filter(({ name }) => !/[.]d/.test(name))
    : random.oneIn(3)
      ? floats.filter(({ name }) => /[.]d/.test(name))
      : floats;
  const only = random.oneIn(2) ? random.pick(kinds) : undefined;
  const again = code.here();
  code.i('ld', FLAGS, FROM, TURN - 8);
  code.raw(CSRRW | FFLAGS | (FLAGS << 15));
  for (let n = 0; n < DOUBLES; n++) code.i(isNarrow ? 'flw' : 'fld', n, FROM, n * 8);
  for (let n = 0; n < SINGLES; n++) {
    // Boxed by the load, or as memory has them.
    code.i(random.oneIn(6) && !isNarrow ? 'fld' : 'flw', DOUBLES + n, FROM, (DOUBLES + n) * 8);
  }
  for (let n = 0; n < INTEGERS; n++) code.i('ld', 14 + n, FROM, (DOUBLES + SINGLES + n) * 8);
  const count = random.between(1, 12);
  // Apart: each is entered by itself, with the flags that the turn began with, whatever became of the one before.
  const isApart = random.oneIn(2);
  for (let n = 0; n < count; n++) {
    code.raw(instruction(only ?? random.pick(kinds), random, n));
    if (random.oneIn(4)) {
      const behind = code.label();
      code.branch(random.pick(['blt', 'bne']), random.pick([14, 15, 16]), 17, behind);
      code.raw(instruction(random.pick(kinds), random, n));
      if (random.oneIn(2)) code.raw(instruction(random.pick(kinds), random, n));
      code.place(behind);
    }
    if (!isApart) continue;
    code.raw(CSRRW | FFLAGS | ((15 + INTEGERS) << 7) | (FLAGS << 15));
    code.s('sb', 15 + INTEGERS, TO, 38 * 8 - n);
  }
  for (let n = 0; n < 28; n++) code.s(isNarrow || random.oneIn(4) ? 'fsw' : 'fsd', n, TO, n * 8);
  for (let n = 14; n < 18; n++) code.s('sd', n, TO, (14 + n) * 8);
  code.raw(CSRRS | FFLAGS | (FLAGS << 7));
  code.s('sd', FLAGS, TO, 39 * 8);
  code.i('addi', FROM, FROM, TURN);
  code.i('addi', TO, TO, RESULT);
  code.branch('bne', FROM, END, again);
  code.jump(0, code.here());
  return code.build(BigInt(CODE));
}

/** Results go to registers of their own, so that operands stay what they are, or to an operand's. */
function instruction({ match, kinds, effect, format }: Instruction, random: Random, n: number): number {
  const isSingle = effect.kind === 'float' && /S/.test(effect.helper.slice(-2));
  const source = (): number => {
    if (random.oneIn(5)) return random.below(DOUBLES + SINGLES + n);
    return isSingle ? DOUBLES + random.below(SINGLES) : random.below(DOUBLES);
  };
  const number = (kind: string | undefined): number =>
    kind === 'f' ? source() : 14 + random.below(INTEGERS);
  const to =
    kinds.rd === 'f'
      ? random.oneIn(3)
        ? random.below(DOUBLES + SINGLES)
        : DOUBLES + SINGLES + n
      : random.pick([0, 16, 17]);
  const rounding = random.oneIn(8) ? random.below(5) : random.pick([0, 7, 7]);
  let bits = match | (to << 7) | (number(kinds.rs1) << 15);
  if (format === 'R' || format === 'Rm' || format === 'R4') bits |= number('f') << 20;
  if (format === 'R4') bits |= source() << 27;
  if (format.startsWith('Rm') || format === 'R4') bits |= rounding << 12;
  return bits >>> 0;
}

function turns(random: Random): Uint8Array {
  const view = new DataView(new ArrayBuffer(TURNS * TURN));
  const operands = new FloatOperands(random);
  // All turns begin with NX set, or none, or each as it comes.
  const flags = random.pick([[1], [0], [0, 1, 31]]);
  for (let turn = 0; turn < TURNS; turn++) {
    const at = turn * TURN;
    operands.begin();
    for (let n = 0; n < DOUBLES; n++) view.setBigUint64(at + n * 8, drawDouble(operands, n), true);
    for (let n = 0; n < SINGLES; n++) {
      const boxed = random.oneIn(12) ? BigInt(random.bits()) : 0xffff_ffffn;
      view.setBigUint64(at + (DOUBLES + n) * 8, (boxed << 32n) | BigInt(drawSingle(operands, n)), true);
    }
    for (let n = 0; n < INTEGERS; n++) {
      view.setBigUint64(at + (DOUBLES + SINGLES + n) * 8, operands.integer(), true);
    }
    view.setUint32(at + TURN - 8, random.pick(flags), true);
  }
  return new Uint8Array(view.buffer);
}

function run(seed: number): number {
  const random = new Random(seed);
  const text = program(random);
  const data = turns(random);
  const pair = new Pair((machine) => {
    const hart = machine.harts[0];
    if (hart === undefined) return;
    machine.ram.write(CODE, text);
    machine.ram.write(OPERANDS, data);
    const state = new DataView(machine.buffer);
    state.setBigUint64(addressOfField('CSR_MSTATUS'), FS_DIRTY, true);
  });
  // Several times over the same operands: from some time on they are translated.
  for (let round = 0; round < 6; round++) {
    pair.both((machine) => {
      const hart = machine.harts[0];
      hart?.setX(FROM, OPERANDS, 0);
      hart?.setX(TO, RESULTS, 0);
      hart?.setX(END, OPERANDS + TURNS * TURN, 0);
      hart?.setPc(CODE, 0);
    });
    pair.run(TURNS * 130);
  }
  const { instructions, translated } = pair.work;
  return translated / instructions;
}

test(
  'translated = interpreted, bit for bit',
  () => {
    expect(RAM_OFFSET).toBeGreaterThan(0);
    let share = 0;
    for (let seed = FIRST; seed < FIRST + CASES; seed++) {
      try {
        share += run(seed) / CASES;
      } catch (error) {
        throw new Error(`VIRTLAB_SEED=${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    // Or nothing was tested.
    expect(share).toBeGreaterThan(0.2);
  },
  10 * MINUTES,
);
