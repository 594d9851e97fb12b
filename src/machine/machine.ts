/**
 * The hardware of one server, and the main door of the layer: memory, harts, clock. It knows nothing of hypervisors and
 * VMs; who owns the harts (TypeScript in HS-mode, or software down to M-mode) is a setting.
 */
import { RAM_BASE } from '#base/addresses';
import { isWithin, LIMITS } from '#base/catalogue/limits';
import { invariant } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { list, upTo } from '#base/state/types';
import { DEFAULT_NS_PER_INSTRUCTION, type VirtualNs } from '#base/virtual-time';
import { extensionBits, type OptionalExtension, USUAL_EXTENSIONS } from '#isa/extensions';
import { Breakpoints } from './breakpoints.ts';
import { type CodeState, codeStateAt } from './code-state.ts';
import type { MmioBus } from './devices/mmio-bus.ts';
import type { EngineExports, EngineImports, EngineModule, TranslatorImports } from './engine-module.ts';
import { EventQueue } from './event-queue.ts';
import { HART, Hart, type HartState, type Selection } from './hart.ts';
import { addressOfField, MAX_HARTS, RAM_OFFSET, SCRATCH_SIZE } from './layout.ts';
import { PhysicalMemory } from './memory.ts';
import type { CodeTranslator, TranslationPolicy } from './translation-policy.ts';
import { wideWord } from './wide-word.ts';

const WASM_PAGE = 65536;
const TRANSLATED = addressOfField('STAT_TRANSLATED') / 4;
const TRAPS = addressOfField('STAT_TRAPS') / 4;
const TLB_MISSES: number = addressOfField('STAT_TLB_MISSES') / 4;
const WALK_REFERENCES: number = addressOfField('STAT_WALK_REFERENCES') / 4;
/** How many counts {@link Machine.readTlbCounters} gives. */
export const TLB_COUNTERS = 5;

export interface MachineConfig {
  readonly ramBytes: number;
  readonly harts: number;
  /** Memory in a `SharedArrayBuffer`. */
  readonly shared: boolean;
  /** TypeScript plays HS-mode (`attached`), or software owns the hart down to M-mode. */
  readonly attached: boolean;
  readonly nsPerInstruction?: number;
  /** How hot code is found that becomes WebAssembly of its own; nothing unless given. Never a matter of what a guest sees. */
  readonly translate?: TranslationPolicy;
  /** Which of the optional extensions the harts have; the usual ones unless stated. */
  readonly extensions?: readonly OptionalExtension[];
}

/** Counts of a walk's two stages: VS-stage (or the only one), and G-stage. */
export type ByStage = readonly [first: number, second: number];

/** Counts that the engine keeps; see the layout for what each is. */
export interface EngineCounters {
  readonly traps: number;
  readonly interrupts: number;
  readonly tlbMisses: number;
  /** Fills of the TLBs of loads, stores and fetches. */
  readonly fills: readonly [load: number, store: number, execute: number];
  readonly walks: ByStage;
  /** Walks that knew the last-level table and read one entry. */
  readonly shortWalks: ByStage;
  /** Page-table entries that walks have read. */
  readonly references: ByStage;
  /** Instructions executed by translated code, and calls of it. */
  readonly translated: number;
  readonly entered: number;
  /** Milliseconds in the translator, where the policy has a clock. */
  readonly translatorMs: number;
  readonly mmio: number;
}

/** The harts. RAM is the owner's to save, who knows which frames matter; events are those of who waits for them. */
export interface MachineState {
  readonly harts: readonly HartState[];
}
export const MACHINE: Declaration<MachineState> = declare('machine', {
  harts: list(HART, upTo(MAX_HARTS)),
});

/** One server. */
export class Machine {
  readonly ram: PhysicalMemory;
  readonly harts: readonly Hart[];
  readonly events: EventQueue = new EventQueue();
  readonly nsPerInstruction: number;
  /** Optional extensions that the harts have. */
  readonly extensions: readonly OptionalExtension[];
  /** Whether memory is shared. */
  readonly shared: boolean;
  readonly breakpoints: Breakpoints;
  readonly #memory: WebAssembly.Memory;
  readonly #engine: EngineExports;
  readonly #words: Uint32Array;
  #bus: MmioBus | undefined;
  #fault = 0;
  #translator: CodeTranslator | undefined;
  #translatorMs = 0;

  /** Builds a machine with its harts reset and its RAM zero. */
  static create(module: EngineModule, config: MachineConfig): Machine {
    return new Machine(module, config);
  }

  private constructor(module: EngineModule, config: MachineConfig) {
    invariant(config.harts >= 1 && config.harts <= MAX_HARTS, `1 to ${MAX_HARTS} harts`);
    invariant(
      config.ramBytes % WASM_PAGE === 0 && isWithin(config.ramBytes, LIMITS.machineRamBytes),
      'RAM is whole WebAssembly pages',
    );
    const pages = (RAM_OFFSET + config.ramBytes) / WASM_PAGE;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: config.shared });
    const imports: EngineImports = {
      mmioRead: (lo, hi, size) => this.#mmioRead(lo, hi, size),
      mmioReadHigh: () => this.#bus?.high ?? 0,
      mmioFault: () => this.#fault,
      mmioWrite: (spaLo, spaHi, size, lo, hi) => this.#mmioWrite(spaLo, spaHi, size, lo, hi),
    };
    const { translate } = config;
    const clock = translate?.clock ?? (() => 0);
    const translation: TranslatorImports = {
      samplesFull: () => {
        const before = clock();
        if (translate !== undefined) this.#translator ??= this.#startTranslator(translate);
        this.#translator?.samplesFull();
        this.#translatorMs += clock() - before;
      },
      codeChanged: (page, first, last) => this.#translator?.codeChanged(page, first, last),
      codeDropped: (from, to) => this.#translator?.codeDropped(from, to),
    };
    const instance = new WebAssembly.Instance(module.module(config.shared), {
      env: { memory: this.#memory, abort: () => invariant(false, 'the engine aborted') },
      mmio: { ...imports },
      translator: { ...translation },
    });
    this.#engine = instance.exports as unknown as EngineExports;
    const buffer = this.#memory.buffer;
    this.#words = new Uint32Array(buffer);
    this.#set('SAMPLE_EVERY', translate?.sampleEvery ?? 0);
    this.shared = config.shared;
    this.nsPerInstruction = config.nsPerInstruction ?? DEFAULT_NS_PER_INSTRUCTION;
    this.#set('RAM_SIZE', config.ramBytes);
    this.#set('ATTACHED', config.attached ? 1 : 0);
    this.#set('NS_PER_INSTRUCTION', this.nsPerInstruction);
    this.extensions = config.extensions ?? USUAL_EXTENSIONS;
    this.#set('EXTENSIONS', extensionBits(this.extensions));
    this.#engine.dropDecoded();
    this.ram = new PhysicalMemory(buffer, RAM_OFFSET, config.ramBytes, (host, size) =>
      this.#engine.ramWrittenOutside(host, size),
    );
    this.ram.hasUpperBits = this.extensions.includes('Svnapot') && this.extensions.includes('Svpbmt');
    const selection: Selection = { hart: undefined };
    this.#engine.selectHart(0);
    this.harts = Array.from(
      { length: config.harts },
      (_, index) => new Hart(index, this.#engine, buffer, selection),
    );
    for (const hart of this.harts) hart.reset();
    this.breakpoints = new Breakpoints(this.#engine, buffer, this.harts);
  }

  #startTranslator(policy: TranslationPolicy): CodeTranslator | undefined {
    const { table, refill } = this.#engine;
    const host = { memory: this.#memory, table, refill, shared: this.shared };
    return policy.translator()?.(host, policy);
  }
  /** Makes hot code fast; `undefined` while everything is interpreted. */
  get translator(): CodeTranslator | undefined {
    return this.#translator;
  }

  #set(name: string, value: number): void {
    this.#words[addressOfField(name) / 4] = value;
  }

  /** The memory itself, for views that are read elsewhere. */
  get buffer(): ArrayBufferLike {
    return this.#memory.buffer;
  }

  /** Devices at physical addresses outside RAM. */
  attachBus(bus: MmioBus): void {
    this.#bus = bus;
  }

  #mmioRead(lo: number, hi: number, size: number): number {
    const address = (hi >>> 0) * 0x1_0000_0000 + (lo >>> 0);
    this.#fault = this.#bus?.covers(address) === true ? 0 : 1;
    if (this.#fault !== 0 || this.#bus === undefined) return 0;
    const before = this.events.nextAt();
    const value = this.#bus.read(address, size) | 0;
    // What a read sets in motion may be due before the leg's end, too.
    if (this.events.nextAt() < before) this.#engine.requestStop();
    return value;
  }

  #mmioWrite(spaLo: number, spaHi: number, size: number, lo: number, hi: number): void {
    const address = (spaHi >>> 0) * 0x1_0000_0000 + (spaLo >>> 0);
    this.#fault = this.#bus?.covers(address) === true ? 0 : 1;
    if (this.#fault === 0) this.#bus?.write(address, size, lo >>> 0, hi >>> 0);
    // What the write set in motion (a timer, an interrupt of another hart) may be due before the leg's end.
    this.#engine.requestStop();
  }

  /** Virtual time in the middle of a run, as a device that is being accessed sees it. */
  currentNs(): VirtualNs {
    return this.#engine.currentNs();
  }

  /** What the engine has counted since power-on, all harts together. */
  counters(): EngineCounters {
    const count = (name: string, which = 0): number => this.#counter(addressOfField(name) / 4 + which * 2);
    const fills = [0, 1, 2].map((array) => count('STAT_TLB_MISSES', array)) as [number, number, number];
    return {
      traps: count('STAT_TRAPS'),
      interrupts: count('STAT_INTERRUPTS'),
      tlbMisses: fills[0] + fills[1] + fills[2],
      fills,
      walks: [count('STAT_WALKS'), count('STAT_WALKS', 1)],
      shortWalks: [count('STAT_SHORT_WALKS'), count('STAT_SHORT_WALKS', 1)],
      references: [count('STAT_WALK_REFERENCES'), count('STAT_WALK_REFERENCES', 1)],
      translated: count('STAT_TRANSLATED'),
      entered: count('STAT_ENTERED'),
      translatorMs: this.#translatorMs,
      mmio: count('STAT_MMIO'),
    };
  }

  /** Fills of the TLBs for loads, stores and fetches, then entries read by walks of the VS-stage and of the G-stage: {@link counters}, for who asks often. */
  readTlbCounters(into: Float64Array): void {
    for (let which = 0; which < 3; which++) into[which] = this.#counter(TLB_MISSES + which * 2);
    for (let which = 0; which < 2; which++) into[3 + which] = this.#counter(WALK_REFERENCES + which * 2);
  }
  #counter(at: number): number {
    return wideWord(this.#words, at);
  }

  /** Instructions that translated code has executed on all harts: one count of {@link counters}, for who asks often. */
  get translatedInstructions(): number {
    return this.#counter(TRANSLATED);
  }
  /** Traps of all harts, likewise. */
  get traps(): number {
    return this.#counter(TRAPS);
  }
  /** What is known of the instruction at a physical address. */
  codeState(spa: number): CodeState {
    return codeStateAt(this.#memory.buffer, this.ram.holds(spa, 2) ? spa - RAM_BASE : -1);
  }

  /** Virtual time of the hart that lags most: what all have reached. */
  get now(): VirtualNs {
    return Math.min(...this.harts.map((hart) => hart.now));
  }

  /**
   * By frame of RAM: 1 when it may have changed since the last call, or since the machine was made. To ask is invisible to software:
   * it costs no virtual time, and changes nothing that a TLB caches.
   */
  takeWritten(): Uint8Array {
    const from = addressOfField('WRITTEN_FRAMES');
    const frames = new Uint8Array(this.#memory.buffer, from, this.ram.sizeBytes / 4096).slice();
    this.#engine.forgetWritten();
    return frames;
  }

  /** By frame of RAM, for who only looks: not 0 when it may have changed since {@link takeWritten} was called last. */
  get writtenFrames(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, addressOfField('WRITTEN_FRAMES'), this.ram.sizeBytes / 4096);
  }
  /** By frame of RAM: not 0 when instructions of it have been decoded. */
  get decodedFrames(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, addressOfField('DECODED_INDEX'), this.ram.sizeBytes / 4096);
  }

  /** Harts and events; RAM is the owner's to save, who knows which frames matter. */
  capture(): MachineState {
    return { harts: this.harts.map((hart) => hart.capture()) };
  }
  restore({ harts }: MachineState): void {
    if (harts.length !== this.harts.length) throw new SnapshotFormatError('a machine of other harts');
    for (const [index, hart] of this.harts.entries()) hart.restore(harts[index]!);
    this.#engine.dropDecoded();
  }

  /**
   * Hash of state bytes and of pages, as 16 hexadecimal digits (XXH64 over 32-byte blocks, the state padded with zeros).
   * @param pages in their order: of a page in RAM the number of its frame (SPA >> 12), which is hashed where it lies; of another its
   *   bytes
   */
  hash(state: Uint8Array, pages: Iterable<number | Uint8Array>): string {
    this.#engine.hashStart();
    this.#hashBytes(state);
    for (const page of pages) {
      if (typeof page !== 'number') this.#hashBytes(page);
      else this.#engine.hashBlocks(RAM_OFFSET + (page - 0x8_0000) * 4096, 4096);
    }
    return BigInt.asUintN(64, this.#engine.hashEnd()).toString(16).padStart(16, '0');
  }

  /** The lowest 32 bits of the hash of a frame's content. */
  checksum(spfn: number): number {
    this.#engine.hashStart();
    this.#engine.hashBlocks(RAM_OFFSET + (spfn - 0x8_0000) * 4096, 4096);
    return Number(BigInt.asUintN(32, this.#engine.hashEnd()));
  }

  #hashBytes(state: Uint8Array): void {
    const scratch = addressOfField('SCRATCH');
    const size = SCRATCH_SIZE;
    const bytes = new Uint8Array(this.#memory.buffer, scratch, size);
    for (let at = 0; at < state.length; at += size) {
      const part = state.subarray(at, at + size);
      const padded = Math.ceil(part.length / 32) * 32;
      bytes.set(part);
      bytes.fill(0, part.length, padded);
      this.#engine.hashBlocks(scratch, padded);
    }
  }
}
