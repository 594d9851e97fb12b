/**
 * Short streams for the privileged architecture: each begins in a random state (mode, status, delegation, enables, spaces) and does CSR
 * accesses, accesses through random tables of both stages, fences and returns. Traps may go to any level: handlers of HS and VS call M-mode.
 */
import { CSRS, csrAt } from '#isa/csrs';
import { CODE, CODE_VIEWS, codeView, PagePool } from '../page-pool.ts';
import { csr, immediate, named, rd, rs1, rs2 } from '../pieces.ts';
import { Random } from '../random.ts';

/** Instructions of a stream; the last is always an environment call. */
export const LENGTH = 14;
/** Where returns go, or up to two instructions further. */
const RETURNS_TO = 10;
export const SLOT_BYTES: number = 4 * (LENGTH + 2);
/** Pools of tables in an image; a stream uses one. */
export const POOLS = 64;

const STARTS = [
  'fcsr',
  'mcause',
  'mtval',
  'mtval2',
  'mtinst',
  'medeleg',
  'mideleg',
  'mcounteren',
  'hstatus',
  'hedeleg',
  'hideleg',
  'hcounteren',
  'mip',
  'hvip',
  'menvcfg',
  'henvcfg',
  'htimedelta',
  'scounteren',
  'sepc',
  'scause',
  'stval',
  'sscratch',
  'vsstatus',
  'vsepc',
  'vscause',
  'vstval',
  'vsscratch',
  'htval',
  'htinst',
  'senvcfg',
  'hgatp',
  'vsatp',
  'satp',
  'stvec',
  'vstvec',
  'mie',
  'mstatus',
  'mepc',
] as const;
export type StartCsr = (typeof STARTS)[number];
/** CSRs that a stream starts with, in the order in which they are written. */
export const START_CSRS: readonly StartCsr[] = STARTS;

export type ModeName = 'M' | 'S' | 'U' | 'VS' | 'VU';

export interface PrivilegedStream {
  readonly number: number;
  readonly mode: ModeName;
  readonly csrs: Readonly<Record<StartCsr, bigint>>;
  readonly x: readonly bigint[];
  readonly code: readonly number[];
}

/** Registers by what they hold: values of satp, vsatp, hgatp; addresses; what streams may write; bits that are no address. */
const SPACE_REGISTERS = { satp: 1, vsatp: 2, hgatp: 3 } as const;
const ADDRESSES: readonly number[] = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const RESULTS: readonly number[] = [0, 16, 17, 18, 19, 20, 21, 22, 23];
const NO_ADDRESSES: readonly number[] = [24, 25, 26, 27];
/** Where mret goes. */
const RETURN_REGISTER = 4;
/**
 * Bits of mstatus, and of sstatus and vsstatus: QEMU 7.2 keeps whatever is written to the others of vsstatus. Without bit 13: in mip and mie it
 * is an interrupt that our hart does not have.
 */
const STATUS_REGISTERS = { mstatus: 28, sstatus: 29 } as const;
const MSTATUS_BITS = 0x7e_79aan;
const SSTATUS_BITS = 0xc_4122n;
const MPP_BITS = 0x1800n;
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const RETURNS: readonly number[] = [named('mret').match, named('sret').match];
const VALUES: readonly number[] = [...RESULTS, ...NO_ADDRESSES];

const SV39 = 8n << 60n;
/** From a page of RAM to its guest physical alias, in pages. */
const GUEST_ALIAS: bigint = (CODE_VIEWS.guest - CODE) >> 12n;
const UXL = 2n << 32n;
const MODES: readonly ModeName[] = ['M', 'S', 'U', 'VS', 'VU'];
const FETCH_FAULTS = (1n << 0n) | (1n << 1n) | (1n << 12n) | (1n << 20n);
const ENVIRONMENT_CALLS = 0xf00n;

/**
 * CSRs that streams do not touch at random: what decides where code and handlers are, what holds the harness together, what counts time,
 * and what belongs to the platform.
 */
const UNTOUCHED: readonly string[] = [
  ...['mtvec', 'stvec', 'vstvec', 'mscratch', 'medeleg', 'hedeleg'],
  ...['satp', 'vsatp', 'hgatp', 'mepc', 'sepc', 'vsepc'],
  ...[
    'cycle',
    'time',
    'instret',
    'mcycle',
    'minstret',
    'mcountinhibit',
    'stimecmp',
    'vstimecmp',
    'htimedelta',
  ],
  // QEMU 7.2 ignores writes of htinst.
  'htinst',
  // QEMU's hart has no guest external interrupts without an interrupt controller for them.
  'hgeie',
  // Where software may write STIP and VSTIP depends on them.
  ...['menvcfg', 'henvcfg'],
  ...['mvendorid', 'marchid', 'mimpid', 'mhartid', 'mconfigptr', 'misa'],
  ...['tselect', 'tdata1', 'tdata2', 'tdata3'],
];
const ANY_CSR: readonly number[] = CSRS.filter(
  ({ name }) => !UNTOUCHED.includes(name) && !/hpm|pmp/.test(name),
).map(({ address }) => address);
/** Only written, never read: QEMU 7.2 shows other values in them; see deviations.ts. */
const WRITTEN_ONLY: readonly number[] = [
  ...['hip', 'hstatus', 'mie', 'mideleg', 'senvcfg', 'mcounteren', 'hcounteren', 'scounteren'],
].map(csr);
/** Of these only SSIP and STIP are written: QEMU 7.2 takes the bits beside those of vsip and vsie for them, too, and lets VSEIP of mip be written. */
const MIP: number = csr('mip');
const PENDING: readonly number[] = ['sip', 'vsip', 'sie', 'vsie'].map(csr);
/** Likewise; and QEMU lets software set UXL, which is fixed on our hart (privileged 3.1.6.2: either may be). */
const STATUS: readonly number[] = ['mstatus', 'sstatus', 'vsstatus'].map(csr);
const TRIGGERS = 0x7a;
const MSTATUS: number = csr('mstatus');
const HVIP: number = csr('hvip');
const EXCEPTION_PCS: readonly number[] = ['mepc', 'sepc', 'vsepc'].map(csr);

const LOADS = ['lb', 'lh', 'lw', 'ld', 'lbu', 'lhu', 'lwu'];
const STORES = ['sb', 'sh', 'sw', 'sd'];
/** Without hlvx, for which QEMU 7.2 wants read permission. */
const HLV = ['hlv.b', 'hlv.bu', 'hlv.h', 'hlv.hu', 'hlv.w', 'hlv.wu', 'hlv.d'];
const HSV = ['hsv.b', 'hsv.h', 'hsv.w', 'hsv.d'];
const FENCES = ['sfence.vma', 'hfence.vvma', 'hfence.gvma', 'sinval.vma', 'hinval.vvma', 'hinval.gvma'];
const AMOS = ['amoadd', 'amoswap', 'amoxor', 'amoand', 'amoor', 'amomin', 'amomax', 'amominu', 'amomaxu'];
const WIDTHS = ['.w', '.d'];

const encode = (name: string, operands: number = 0): number => (named(name).match | operands) >>> 0;

/** What decides which instructions a stream has. */
interface Options {
  /** menvcfg.STCE. */
  readonly hasTimer: boolean;
  /** Loads and stores of the hypervisor. */
  readonly toGuest: boolean;
}

/** Where menvcfg.STCE is set QEMU 7.2 does not write VSTIP of hvip; privileged 18.2.3 has it writable always. */
function anyCsr(random: Random, hasTimer: boolean): number {
  for (;;) {
    const number = random.pick(ANY_CSR);
    if (!hasTimer || number !== HVIP) return number;
  }
}

function csrInstruction(random: Random, hasTimer: boolean): number {
  const form = random.pick([1, 2, 3, 5, 6, 7]);
  const raw = (number: number, source: number, to: number): number =>
    ((number << 20) | rs1(source) | (form << 12) | rd(to) | 0x73) >>> 0;
  const to = random.pick(RESULTS);
  if (random.oneIn(12))
    return encode('csrrw', (random.pick(EXCEPTION_PCS) << 20) | rs1(random.pick(NO_ADDRESSES)));
  const number = anyCsr(random, hasTimer);
  const source = form >= 5 ? random.below(32) : random.pick(random.oneIn(3) ? [0] : VALUES);
  if (STATUS.includes(number)) {
    const write = random.pick(['csrrs', 'csrrc']);
    return encode(
      write,
      (number << 20) | rs1(number === MSTATUS ? STATUS_REGISTERS.mstatus : STATUS_REGISTERS.sstatus),
    );
  }
  // A write of all of mip clears VSTIP of hvip under QEMU 7.2.
  if (number === MIP)
    return encode(random.pick(['csrrs', 'csrrc']), (MIP << 20) | rs1(STATUS_REGISTERS.sstatus));
  if (PENDING.includes(number))
    return raw(number, form >= 5 ? 2 * random.below(2) : STATUS_REGISTERS.sstatus, 0);
  return raw(number, source, WRITTEN_ONLY.includes(number) ? 0 : to);
}

function memoryInstruction(random: Random, toGuest: boolean): number {
  const base = rs1(random.pick(ADDRESSES));
  const to = rd(random.pick(RESULTS));
  const value = rs2(random.pick(VALUES));
  switch (random.below(toGuest ? 10 : 7)) {
    case 0:
    case 1:
    case 2:
      return encode(random.pick(LOADS), to | base | immediate('i', random.below(16) - 8));
    case 3:
    case 4:
      return encode(random.pick(STORES), value | base);
    case 5:
      return encode(random.pick(AMOS) + random.pick(WIDTHS), to | base | value);
    case 6:
      return encode(`lr${random.pick(WIDTHS)}`, to | base);
    case 7:
    case 8:
      return encode(random.pick(HLV), to | base);
    default:
      return encode(random.pick(HSV), base | value);
  }
}

/** A number of no CSR; those of triggers are left out, of which QEMU has others. */
function noCsr(random: Random): number {
  for (;;) {
    const number = random.below(0x1000);
    if (csrAt(number) === undefined && number >> 4 !== TRIGGERS) return number;
  }
}

function otherInstruction(random: Random): number {
  const register = (): number => (random.oneIn(2) ? 0 : random.pick(VALUES));
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return encode(random.pick(FENCES), rs1(register()) | rs2(register()));
    case 4:
      return encode(random.pick(['sfence.w.inval', 'sfence.inval.ir']));
    case 5:
    case 6:
      return encode(random.pick(['ecall', 'ebreak']));
    case 7:
      return 0xffff_ffff;
    case 8:
      return encode('csrrs', (noCsr(random) << 20) | rd(random.pick(RESULTS)));
    case 9:
      return encode('fadd.d', rd(random.below(32)) | rs1(random.below(32)) | rs2(random.below(32)));
    default:
      return encode(
        'addi',
        rd(random.pick(RESULTS)) | rs1(random.pick(ADDRESSES)) | immediate('i', random.below(64)),
      );
  }
}

function instruction(random: Random, { hasTimer, toGuest }: Options): number {
  const kind = random.below(10);
  if (kind < 4) return csrInstruction(random, hasTimer);
  return kind < 8 ? memoryInstruction(random, toGuest) : otherInstruction(random);
}

/**
 * The pool of a stream. QEMU 7.2 does not ask the G-stage whether a walk may set A and D in a VS-stage table, so that either it need not, or
 * it may.
 */
export function poolOf(index: number): PagePool {
  return new PagePool(index % POOLS, index % 2 === 0 ? 'used' : 'writable');
}

/** Another space, and the fence that QEMU 7.2 needs even where the ASID is another one. */
function spaceChange(random: Random): number[] {
  const name = random.pick(['satp', 'vsatp', 'hgatp'] as const);
  const change = encode('csrrw', (csr(name) << 20) | rs1(SPACE_REGISTERS[name]) | rd(random.pick(RESULTS)));
  return [change, encode({ satp: 'sfence.vma', vsatp: 'hfence.vvma', hgatp: 'hfence.gvma' }[name])];
}

function codeOf(random: Random, options: Options): number[] {
  const code: number[] = [];
  while (code.length < LENGTH - 1) {
    if (code.length < RETURNS_TO - 2 && random.oneIn(20)) {
      if (random.oneIn(2)) code.push(encode('sret'));
      else code.push(encode('csrrw', (csr('mepc') << 20) | rs1(RETURN_REGISTER)), encode('mret'));
    } else if (code.length < LENGTH - 2 && random.oneIn(25)) code.push(...spaceChange(random));
    else code.push(instruction(random, options));
  }
  return [...code, encode('ecall')];
}

const wide = (random: Random): bigint => (BigInt(random.bits()) << 32n) | BigInt(random.bits());

/** Where a stream's code and the handlers lie behind the beginning of the code. */
export const HANDLER_AT = 0n;
export const SLOTS_AT = 4096n;

/** Stream `number` of a seed, in place `index` of its image. */
export function privilegedStream(seed: number, number: number, index: number): PrivilegedStream {
  const random = new Random(Math.imul(seed, 0x0100_0193) ^ Math.imul(number + 1, 0x85eb_ca6b) ^ 0x5bd1_e995);
  const pool = poolOf(index);
  const bits = (oneIn: number, ...indices: number[]): bigint =>
    indices.reduce((all, bit) => all | (random.oneIn(oneIn) ? 1n << BigInt(bit) : 0n), 0n);
  const translating = (asids: number): bigint =>
    SV39 | (BigInt(random.below(asids)) << 44n) | (pool.root(random) >> 12n);
  const space = (asids: number): bigint => (random.oneIn(4) ? 0n : translating(asids));
  // A guest's root mostly lies where its G-stage is sure to map it, or hardly a guest would run.
  const guestSpace = (hgatp: bigint, bare: boolean): bigint => {
    if (bare) return 0n;
    return translating(3) + (hgatp !== 0n && !random.oneIn(4) ? GUEST_ALIAS : 0n);
  };
  const mode = random.pick(MODES);
  const isGuest = mode.startsWith('V');
  const privilege = mode === 'M' ? 'M' : mode.endsWith('S') ? 'S' : 'U';
  const hgatp = space(2);
  const spaces = { satp: space(3), vsatp: guestSpace(hgatp, random.oneIn(4)), hgatp };
  const base = codeView(privilege, isGuest, spaces);
  const start = base + SLOTS_AT + BigInt(index * SLOT_BYTES);
  // Returns go forward, and none comes after where they go: nothing can go round in circles.
  const onward = (from: bigint): bigint =>
    from + SLOTS_AT + BigInt(index * SLOT_BYTES + 4 * (RETURNS_TO + random.below(3)));
  const status = BigInt(random.below(4)) << 13n;
  const previous = mode === 'M' ? 3n << 11n : privilege === 'S' ? 1n << 11n : 0n;
  const interrupts = random.oneIn(6) ? random.pick(['mip', 'hvip'] as const) : undefined;
  const exceptions = random.pick([0n, 0xf0b5ffn, wide(random)]) & 0xf0b5ffn;
  const timers = bits(2, 63);
  // Loads and stores of the hypervisor: QEMU 7.2 does as if SUM were set, so that it is where these run. In a guest it takes vsstatus.MXR
  // for both stages and forgets that of mstatus, so that MXR is set only where there is none.
  const toGuest = isGuest || random.oneIn(2);
  const code = codeOf(random, { hasTimer: timers !== 0n, toGuest });
  const hasMxr = !isGuest && !code.some((raw) => RETURNS.includes(raw));
  const kept = (toGuest && !isGuest ? SUM : 0n) | MXR;
  const views = (toGuest && !isGuest ? SUM : bits(2, 18)) | (hasMxr ? bits(4, 19) : 0n);
  const csrs: Record<StartCsr, bigint> = {
    fcsr: 0n,
    ...{ mcause: 0n, mtval: wide(random), mtval2: wide(random), mtinst: 0n },
    // Handlers of HS and VS call M-mode, and a fetch that faults is M-mode's own: nothing can go round in circles.
    medeleg: exceptions & ~(FETCH_FAULTS | ENVIRONMENT_CALLS),
    mideleg: wide(random) & 0x222n,
    ...{ mcounteren: wide(random) & 7n, scounteren: wide(random) & 7n, hcounteren: wide(random) & 7n },
    ...{ menvcfg: timers | (1n << 61n), henvcfg: 1n << 61n, senvcfg: 0n, htimedelta: 0n },
    hstatus: bits(2, 8, 9) | bits(4, 7, 20, 21, 22),
    hedeleg: random.pick([0xb1ffn, wide(random) & 0xb1ffn]) & ~(FETCH_FAULTS | ENVIRONMENT_CALLS),
    hideleg: wide(random) & 0x444n,
    mip: interrupts === 'mip' ? random.pick([2n, 0x20n, 0x200n, 0x222n]) & ~(timers >> 58n) : 0n,
    hvip: interrupts === 'hvip' ? random.pick([4n, 0x40n, 0x400n, 0x444n]) : 0n,
    mie: interrupts === undefined ? 0n : wide(random) & 0x1666n,
    ...{ sepc: onward(base), vsepc: onward(base), mepc: start },
    ...{ scause: wide(random) & 15n, vscause: 0n, stval: wide(random), vstval: wide(random) },
    ...{ sscratch: wide(random), vsscratch: wide(random), htval: wide(random), htinst: 0n },
    vsstatus: UXL | (BigInt(random.below(4)) << 13n) | bits(2, 1, 5, 8) | (isGuest ? bits(2, 18) : views),
    ...spaces,
    stvec: codeView('S', false, spaces) + HANDLER_AT,
    vstvec: codeView('S', true, spaces) + HANDLER_AT,
    mstatus:
      UXL |
      status |
      previous |
      bits(2, 1, 5, 8) |
      bits(4, 7, 20, 21, 22) |
      views |
      (isGuest ? 1n << 39n : mode === 'M' ? bits(2, 17) : 0n),
  };
  const x = Array.from({ length: 31 }, (_, register) => {
    // What is bare stays so: the handlers must be where their vectors say.
    if (register === SPACE_REGISTERS.satp) return spaces.satp === 0n ? 0n : translating(2);
    if (register === SPACE_REGISTERS.hgatp) return hgatp === 0n ? 0n : translating(2);
    if (register === SPACE_REGISTERS.vsatp) return guestSpace(hgatp, spaces.vsatp === 0n);
    if (ADDRESSES.includes(register)) {
      const offset = 0xc00 + 8 * random.below(0x7f);
      return pool.address(random) + BigInt(random.oneIn(4) ? offset + random.below(0x18) : offset);
    }
    if (NO_ADDRESSES.includes(register)) return (wide(random) & ~1n) | (1n << 62n);
    if (register === STATUS_REGISTERS.mstatus)
      return (wide(random) & MSTATUS_BITS & ~(MPP_BITS | kept)) | random.pick([0n, MPP_BITS]);
    if (register === STATUS_REGISTERS.sstatus) return wide(random) & SSTATUS_BITS & ~kept;
    return random.oneIn(2) ? wide(random) : BigInt(random.bits() >>> random.below(32));
  });
  x[0] = 0n;
  x[RETURN_REGISTER] = onward(codeView(random.pick(['S', 'U']), random.oneIn(2), spaces));
  return { number, mode, csrs, x, code };
}
