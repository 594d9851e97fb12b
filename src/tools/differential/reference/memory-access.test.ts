/** Random accesses through random tables of two stages, on the engine and on the model of walk.ts and hart-model.ts: no difference. */
import { expect, test } from 'vitest';
import { builtEngine } from '../engine.ts';
import { CODE, codeView, FETCH_AT, PagePool, STORE_AT } from '../page-pool.ts';
import { named, rd, rs1, rs2 } from '../pieces.ts';
import { Random } from '../random.ts';
import {
  accessOf,
  afterTrap,
  type HartState,
  type Outcome,
  perform,
  type Request,
  type Trap,
} from './hart-model.ts';

import { Subject } from './subject.ts';

const SETS = 1_000;
const ACCESSES_PER_SET = 60;
const seed = Number(process.env['VIRTLAB_SEED'] ?? 1);

/** Every fault of an access must occur often. */
const CAUSES = ['1', '4', '5', '6', '7', '12', '13', '15', '20', '21', '23'] as const;

const ADDRESS = 10;
const OPERAND = 11;
const RESULT = 12;
const SV39 = 8n << 60n;
const ADUE = 1n << 61n;

interface Instruction {
  readonly name: string;
  readonly raw: number;
  /** Its form in htinst; the offset of the part that faults comes into the place of rs1. */
  readonly transformed: bigint;
  readonly kind: Request['kind'];
  readonly size: number;
  readonly signed: boolean;
  readonly toGuest: boolean;
  readonly isAtomic: boolean;
}

const RS1 = 0x1fn << 15n;
const operands = rd(RESULT) | rs1(ADDRESS) | rs2(OPERAND);
const sizeOf = (letter: string): number => ({ b: 1, h: 2, w: 4, d: 8 })[letter] ?? 8;

function load(name: string): Instruction {
  const raw = named(name).match | rd(RESULT) | rs1(ADDRESS);
  const size = sizeOf(name.replace('u', '').slice(-1));
  const signed = !name.endsWith('u');
  return {
    name,
    raw,
    transformed: BigInt(raw) & ~RS1,
    kind: 'load',
    size,
    signed,
    toGuest: false,
    isAtomic: false,
  };
}
function store(name: string): Instruction {
  const raw = named(name).match | rs1(ADDRESS) | rs2(OPERAND);
  const size = sizeOf(name.slice(-1));
  return {
    name,
    raw,
    transformed: BigInt(raw) & ~RS1,
    kind: 'store',
    size,
    signed: false,
    toGuest: false,
    isAtomic: false,
  };
}
/** A 16-bit form: its transformation is that of the 32-bit one with bit 1 clear. */
function compressed(name: string, match: number, of: Instruction): Instruction {
  const register = of.kind === 'store' ? OPERAND : RESULT;
  const raw = match | ((ADDRESS - 8) << 7) | ((register - 8) << 2);
  return { ...of, name, raw, transformed: of.transformed & ~2n };
}
function guest(name: string): Instruction {
  const { match } = named(name);
  const isStore = name.startsWith('hsv');
  const raw = (match | rs1(ADDRESS) | (isStore ? rs2(OPERAND) : rd(RESULT))) >>> 0;
  const size = sizeOf(name.split('.')[1]?.slice(0, 1) ?? 'd');
  const kind = isStore ? 'store' : name.startsWith('hlvx') ? 'hlvx' : 'load';
  const signed = !name.endsWith('u');
  return { name, raw, transformed: BigInt(raw) & ~RS1, kind, size, signed, toGuest: true, isAtomic: false };
}
function atomic(name: string): Instruction {
  const isLoad = name.startsWith('lr');
  const raw = (named(name).match | (isLoad ? operands & ~rs2(31) : operands)) >>> 0;
  const kind = isLoad ? 'load' : 'store';
  const size = sizeOf(name.slice(-1));
  return {
    name,
    raw,
    transformed: BigInt(raw) & ~RS1,
    kind,
    size,
    signed: true,
    toGuest: false,
    isAtomic: true,
  };
}

const FETCH: Instruction = {
  ...{
    name: 'fetch',
    raw: 0,
    transformed: 0n,
    kind: 'fetch',
    size: 2,
    signed: false,
    toGuest: false,
    isAtomic: false,
  },
};
const ORDINARY: readonly Instruction[] = [
  ...['lb', 'lbu', 'lh', 'lhu', 'lw', 'lwu', 'ld'].map(load),
  ...['sb', 'sh', 'sw', 'sd'].map(store),
  compressed('c.lw', 0x4000, load('lw')),
  compressed('c.ld', 0x6000, load('ld')),
  compressed('c.sw', 0xc000, store('sw')),
  compressed('c.sd', 0xe000, store('sd')),
  ...['lr.w', 'lr.d', 'amoswap.w', 'amoswap.d'].map(atomic),
];
const FROM_OUTSIDE: readonly Instruction[] = [
  ...['hlv.b', 'hlv.bu', 'hlv.h', 'hlv.hu', 'hlvx.hu', 'hlv.w', 'hlv.wu', 'hlvx.wu', 'hlv.d'].map(guest),
  ...['hsv.b', 'hsv.h', 'hsv.w', 'hsv.d'].map(guest),
];

/** Registers of traps: what no trap writes must keep these values. */
const TRAP_REGISTERS = [
  ...[
    'mstatus',
    'hstatus',
    'vsstatus',
    'mcause',
    'mepc',
    'mtval',
    'mtval2',
    'mtinst',
    'scause',
    'sepc',
    'stval',
  ],
  ...['htval', 'htinst', 'vscause', 'vsepc', 'vstval'],
] as const;

const wide = (random: Random): bigint => (BigInt(random.bits()) << 32n) | BigInt(random.bits());
const flag = (random: Random, index: number): bigint => (random.oneIn(2) ? 1n << BigInt(index) : 0n);

const pool = new PagePool();

/** PMP: everything open, or a few pages of the pool less so. */
function randomPmp(random: Random): { pmpcfg: number[]; pmpaddr: bigint[] } {
  const pmpcfg = Array.from({ length: 16 }, () => 0);
  const pmpaddr = Array.from({ length: 16 }, () => 0n);
  const isOpen = random.oneIn(2);
  for (let n = 0; n < 15 && !isOpen; n++) {
    if (!random.oneIn(8)) continue;
    const rights = random.pick([0, 1, 3, 4, 5, 7, 7, 7]) | (random.oneIn(4) ? 0x80 : 0);
    const page = random.pick(pool.pages) >> 2n;
    if (random.oneIn(3)) {
      pmpcfg[n] = rights | 0x08;
      pmpaddr[n] = page + (random.oneIn(2) ? 0x400n : 0x1000n);
      if (n > 0 && pmpcfg[n - 1] === 0) pmpaddr[n - 1] = page + BigInt(random.below(3)) * 0x200n;
    } else {
      pmpcfg[n] = rights | 0x18;
      pmpaddr[n] = page | random.pick([0x1ffn, 0x3ffn, 0n]);
    }
  }
  pmpcfg[15] = 0x1f;
  pmpaddr[15] = (1n << 54n) - 1n;
  return { pmpcfg, pmpaddr };
}

function randomState(random: Random, pmp: { pmpcfg: number[]; pmpaddr: bigint[] }): HartState {
  const [privilege, virtual] = random.pick([
    ['M', false],
    ['M', false],
    ['S', false],
    ['U', false],
    ['S', true],
    ['U', true],
  ] as const);
  const root = (): bigint => (random.oneIn(16) ? random.pick(pool.pages) : pool.root(random)) >> 12n;
  const space = (): bigint => (random.oneIn(5) ? 0n : SV39 | (BigInt(random.below(3)) << 44n) | root());
  const hostRoot = pool.root(random) >> 12n;
  const bits = (...indices: number[]): bigint =>
    indices.reduce((all, index) => all | flag(random, index), 0n);
  const machine =
    privilege === 'M' ? flag(random, 17) | (random.pick([0n, 1n, 3n]) << 11n) | flag(random, 39) : 0n;
  const exceptions = random.pick([0n, 0xf0b7ffn, wide(random) & 0xf0b7ffn]);
  return {
    ...{ privilege, virtual, pc: 0n, ...pmp },
    mstatus: bits(1, 3, 5, 7, 8, 18, 19) | machine,
    vsstatus: bits(1, 5, 8, 18, 19),
    hstatus: bits(7, 8) | (1n << 9n),
    satp: space(),
    vsatp: space(),
    hgatp: random.oneIn(5) ? 0n : SV39 | (BigInt(random.below(2)) << 44n) | hostRoot,
    menvcfg: random.oneIn(3) ? 0n : ADUE,
    henvcfg: random.oneIn(3) ? 0n : ADUE,
    medeleg: exceptions,
    hedeleg: random.pick([0n, 0xb1ffn, wide(random) & 0xb1ffn]),
    mtvec: 0x1000n,
    stvec: 0x2000n,
    vstvec: 0x3000n,
  };
}

/** Data lies behind what is fetched, now and then across the end of a page. */
function randomOffset({ kind, size, isAtomic }: Instruction, random: Random): bigint {
  if (kind === 'fetch') return BigInt(FETCH_AT + 2 * random.below(0x1f8));
  if (random.oneIn(8)) return BigInt(0x1000 - 1 - random.below(size));
  const offset = STORE_AT + random.below(0x3f8);
  return BigInt(random.oneIn(isAtomic ? 8 : 3) ? offset : offset & ~(size - 1));
}

interface Expected {
  readonly trap?: Trap;
  readonly result?: bigint;
  readonly nextPc: bigint;
}

/** What the model says of an instruction, done on the model's RAM. */
function expected(
  subject: Subject,
  state: HartState,
  instruction: Instruction,
  va: bigint,
  operand: bigint,
): Expected {
  const request = (of: Instruction, at: bigint): Request => ({ ...of, va: at });
  const fetched: Outcome = perform(state, subject, request(FETCH, state.pc));
  if ('trap' in fetched) return { trap: fetched.trap, nextPc: 0n };
  const at = fetched.parts[0]?.spa ?? 0n;
  if (instruction.kind === 'fetch' || at >> 12n !== CODE >> 12n) {
    const raw = subject.readBytes(at, 2);
    // RAM that holds nothing is an illegal instruction.
    if (raw === 0n)
      return { trap: { cause: 2n, tval: 0n, isGuestAddress: false, gpa: 0n, tinst: 0n }, nextPc: 0n };
    return { result: (raw - 0x4501n) >> 2n, nextPc: state.pc + 2n };
  }
  const nextPc = state.pc + ((instruction.raw & 3) === 3 ? 4n : 2n);
  const outcome = perform(state, subject, request(instruction, va));
  if ('trap' in outcome) return { trap: outcome.trap, nextPc };
  let value = 0n;
  let done = 0;
  for (const { spa, size } of outcome.parts) {
    value |= subject.readBytes(spa, size) << BigInt(8 * done);
    if (instruction.kind === 'store') subject.writeBytes(spa, size, operand >> BigInt(8 * done));
    done += size;
  }
  if (instruction.kind === 'store' && !instruction.isAtomic) return { nextPc };
  return {
    result: instruction.signed ? BigInt.asUintN(64, BigInt.asIntN(8 * instruction.size, value)) : value,
    nextPc,
  };
}

interface Counts {
  accesses: number;
  readonly traps: Map<string, number>;
  succeeded: number;
}

function differencesOf(
  subject: Subject,
  state: HartState,
  before: ReadonlyMap<string, bigint>,
  wanted: Expected,
): string[] {
  const found: string[] = [];
  const compare = (name: string, engine: unknown, model: unknown): void => {
    if (engine !== model) found.push(`${name}: engine ${text(engine)}, model ${text(model)}`);
  };
  const after = wanted.trap === undefined ? undefined : afterTrap(state, wanted.trap);
  compare('pc', subject.pc, after?.pc ?? wanted.nextPc);
  compare('privilege', subject.privilege, after?.privilege ?? state.privilege);
  compare('virtual', subject.virtual, after?.virtual ?? state.virtual);
  for (const name of TRAP_REGISTERS)
    compare(name, subject.get(name), after?.registers[name] ?? before.get(name));
  return found;
}

const text = (value: unknown): string => (typeof value === 'bigint' ? value.toString(16) : String(value));

function describeState(state: HartState): string {
  return Object.entries(state)
    .filter(([name]) => !name.startsWith('pmp'))
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(', ');
}

/** One instruction on both; what differs, in words. */
function tryOne(subject: Subject, state: HartState, random: Random, counts: Counts): string[] {
  const mayReach = !state.virtual;
  const instruction = random.oneIn(5)
    ? FETCH
    : random.pick(mayReach && random.oneIn(3) ? FROM_OUTSIDE : ORDINARY);
  const va = pool.address(random) + randomOffset(instruction, random);
  const operand = wide(random);
  const placed = {
    ...state,
    pc: instruction.kind === 'fetch' ? va : codeView(state.privilege, state.virtual, state),
  };
  if (instruction.kind !== 'fetch') {
    subject.place(CODE, BigInt(instruction.raw));
    subject.setX(ADDRESS, va);
  }
  subject.setX(OPERAND, operand);
  const result = instruction.kind === 'fetch' ? ADDRESS : RESULT;
  subject.setX(result, 0n);
  const before = new Map<string, bigint>();
  for (const name of TRAP_REGISTERS) {
    const value = name.endsWith('status')
      ? state[name as 'mstatus' | 'hstatus' | 'vsstatus']
      : wide(random) & ~1n;
    before.set(name, value);
  }
  const { satp, vsatp, hgatp, menvcfg, henvcfg, medeleg, hedeleg, mtvec, stvec, vstvec } = state;
  subject.set({
    ...{ satp, vsatp, hgatp, menvcfg, henvcfg, medeleg, hedeleg, mtvec, stvec, vstvec },
    ...Object.fromEntries(before),
  });
  subject.enter(state.privilege, state.virtual, placed.pc);
  const wanted = expected(subject, placed, instruction, va, operand);
  subject.step();
  counts.accesses++;
  const kind = wanted.trap === undefined ? undefined : `${wanted.trap.cause}`;
  if (kind === undefined) counts.succeeded++;
  else counts.traps.set(kind, (counts.traps.get(kind) ?? 0) + 1);
  const found = differencesOf(subject, placed, before, wanted);
  if (wanted.result !== undefined && subject.x(result) !== wanted.result)
    found.push(`result: engine ${text(subject.x(result))}, model ${text(wanted.result)}`);
  if (found.length === 0) return [];
  const as = accessOf(placed, { ...instruction, va });
  return [
    `${instruction.name} at ${text(va)} as ${as.guest ? 'V' : ''}${as.privilege}`,
    ...found,
    `pmp ${state.pmpcfg.map((cfg, n) => `${n}: ${cfg.toString(16)} ${text(state.pmpaddr[n])}`).join(', ')}`,
    describeState(placed),
  ];
}

function setPmp(subject: Subject, { pmpcfg, pmpaddr }: { pmpcfg: number[]; pmpaddr: bigint[] }): void {
  const cfgs = (first: number): bigint =>
    pmpcfg.slice(first, first + 8).reduce((all, cfg, n) => all | (BigInt(cfg) << BigInt(8 * n)), 0n);
  subject.set({
    pmpcfg0: cfgs(0),
    pmpcfg2: cfgs(8),
    ...Object.fromEntries(pmpaddr.map((at, n) => [`pmpaddr${n}`, at])),
  });
}

test(`${SETS * ACCESSES_PER_SET} accesses through random tables go as the specification says`, () => {
  const subject = new Subject(builtEngine());
  const counts: Counts = { accesses: 0, traps: new Map(), succeeded: 0 };
  const failures: string[] = [];
  for (let set = 0; set < SETS && failures.length === 0; set++) {
    const random = new Random(Math.imul(seed, 0x0100_0193) ^ Math.imul(set + 1, 0x9e37_79b1));
    const pmp = randomPmp(random);
    subject.reset();
    setPmp(subject, pmp);
    pool.fill((spa, value) => subject.place(spa, value), random);
    for (let n = 0; n < ACCESSES_PER_SET && failures.length === 0; n++) {
      const found = tryOne(subject, randomState(random, pmp), random, counts);
      for (const page of found.length > 0 || n === ACCESSES_PER_SET - 1 ? pool.pages : [])
        found.push(...subject.differences(page));
      if (found.length > 0) failures.push(`seed ${seed}, set ${set}, access ${n}`, ...found);
    }
  }
  console.log(
    `seed ${seed}: ${counts.accesses} accesses, ${counts.succeeded} succeed, traps by cause:`,
    Object.fromEntries(counts.traps),
  );
  expect(failures.join('\n')).toBe('');
  expect(counts.succeeded).toBeGreaterThan(ACCESSES_PER_SET * SETS * 0.2);
  for (const cause of CAUSES) expect(counts.traps.get(cause) ?? 0, `cause ${cause}`).toBeGreaterThan(500);
});
