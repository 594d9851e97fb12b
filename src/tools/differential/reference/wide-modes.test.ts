/**
 * Random walks of two stages with three to five levels, with entries of Svnapot and Svpbmt, and with bits of entries flipped: the engine as the
 * model of walk.ts says.
 */
import { expect, test } from 'vitest';
import { OPTIONAL_EXTENSIONS } from '#isa/extensions';
import { builtEngine } from '../engine.ts';
import { named, rd, rs1 } from '../pieces.ts';
import { Random } from '../random.ts';
import { Subject } from './subject.ts';
import { type Memory, type Registers, Translation, TranslationFault } from './walk.ts';

const CASES = 1_000;
const seed = Number(process.env['VIRTLAB_SEED'] ?? 1);

const RAM = 0x8000_0000n;
const CODE = RAM;
const TABLES = RAM + 0x10_0000n;
/** 1 MiB whose doublewords hold their addresses. */
const DATA = RAM + 0x20_0000n;
const HANDLER = RAM + 0x1000n;
const [V, R, W, X, U, A, D] = [1n, 2n, 4n, 8n, 16n, 64n, 128n] as const;
const LEAF = V | R | W | X | U | A | D;
const N = 1n << 63n;
const ADUE = 1n << 61n;
const PBMTE = 1n << 62n;
const GIGABYTE = 1n << 30n;
/** mstatus: loads and stores as U-mode makes them, in a guest or not. */
const MPRV = 1n << 17n;
const MPV = 1n << 39n;
const CAUSES = {
  load: { page: 13n, 'guest-page': 21n, access: 5n },
  store: { page: 15n, 'guest-page': 23n, access: 7n },
} as const;

/** Tables that are made as a case needs them. */
class Tables {
  readonly #subject: Subject;
  readonly #random: Random;
  readonly #written: Set<bigint> = new Set();
  #next = TABLES;

  constructor(subject: Subject, random: Random) {
    this.#subject = subject;
    this.#random = random;
  }

  /** Takes all away. */
  clear(): void {
    for (const at of this.#written) this.#subject.place(at, 0n);
    this.#written.clear();
    this.#next = TABLES;
  }
  get pages(): readonly bigint[] {
    return [...new Set([...this.#written].map((at) => at & -4096n))];
  }

  table(pages = 1n): bigint {
    const size = pages * 4096n;
    const at = (this.#next + size - 1n) & -size;
    this.#next = at + size;
    return at;
  }

  /** Writes the way to a leaf for an address, and the leaf; bits of some entries are wrong. */
  map(
    root: bigint,
    levels: number,
    rootBits: bigint,
    address: bigint,
    level: number,
    leaf: bigint,
    isSpoilt: boolean,
  ): void {
    let table = root;
    for (let at = levels - 1; ; at--) {
      const shift = BigInt(12 + 9 * at);
      const bits = at === levels - 1 ? rootBits : 9n;
      const entry = table + 8n * ((address >> shift) & ((1n << bits) - 1n));
      if (at === level) {
        this.#place(entry, isSpoilt ? this.#spoilt(leaf) : leaf);
        return;
      }
      const known = this.#subject.read(entry) ?? 0n;
      if (known !== 0n && (known & (R | W | X)) !== 0n) return;
      const next = known === 0n ? this.table() : (known >> 10n) << 12n;
      if (known === 0n) {
        const pointer = ((next >> 12n) << 10n) | V;
        this.#place(entry, isSpoilt && this.#random.oneIn(12) ? this.#spoilt(pointer) : pointer);
      }
      table = next;
    }
  }

  #place(at: bigint, entry: bigint): void {
    this.#written.add(at);
    this.#subject.place(at, entry);
  }

  #spoilt(entry: bigint): bigint {
    const random = this.#random;
    let bits = entry;
    if (random.oneIn(4)) bits ^= 1n << BigInt(random.below(8));
    if (random.oneIn(4)) bits ^= BigInt(random.below(4)) << 61n;
    if (random.oneIn(12)) bits ^= 1n << BigInt(54 + random.below(10));
    if (random.oneIn(12)) bits ^= 1n << BigInt(10 + random.below(8));
    return bits;
  }
}

/** A leaf of a level that leads to data, and the low bits of an address that lie there. */
function leafTo(level: number, random: Random): { leaf: bigint; low: bigint } {
  const spa = DATA + BigInt(random.below(0x1_0000)) * 8n;
  const size = 1n << BigInt(12 + 9 * level);
  const isNapot = level === 0 && random.oneIn(3);
  const base = isNapot ? (spa & -0x1_0000n) | 0x8000n : spa & -size;
  return {
    leaf: ((base >> 12n) << 10n) | LEAF | (isNapot ? N : 0n),
    low: spa & (isNapot ? 0xffffn : size - 1n),
  };
}

/** An address with these low bits, in the lower half of so many. */
function above(low: bigint, used: number, bits: number, random: Random): bigint {
  const high = (BigInt(random.bits()) << 32n) | BigInt(random.bits());
  return (((high >> BigInt(used)) << BigInt(used)) & ((1n << BigInt(bits)) - 1n)) | low;
}

function translated(
  registers: Registers,
  memory: Memory,
  kind: 'load' | 'store',
  guest: boolean,
  va: bigint,
): bigint | TranslationFault {
  try {
    return new Translation(registers, memory, { kind, privilege: 'U', guest }).translate(va);
  } catch (error) {
    if (error instanceof TranslationFault) return error;
    throw error;
  }
}

test(`${CASES} walks of all modes end as the model says`, () => {
  const subject = new Subject(builtEngine(), OPTIONAL_EXTENSIONS);
  const random = new Random(seed);
  for (let at = DATA; at < DATA + 0x10_0000n; at += 8n) subject.place(at, at);
  const load = named('ld').match | rd(12) | rs1(10);
  const store = named('sd').match | rs1(10) | (11 << 20);
  subject.place(CODE, (BigInt(store >>> 0) << 32n) | BigInt(load >>> 0));
  const tables = new Tables(subject, random);
  const seen = new Map<string, number>();
  for (let number = 0; number < CASES; number++) {
    const isGuest = !random.oneIn(4);
    const [levels, gLevels] = [3 + random.below(3), 3 + random.below(3)];
    tables.clear();
    const root = tables.table();
    const gRoot = tables.table(4n);
    const level = random.below(levels);
    const gLevel = random.below(gLevels);
    const last = leafTo(isGuest ? gLevel : level, random);
    let { leaf, low } = last;
    if (isGuest) {
      // GPAs of tables are their physical addresses: a leaf of 1 GiB. That of the page lies elsewhere, mostly.
      tables.map(gRoot, gLevels, 11n, RAM, 2, ((RAM >> 12n) << 10n) | LEAF, false);
      const gpa = above(last.low, 12 + 9 * gLevel, Math.min(14 + 9 * gLevels, 56), random);
      if (gpa / GIGABYTE !== RAM / GIGABYTE) tables.map(gRoot, gLevels, 11n, gpa, gLevel, leaf, true);
      const size = 1n << BigInt(12 + 9 * level);
      leaf = (((gpa & -size) >> 12n) << 10n) | LEAF;
      low = gpa & (size - 1n);
    }
    let va = above(low, 12 + 9 * level, 11 + 9 * levels, random);
    tables.map(root, levels, 9n, va, level, leaf, true);
    if (random.oneIn(16)) va ^= 1n << BigInt(36 + random.below(28));
    const atp = (BigInt(5 + levels) << 60n) | (root >> 12n);
    const csrs = {
      mstatus: MPRV | (isGuest ? MPV : 0n),
      ...(isGuest
        ? { vsatp: atp, hgatp: (BigInt(5 + gLevels) << 60n) | (gRoot >> 12n), satp: 0n }
        : { satp: atp, vsatp: 0n, hgatp: 0n }),
      menvcfg: (random.oneIn(4) ? 0n : ADUE) | (random.oneIn(4) ? 0n : PBMTE),
      henvcfg: (random.oneIn(4) ? 0n : ADUE) | (random.oneIn(4) ? 0n : PBMTE),
    };
    const pmp = { pmpcfg: [0x1f], pmpaddr: [(1n << 54n) - 1n] };
    const kind = random.oneIn(2) ? 'load' : 'store';
    const wanted = translated(
      { ...csrs, ...pmp, vsstatus: 0n, hasUpperBits: true },
      subject,
      kind,
      isGuest,
      va,
    );
    subject.reset();
    subject.set({ ...csrs, vsstatus: 0n, mtvec: HANDLER, pmpcfg0: 0x1fn, pmpaddr0: (1n << 54n) - 1n });
    subject.setX(10, va);
    subject.setX(11, 0x1234_5678n + BigInt(number));
    subject.setX(12, 1n);
    subject.enter('M', false, CODE + (kind === 'load' ? 0n : 4n));
    subject.step();
    const where = `seed ${seed}, case ${number}: ${kind} of ${va.toString(16)}, ${levels}/${gLevels} levels`;
    // Outside RAM nothing answers: an access fault like those of the model.
    const fault =
      typeof wanted === 'bigint' && subject.read(wanted) === undefined
        ? new TranslationFault('access')
        : wanted;
    if (typeof fault === 'bigint') {
      expect(subject.pc, where).toBe(CODE + (kind === 'load' ? 4n : 8n));
      if (kind === 'load') expect(subject.x(12), where).toBe(subject.read(fault));
      else subject.write(fault, subject.x(11));
      seen.set(`${kind} ${levels}`, (seen.get(`${kind} ${levels}`) ?? 0) + 1);
    } else {
      expect(subject.pc, where).toBe(HANDLER);
      expect(subject.get('mcause'), where).toBe(CAUSES[kind][fault.type]);
      expect(subject.get('mtval'), where).toBe(va);
      expect(subject.get('mtval2'), where).toBe(fault.type === 'guest-page' ? fault.gpa >> 2n : 0n);
      seen.set(fault.type, (seen.get(fault.type) ?? 0) + 1);
    }
    // What hardware set in entries is as the model set it.
    for (const page of tables.pages) expect(subject.differences(page), where).toEqual([]);
    if (typeof fault === 'bigint' && kind === 'store') {
      expect(subject.differences(fault & -4096n), where).toEqual([]);
      subject.place(fault & -8n, fault & -8n);
    }
  }
  for (const what of ['load 3', 'load 4', 'load 5', 'store 3', 'store 4', 'store 5', 'page', 'guest-page'])
    expect(seen.get(what) ?? 0, what).toBeGreaterThan(CASES / 40);
});
