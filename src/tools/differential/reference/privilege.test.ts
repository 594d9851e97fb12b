/** Every CSR number and every privileged instruction, in every mode, under random enables: allowed, illegal or virtual as privilege.ts says. */
import { expect, test } from 'vitest';
import { CSRS } from '#isa/csrs';
import { INSTRUCTIONS } from '#isa/instructions';
import { builtEngine } from '../engine.ts';
import { rd, rs1 } from '../pieces.ts';
import { Random } from '../random.ts';
import {
  csrVerdict,
  instructionVerdict,
  type ModeName,
  type PrivilegeState,
  type Verdict,
} from './privilege.ts';
import { Subject } from './subject.ts';

const seed = Number(process.env['VIRTLAB_SEED'] ?? 1);
/** Each CSR that exists in each mode so often; each other number once. */
const ROUNDS = 60;
const INSTRUCTION_ROUNDS = 400;

const CODE = 0x8000_1000n;
const DATA = 0x8000_2000n;
const HANDLER = 0x8000_3000n;
const NEVER = (1n << 64n) - 1n;
const MODES: readonly ModeName[] = ['M', 'S', 'U', 'VS', 'VU'];
/** All numbers once, and those that exist often. */
const CSR_NUMBERS: readonly number[] = [
  ...Array.from({ length: 4096 }, (_, csr) => csr),
  ...Array.from({ length: ROUNDS }, () => CSRS.map(({ address }) => address)).flat(),
];
const ACCESSES = CSR_NUMBERS.length * 5;
/** csrrs, csrrc, csrrsi, csrrci: with a source of 0 they write, if at all, what is there. */
const SET_AND_CLEAR: readonly number[] = [2, 3, 6, 7];
/** x0 reads only; x11 is 0 and writes. */
const SOURCES: readonly number[] = [0, 11];

const PRIVILEGED = INSTRUCTIONS.filter(
  ({ name, extension, format }) =>
    (['S', 'H', 'Svinval'].includes(extension) && format !== 'Csr') ||
    ['fadd.d', 'fsw', 'fld'].includes(name),
);

function randomState(mode: ModeName, random: Random): PrivilegeState {
  const flags = (...indices: number[]): bigint =>
    indices.reduce((all, index) => all | (random.oneIn(2) ? 1n << BigInt(index) : 0n), 0n);
  const status = (): bigint => BigInt(random.below(4)) << 13n;
  return {
    mode,
    mstatus: status() | flags(20, 21, 22),
    vsstatus: status(),
    hstatus: flags(8, 9, 20, 21, 22),
    menvcfg: flags(63),
    henvcfg: flags(63),
    mcounteren: BigInt(random.bits()),
    hcounteren: BigInt(random.bits()),
    scounteren: BigInt(random.bits()),
  };
}

/** Executes one instruction; what it did, and what the trap says besides, if that is not what it should. */
function execute(
  subject: Subject,
  state: PrivilegeState,
  raw: number,
): { verdict: Verdict | string; wrong: string[] } {
  const { mode, ...registers } = state;
  subject.set({
    ...registers,
    ...{ satp: 0n, vsatp: 0n, hgatp: 0n, medeleg: 0n, mie: 0n, mideleg: 0n, mtvec: HANDLER },
    ...{ mcause: 0n, mtval: 99n, mtval2: 99n, mtinst: 99n, mepc: 0n, sepc: DATA, vsepc: DATA, fcsr: 0n },
    ...{ pmpcfg0: 0x1fn, pmpaddr0: (1n << 54n) - 1n, stimecmp: NEVER, vstimecmp: NEVER },
  });
  subject.place(CODE, BigInt(raw));
  subject.setX(10, DATA);
  subject.setX(11, 0n);
  const isVirtual = mode.startsWith('V');
  const privilege = mode === 'M' ? 'M' : mode.endsWith('S') ? 'S' : 'U';
  subject.enter(privilege, isVirtual, CODE);
  subject.step();
  if (subject.pc !== HANDLER) return { verdict: 'allowed', wrong: [] };
  const cause = subject.get('mcause');
  const verdict = cause === 2n ? 'illegal' : cause === 22n ? 'virtual' : `cause ${cause}`;
  const levels = { M: 3n, S: 1n, U: 0n };
  const status = (levels[privilege] << 11n) | (isVirtual ? 1n << 39n : 0n);
  const wrong = Object.entries({
    mtval: BigInt(raw),
    mtval2: 0n,
    mtinst: 0n,
    mepc: CODE,
    // MPP, MPV, and GVA of an address that is none.
    mstatus: (state.mstatus & ~((1n << 3n) | (1n << 7n))) | status,
  }).flatMap(([name, value]) =>
    subject.get(name) === value
      ? []
      : [`${name} ${subject.get(name).toString(16)}, not ${value.toString(16)}`],
  );
  return { verdict, wrong };
}

test(`${ACCESSES} accesses to CSRs, all numbers in all modes: allowed, illegal or virtual`, () => {
  const subject = new Subject(builtEngine());
  const random = new Random(seed);
  const failures: string[] = [];
  const counts: Record<Verdict, number> = { allowed: 0, illegal: 0, virtual: 0 };
  for (const csr of CSR_NUMBERS) {
    for (const mode of MODES) {
      const state = randomState(mode, random);
      const form = random.pick(SET_AND_CLEAR);
      // An immediate would be written.
      const source = form >= 6 ? 0 : random.pick(SOURCES);
      const raw = ((csr << 20) | rs1(source) | (form << 12) | rd(12) | 0x73) >>> 0;
      const wanted = csrVerdict(state, csr, source !== 0);
      counts[wanted]++;
      const { verdict, wrong } = execute(subject, state, raw);
      if (verdict !== wanted || wrong.length > 0)
        failures.push(`${raw.toString(16)} in ${mode}: ${verdict}, not ${wanted}; ${wrong.join(', ')}`);
    }
  }
  console.log(`seed ${seed}: ${ACCESSES} CSR accesses`, counts);
  expect(failures.slice(0, 10)).toEqual([]);
});

test('privileged and floating-point instructions in every mode: allowed, illegal or virtual', () => {
  const subject = new Subject(builtEngine());
  const random = new Random(seed + 1);
  const failures: string[] = [];
  for (let round = 0; round < INSTRUCTION_ROUNDS; round++) {
    for (const { name, match } of PRIVILEGED) {
      for (const mode of MODES) {
        const state = randomState(mode, random);
        const raw = (match | (/^h[ls]v|^f[ls]/.test(name) ? rs1(10) : 0)) >>> 0;
        const wanted = instructionVerdict(state, name);
        const { verdict, wrong } = execute(subject, state, raw);
        if (verdict !== wanted || wrong.length > 0)
          failures.push(`${name} in ${mode}: ${verdict}, not ${wanted}; ${wrong.join(', ')}`);
        // Nothing wakes a hart that waits here.
        if (name === 'wfi') subject.reset();
      }
    }
  }
  expect(PRIVILEGED.length).toBeGreaterThan(25);
  expect([...new Set(failures)].slice(0, 10)).toEqual([]);
});
