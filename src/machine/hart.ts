/**
 * One hart as TypeScript sees it: registers and CSRs by name (halves of 32 bits, no BigInt on the exit path), and the calls
 * of the engine. The state of the selected hart lies in the engine's window, that of the others in their slots.
 */
import { refill } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, exactly, long, longs, u32 } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { ENGINE_CSR_SLOTS } from '#isa/csr-slots';
import {
  type CachedPage,
  cachedPages,
  KIND_GUEST,
  SPACE_WORDS,
  SPACES,
  SPACES_END,
  TLB_OF,
  TLBS,
} from './cached-pages.ts';
import type { EngineExports } from './engine-module.ts';
import { type GuestSpace, guestRegime } from './guest-space.ts';
import { addressOfField, TLB_ARRAY_SIZE, TLB_ENTRIES, TLB_HART_SIZE, WINDOW, WINDOW_SIZE } from './layout.ts';
import { LeftSpaces } from './left-spaces.ts';

/** Why `run` returned. */
export type ExitCode = typeof EXIT_DEADLINE | typeof EXIT_TRAP | typeof EXIT_BREAK;
/** The given virtual time has come. */
export const EXIT_DEADLINE = 0;
/** Attached mode: a trap has entered HS-mode. */
export const EXIT_TRAP = 1;
/** The next instruction has a breakpoint; see breakpoints.ts. */
export const EXIT_BREAK = 2;

/** Nominal privilege levels (privileged spec 1.2). */
export const PRIV_S = 1;

const X = addressOfField('X') / 4;
const F = addressOfField('F') / 4;
const PC = addressOfField('PC') / 4;
const PRIV = addressOfField('PRIV') / 4;
const VIRT = addressOfField('VIRT') / 4;
const WAITING = addressOfField('WAITING') / 4;
const RESERVED = addressOfField('RESERVED') / 4;
const NOW = addressOfField('NOW') / 4;
const INSTRET = addressOfField('INSTRET') / 4;
const FETCH_CONTEXT = addressOfField('FETCH_CONTEXT') / 4;

const slots: Readonly<Record<string, number>> = Object.fromEntries(
  ENGINE_CSR_SLOTS.map((name) => [name, addressOfField(`CSR_${name.toUpperCase()}`) / 4]),
);

/** Index of a CSR's storage in 32-bit words, for callers that keep it; an unknown name is our own mistake. */
export function csrWord(name: string): number {
  const at = slots[name];
  if (at === undefined) throw new Error(`no CSR storage ${name}`);
  return at;
}

/** Levels of the interrupt wires, as the engine ORs them into mip. */
const LINES = csrWord('lines');

/** CSRs that belong to the virtual machine running on a hart: saved with a vCPU's registers. */
const CONTEXT_CSRS: readonly string[] = [
  ...['vsstatus', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp', 'vstimecmp', 'vsie'],
  ...['hvip', 'fcsr', 'scounteren', 'senvcfg', 'htimedelta', 'hstatus', 'sepc'],
].filter((name) => name in slots);
const CONTEXT_WORDS = CONTEXT_CSRS.map(csrWord);

/** 32-bit words of a vCPU's saved context: x, f, pc, modes, CSRs. */
export const CONTEXT_LENGTH: number = 64 + 64 + 2 + 3 + CONTEXT_WORDS.length * 2;
/** Names of the CSRs in a saved context. */
export const SAVED_CSRS: readonly string[] = CONTEXT_CSRS;
/** A context by names, as a state holds it. */
export interface ContextState {
  readonly x: Uint32Array;
  readonly f: Uint32Array;
  readonly pc: Uint32Array;
  readonly privilege: number;
  readonly virtual: number;
  readonly waiting: number;
  readonly csrs: Readonly<Record<string, Uint32Array>>;
}
export const CONTEXT: Declaration<ContextState> = declare('context', {
  x: longs(32, (at) => `x${at}`),
  f: longs(32, (at) => `f${at}`),
  pc: long,
  privilege: u32,
  virtual: u32,
  waiting: u32,
  csrs: declare('csrs', Object.fromEntries(CONTEXT_CSRS.map((name) => [name, long]))),
});

/** A saved context by names. */
export function contextState(context: Uint32Array): ContextState {
  const [privilege = 0, virtual = 0, waiting = 0] = context.subarray(130, 133);
  const pair = (at: number): Uint32Array => context.subarray(at, at + 2);
  return {
    ...{ x: context.subarray(0, 64), f: context.subarray(64, 128), pc: pair(128) },
    ...{ privilege, virtual, waiting },
    csrs: Object.fromEntries(CONTEXT_CSRS.map((name) => [name, pair(contextCsr(name))])),
  };
}
/** Puts a context together again. */
export function contextFrom(state: ContextState, context: Uint32Array): void {
  context.set(state.x, 0);
  context.set(state.f, 64);
  context.set(state.pc, 128);
  context.set([state.privilege, state.virtual, state.waiting], 130);
  for (const name of CONTEXT_CSRS) context.set(state.csrs[name] ?? [0, 0], contextCsr(name));
}
/** Where a CSR lies in a saved context, in words; an unknown name is our own mistake. */
export function contextCsr(name: string): number {
  const at = CONTEXT_CSRS.indexOf(name);
  if (at < 0) throw new Error(`no CSR ${name} in a context`);
  return 133 + at * 2;
}

export interface HartState {
  /** All that the engine keeps of it: registers, CSRs, modes, time. */
  readonly window: Uint8Array;
  /** Its TLBs for loads, stores and fetches. */
  readonly tlbs: Uint8Array;
}
export const HART: Declaration<HartState> = declare('hart', {
  window: bytes(exactly(WINDOW_SIZE)),
  tlbs: bytes(exactly(TLB_ARRAY_SIZE * 3)),
});

/** Which hart is in the window: the first, to begin with. */
export interface Selection {
  hart: Hart | undefined;
}

/** One hart of a machine. */
export class Hart {
  readonly index: number;
  readonly leftSpaces: LeftSpaces;
  readonly #engine: EngineExports;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #selection: Selection;
  /** Distance in words from the window to this hart's slot, and to where its state lies now. */
  readonly #slot: number;
  #distance: number;

  constructor(index: number, engine: EngineExports, buffer: ArrayBufferLike, selection: Selection) {
    this.index = index;
    this.#engine = engine;
    this.#words = new Uint32Array(buffer);
    this.leftSpaces = new LeftSpaces(index, this.#words);
    this.#bytes = new Uint8Array(buffer);
    this.#selection = selection;
    this.#slot = (addressOfField('HART_SLOTS') + index * WINDOW_SIZE - WINDOW) / 4;
    this.#distance = index === 0 ? 0 : this.#slot;
    if (index === 0) selection.hart = this;
  }

  /** Makes this hart the one in the window: needed by calls of the engine, not by looking at state. */
  #select(): void {
    if (this.#distance === 0) return;
    const before = this.#selection.hart;
    this.#engine.selectHart(this.index);
    if (before !== undefined) before.#distance = before.#slot;
    this.#distance = 0;
    this.#selection.hart = this;
  }
  #word(at: number): number {
    return this.#words[at + this.#distance] as number;
  }
  #setWord(at: number, value: number): void {
    this.#words[at + this.#distance] = value;
  }

  xLo(i: number): number {
    return this.#word(X + i * 2);
  }
  xHi(i: number): number {
    return this.#word(X + i * 2 + 1);
  }
  /** Sets an x register; x0 keeps its zero. */
  setX(i: number, lo: number, hi: number): void {
    if (i === 0) return;
    this.#setWord(X + i * 2, lo);
    this.#setWord(X + i * 2 + 1, hi);
  }
  fLo(i: number): number {
    return this.#word(F + i * 2);
  }
  fHi(i: number): number {
    return this.#word(F + i * 2 + 1);
  }
  setF(i: number, lo: number, hi: number): void {
    this.#setWord(F + i * 2, lo);
    this.#setWord(F + i * 2 + 1, hi);
  }
  get pcLo(): number {
    return this.#word(PC);
  }
  get pcHi(): number {
    return this.#word(PC + 1);
  }
  get pc(): bigint {
    return (BigInt(this.pcHi) << 32n) | BigInt(this.pcLo);
  }
  setPc(lo: number, hi: number): void {
    this.#setWord(PC, lo);
    this.#setWord(PC + 1, hi);
  }

  /** Raw storage of a CSR by slot name, or by its index of {@link csrWord}, without side effects; see {@link contextChanged}. */
  csrLo(csr: string | number): number {
    return this.#word(typeof csr === 'number' ? csr : csrWord(csr));
  }
  csrHi(csr: string | number): number {
    return this.#word((typeof csr === 'number' ? csr : csrWord(csr)) + 1);
  }
  setCsr(csr: string | number, lo: number, hi: number): void {
    const at = typeof csr === 'number' ? csr : csrWord(csr);
    this.#setWord(at, lo);
    this.#setWord(at + 1, hi);
  }

  get privilege(): number {
    return this.#word(PRIV);
  }
  set privilege(value: number) {
    this.#setWord(PRIV, value);
  }
  /** V: 1 in VS-mode and VU-mode. */
  get virtual(): number {
    return this.#word(VIRT);
  }
  set virtual(value: number) {
    this.#setWord(VIRT, value);
  }
  get waiting(): boolean {
    return this.#word(WAITING) !== 0;
  }
  set waiting(value: boolean) {
    this.#setWord(WAITING, value ? 1 : 0);
  }
  /** Gives up a load reservation (on a switch of context). */
  dropReservation(): void {
    this.#setWord(RESERVED, 0);
  }

  /** Virtual time of this hart. */
  get now(): VirtualNs {
    return this.#word(NOW) + this.#word(NOW + 1) * 0x1_0000_0000;
  }
  set now(ns: VirtualNs) {
    this.#setWord(NOW, ns >>> 0);
    this.#setWord(NOW + 1, Math.floor(ns / 0x1_0000_0000));
  }
  /** Charges a modelled cost, or lets time pass; the result is the time then. */
  advance(ns: number): VirtualNs {
    const after = this.now + ns;
    this.now = after;
    return after;
  }
  /** Instructions retired so far. */
  get instructions(): number {
    return this.#word(INSTRET) + this.#word(INSTRET + 1) * 0x1_0000_0000;
  }

  /** Runs until virtual time `untilNs` or an exit. */
  run(untilNs: VirtualNs): ExitCode {
    this.#select();
    return this.#engine.runUntil(untilNs) as ExitCode;
  }
  /** Drives an interrupt wire (a bit as in `mip`) from a device, also while a hart runs. */
  setPending(bit: number, pending: boolean): void {
    const lines = this.#word(LINES);
    this.#setWord(LINES, pending ? lines | bit : lines & ~bit);
    if (this.#distance === 0) this.#engine.requestLook();
  }
  /** A CSR of the architecture by its address as M-mode reads it, while the hart stands. */
  readCsr(address: number): bigint {
    this.#select();
    return BigInt.asUintN(64, this.#engine.readCsr(address));
  }
  /** Writes a CSR as M-mode would, with all that comes of it. */
  writeCsr(address: number, value: bigint): void {
    this.#select();
    this.#engine.writeCsr(address, value);
    this.#engine.contextChanged();
  }
  /** Executes `sret` as HS-mode would: the way back into a guest. */
  sret(): void {
    this.#select();
    this.#engine.sret();
  }
  /** To be called after translation or mode state was changed through `setCsr`, `privilege` or `virtual`. */
  contextChanged(): void {
    this.#select();
    this.#engine.contextChanged();
  }
  /** `hfence.gvma` for one VM, which ends what was composed with it too: all that is cached of the VM. */
  flushVmid(vmid: number): void {
    this.#select();
    this.#engine.flushVmid(vmid);
  }
  /**
   * True when the hart's TLB for this kind of access holds a page of an address space of the guest that is on it. Changes nothing.
   */
  caches(access: keyof typeof TLB_OF, space: GuestSpace, vaLo: number, vaHi: number): boolean {
    const number = this.#numberOf(space);
    if (number === 0) return false;
    const regime = guestRegime(space, access === 'execute', this.csrLo('mstatus'));
    const entry = ((vaLo >>> 12) % TLB_ENTRIES) * 16;
    const at = (TLBS + this.index * TLB_HART_SIZE + TLB_OF[access] * TLB_ARRAY_SIZE + entry) / 4;
    // Tag: the page of the address, and in its low bits regime and space (engine/tlb.ts).
    const tagLo = ((vaLo & ~0xfff) | (regime << 8) | number) >>> 0;
    return this.#words[at] === tagLo && this.#words[at + 1] === vaHi >>> 0;
  }
  /** Names the pages of the VM with a number that its TLBs hold. Changes nothing. */
  cachedPages(vmid: number, each: (page: CachedPage) => void): void {
    cachedPages(this.index, this.#words, (at) => this.#word(at), vmid, each);
  }
  /** The number of an address space in tags; 0: nothing is cached of it. */
  #numberOf({ vsatpLo, vsatpHi }: GuestSpace): number {
    const hgatp = csrWord('hgatp');
    for (let at = SPACES; at < SPACES_END; at += SPACE_WORDS) {
      if (this.#word(at) !== KIND_GUEST) continue;
      const isOne = this.#word(at + 2) === vsatpLo >>> 0 && this.#word(at + 3) === vsatpHi >>> 0;
      const isHere = this.#word(at + 4) === this.#word(hgatp) && this.#word(at + 5) === this.#word(hgatp + 1);
      if (isOne && isHere) return this.#word(at + 1);
    }
    return 0;
  }
  /** Physical address of the next instruction, as the hart's TLB has it; -1 when it has not. */
  get pcPhysical(): number {
    this.#select();
    const { pcLo } = this;
    const arrays = (TLBS + this.index * TLB_HART_SIZE + TLB_OF.execute * TLB_ARRAY_SIZE) / 4;
    const at = arrays + ((pcLo >>> 12) % TLB_ENTRIES) * 4;
    const tagLo = ((pcLo & ~0xfff) | this.#word(FETCH_CONTEXT)) >>> 0;
    if (this.#words[at] !== tagLo || this.#words[at + 1] !== this.pcHi) return -1;
    const frameLo = ((this.#words[at + 2] as number) & ~0xfff) >>> 0;
    return (this.#words[at + 3] as number) * 0x1_0000_0000 + frameLo + (pcLo & 0xfff);
  }
  /** State after power-on. */
  reset(): void {
    this.#select();
    this.#engine.resetHart();
  }

  /** Copies the registers and CSRs of the virtual machine that runs here; `target` has {@link CONTEXT_LENGTH} words. */
  saveContext(target: Uint32Array): void {
    this.#select();
    const words = this.#words;
    target.set(words.subarray(X, X + 64), 0);
    target.set(words.subarray(F, F + 64), 64);
    target[128] = words[PC] as number;
    target[129] = words[PC + 1] as number;
    target[130] = words[PRIV] as number;
    target[131] = words[VIRT] as number;
    target[132] = words[WAITING] as number;
    let at = 133;
    for (const word of CONTEXT_WORDS) {
      target[at++] = words[word] as number;
      target[at++] = words[word + 1] as number;
    }
  }
  /** Puts a saved context back. */
  loadContext(source: Uint32Array): void {
    this.#select();
    const words = this.#words;
    words.set(source.subarray(0, 64), X);
    words.set(source.subarray(64, 128), F);
    words[PC] = source[128] as number;
    words[PC + 1] = source[129] as number;
    words[PRIV] = source[130] as number;
    words[VIRT] = source[131] as number;
    words[WAITING] = source[132] as number;
    words[RESERVED] = 0;
    let at = 133;
    for (const word of CONTEXT_WORDS) {
      words[word] = source[at++] as number;
      words[word + 1] = source[at++] as number;
    }
    this.#engine.contextChanged();
  }

  capture(): HartState {
    this.#select();
    return { window: this.#bytes.slice(WINDOW, WINDOW + WINDOW_SIZE), tlbs: this.#tlbs };
  }
  restore({ window, tlbs }: HartState): void {
    this.#select();
    refill(this.#bytes.subarray(WINDOW, WINDOW + WINDOW_SIZE), window, 'a hart');
    refill(this.#tlbs, tlbs, 'TLBs');
    this.leftSpaces.forget();
    this.#engine.afterRestore();
  }
  get #tlbs(): Uint8Array {
    const at = TLBS + this.index * TLB_HART_SIZE;
    return this.#bytes.subarray(at, at + TLB_ARRAY_SIZE * 3);
  }
}
