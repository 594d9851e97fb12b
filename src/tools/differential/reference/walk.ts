/**
 * Address translation, written straight from the privileged specification (12.3.2, 18.5, 3.7), slow and plain: the judge of the engine
 * where QEMU is wrong or has no answer. It shares no code and no structure with the engine, and caches nothing.
 */

/** Doublewords of RAM; `undefined` where there is none. */
export interface Memory {
  read(spa: bigint): bigint | undefined;
  write(spa: bigint, value: bigint): void;
}

/** The registers that translation depends on, as software reads them. */
export interface Registers {
  readonly mstatus: bigint;
  readonly vsstatus: bigint;
  readonly satp: bigint;
  readonly vsatp: bigint;
  readonly hgatp: bigint;
  readonly menvcfg: bigint;
  readonly henvcfg: bigint;
  readonly pmpcfg: readonly number[];
  readonly pmpaddr: readonly bigint[];
  /** Svnapot and Svpbmt are there; neither unless said. */
  readonly hasUpperBits?: boolean;
}

export type Kind = 'load' | 'store' | 'fetch' | 'hlvx';

/** Who accesses how. */
export interface Access {
  readonly kind: Kind;
  readonly privilege: 'M' | 'S' | 'U';
  readonly guest: boolean;
}

/** Why there is no physical address. */
export class TranslationFault extends Error {
  readonly type: 'page' | 'guest-page' | 'access';
  /** Of guest-page faults: the guest physical address, and what the walk wanted there if it was not the access itself. */
  readonly gpa: bigint;
  readonly implicit: 'no' | 'read' | 'write';

  constructor(
    type: TranslationFault['type'],
    gpa: bigint = 0n,
    implicit: TranslationFault['implicit'] = 'no',
  ) {
    super(type);
    this.type = type;
    this.gpa = gpa;
    this.implicit = implicit;
  }
}

const bit = (value: bigint, index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;
const field = (value: bigint, high: number, low: number): bigint =>
  (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

const SUM = 18;
const MXR = 19;
const ADUE = 61;
const PBMTE = 62;
/** Levels by MODE: Sv39, Sv48 and Sv57, or the same with x4. */
const LEVELS: ReadonlyMap<bigint, number> = new Map([
  [8n, 3],
  [9n, 4],
  [10n, 5],
]);

/** One entry of a page table, by the names of figure "Sv39 page table entry". */
class Entry {
  readonly raw: bigint;
  constructor(raw: bigint) {
    this.raw = raw;
  }
  get v(): boolean {
    return bit(this.raw, 0);
  }
  get r(): boolean {
    return bit(this.raw, 1);
  }
  get w(): boolean {
    return bit(this.raw, 2);
  }
  get x(): boolean {
    return bit(this.raw, 3);
  }
  get u(): boolean {
    return bit(this.raw, 4);
  }
  get a(): boolean {
    return bit(this.raw, 6);
  }
  get d(): boolean {
    return bit(this.raw, 7);
  }
  get ppn(): bigint {
    return field(this.raw, 53, 10);
  }
  get isLeaf(): boolean {
    return this.r || this.x;
  }
  get n(): boolean {
    return bit(this.raw, 63);
  }
  get pbmt(): bigint {
    return field(this.raw, 62, 61);
  }
  /** Step 3: not valid, or an encoding that is reserved. N and PBMT are reserved without their extensions, and in pointers. */
  isMalformed(level: number, mayBeNapot: boolean, mayHaveType: boolean): boolean {
    if (!this.v || (!this.r && this.w) || field(this.raw, 60, 54) !== 0n) return true;
    // Chapter 13: the one size is 64 KiB. Chapter 14: PMA, NC, IO.
    if (this.n && !(mayBeNapot && this.isLeaf && level === 0 && field(this.ppn, 3, 0) === 8n)) return true;
    return this.pbmt !== 0n && !(mayHaveType && this.isLeaf && this.pbmt !== 3n);
  }
}

/** 3.7.1: the range of bytes that entry `n` covers, with a granularity of a page; none when it is off. */
function protectedRange({ pmpcfg, pmpaddr }: Registers, n: number): readonly [bigint, bigint] | undefined {
  const mode = ((pmpcfg[n] ?? 0) >> 3) & 3;
  const address = pmpaddr[n] ?? 0n;
  if (mode === 0) return undefined;
  if (mode === 1) {
    const below = n === 0 ? 0n : (pmpaddr[n - 1] ?? 0n);
    return [(below >> 10n) << 12n, (address >> 10n) << 12n];
  }
  // The zero that ends the ones tells the size: yyy…01 is 16 bytes.
  const pattern = address | 0x1ffn;
  let ones = 0n;
  while (bit(pattern, Number(ones))) ones++;
  const size = 8n << ones;
  const base = ((pattern << 2n) / size) * size;
  return [base, base + size];
}

/** 3.7: the first entry that matches decides. */
function isPermitted(
  registers: Registers,
  spa: bigint,
  right: 'r' | 'w' | 'x',
  privilege: Access['privilege'],
): boolean {
  for (let n = 0; n < registers.pmpcfg.length; n++) {
    const range = protectedRange(registers, n);
    if (range === undefined || spa < range[0] || spa >= range[1]) continue;
    const cfg = registers.pmpcfg[n] ?? 0;
    const isLocked = (cfg & 0x80) !== 0;
    return (privilege === 'M' && !isLocked) || (cfg & { r: 1, w: 2, x: 4 }[right]) !== 0;
  }
  return privilege === 'M';
}

/** What distinguishes a stage of translation. */
interface Stage {
  readonly root: bigint;
  readonly levels: number;
  /** Bits of the index into the root table. */
  readonly rootBits: number;
  readonly mayHaveType: boolean;
  /** Where an entry lies physically, for a read or an update of it. */
  readonly locate: (address: bigint, purpose: 'read' | 'write') => bigint;
  readonly permits: (entry: Entry) => boolean;
  /** Hardware updates A and D. */
  readonly updates: boolean;
  readonly isStore: boolean;
  readonly fault: () => TranslationFault;
}

/** One translation of one address. */
export class Translation {
  readonly #registers: Registers;
  readonly #memory: Memory;
  readonly #access: Access;

  constructor(registers: Registers, memory: Memory, access: Access) {
    this.#registers = registers;
    this.#memory = memory;
    this.#access = access;
  }

  /** The physical address, or a {@link TranslationFault}. */
  translate(va: bigint): bigint {
    const { privilege, guest, kind } = this.#access;
    const { satp, vsatp } = this.#registers;
    let address = va;
    if (privilege !== 'M') {
      const atp = guest ? vsatp : satp;
      const levels = LEVELS.get(field(atp, 63, 60));
      if (levels !== undefined) address = this.#firstStage(va, levels, field(atp, 43, 0) << 12n);
      if (guest) address = this.#secondStage(address, kind, 'no');
    }
    // HLVX cannot override PMP: there it is a load.
    const right = { load: 'r', hlvx: 'r', store: 'w', fetch: 'x' } as const;
    if (!isPermitted(this.#registers, address, right[kind], privilege)) throw new TranslationFault('access');
    return address;
  }

  #firstStage(va: bigint, levels: number, root: bigint): bigint {
    const { guest, kind, privilege } = this.#access;
    const { mstatus, vsstatus, menvcfg, henvcfg } = this.#registers;
    const status = guest ? vsstatus : mstatus;
    const readsExecutable = bit(status, MXR) || bit(mstatus, MXR);
    if (BigInt.asUintN(64, BigInt.asIntN(12 + 9 * levels, va)) !== va) throw new TranslationFault('page');
    return this.#walk(va, {
      root,
      levels,
      rootBits: 9,
      mayHaveType: bit(menvcfg, PBMTE) && (!guest || bit(henvcfg, PBMTE)),
      locate: (at, purpose) =>
        guest ? this.#secondStage(at, purpose === 'read' ? 'load' : 'store', purpose) : at,
      permits: (entry) => {
        if (privilege === 'U' && !entry.u) return false;
        if (privilege === 'S' && entry.u && (kind === 'fetch' || !bit(status, SUM))) return false;
        return rightsOf(entry, readsExecutable)[kind];
      },
      updates: bit(menvcfg, ADUE) && (!guest || bit(henvcfg, ADUE)),
      isStore: kind === 'store',
      fault: () => new TranslationFault('page'),
    });
  }

  /** 18.5: Sv39x4 and wider. All accesses are user accesses; MXR is about explicit loads. */
  #secondStage(gpa: bigint, kind: Kind, implicit: TranslationFault['implicit']): bigint {
    const { hgatp, mstatus, menvcfg } = this.#registers;
    const levels = LEVELS.get(field(hgatp, 63, 60));
    if (levels === undefined) return gpa;
    const fault = (): TranslationFault => new TranslationFault('guest-page', gpa, implicit);
    if (gpa >= 1n << BigInt(14 + 9 * levels)) throw fault();
    const readsExecutable = implicit === 'no' && bit(mstatus, MXR);
    return this.#walk(gpa, {
      root: (field(hgatp, 43, 0) & ~3n) << 12n,
      levels,
      rootBits: 11,
      mayHaveType: bit(menvcfg, PBMTE),
      locate: (at) => at,
      permits: (entry) => entry.u && rightsOf(entry, readsExecutable)[kind],
      updates: bit(menvcfg, ADUE),
      isStore: kind === 'store',
      fault,
    });
  }

  /** 12.3.2. Where an entry changed between its reading and its update, all starts again. */
  #walk(address: bigint, stage: Stage): bigint {
    for (;;) {
      const found = this.#descend(address, stage, stage.root, stage.levels - 1);
      if (found !== undefined) return found;
    }
  }

  #descend(address: bigint, stage: Stage, table: bigint, level: number): bigint | undefined {
    const shift = 12 + 9 * level;
    const indexBits = level === stage.levels - 1 ? stage.rootBits : 9;
    const at = table + 8n * field(address, shift + indexBits - 1, shift);
    const entry = new Entry(this.#readEntry(stage.locate(at, 'read')));
    const mayBeNapot = this.#registers.hasUpperBits === true;
    if (entry.isMalformed(level, mayBeNapot, mayBeNapot && stage.mayHaveType)) throw stage.fault();
    if (!entry.isLeaf) {
      // A, D and U of pointers are reserved.
      if (entry.a || entry.d || entry.u || level === 0) throw stage.fault();
      return this.#descend(address, stage, entry.ppn << 12n, level - 1);
    }
    const superpageBits = 9 * level;
    if (level > 0 && field(entry.ppn, superpageBits - 1, 0) !== 0n) throw stage.fault();
    if (!stage.permits(entry)) throw stage.fault();
    if (!entry.a || (stage.isStore && !entry.d)) {
      if (!stage.updates) throw stage.fault();
      if (!this.#updateEntry(stage.locate(at, 'write'), entry, stage.isStore)) return undefined;
    }
    // The lowest bits of the number of an aligned 64 KiB are those of the address.
    if (entry.n) return ((entry.ppn & ~15n) << 12n) | field(address, 15, 0);
    return (entry.ppn << 12n) | field(address, 11 + superpageBits, 0);
  }

  /** Walks are S-mode accesses to PMP. */
  #readEntry(spa: bigint): bigint {
    const raw = isPermitted(this.#registers, spa, 'r', 'S') ? this.#memory.read(spa) : undefined;
    if (raw === undefined) throw new TranslationFault('access');
    return raw;
  }

  #updateEntry(spa: bigint, entry: Entry, isStore: boolean): boolean {
    const present = isPermitted(this.#registers, spa, 'w', 'S') ? this.#memory.read(spa) : undefined;
    if (present === undefined) throw new TranslationFault('access');
    if (present !== entry.raw) return false;
    this.#memory.write(spa, present | 0x40n | (isStore ? 0x80n : 0n));
    return true;
  }
}

function rightsOf({ r, w, x }: Entry, readsExecutable: boolean): Readonly<Record<Kind, boolean>> {
  return { load: r || (readsExecutable && x), store: w, fetch: x, hlvx: x };
}
