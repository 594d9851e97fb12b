/**
 * Decides what is translated, when, and what becomes of it: takes the interpreter's samples, has regions found and written,
 * puts marks where they may be entered, and takes them away when their code changes. Nothing here is architectural:
 * a guest cannot tell whether it is translated.
 */
import type { Decoded } from '#isa/decode';
import {
  addressOfField,
  SAMPLE_SIZE,
  SAMPLES,
  TLB_ARRAY_SIZE,
  TLB_ENTRIES,
  TRANSLATED_ENTRIES,
  TRANSLATED_ENTRY_SIZE,
} from '../layout.ts';
import { instructionOf, OP_TRANSLATED } from '../operations.ts';
import type { TranslationPolicy } from '../translation-policy.ts';
import { type Emitted, emitRegion } from './emit.ts';
import { JumpTargets } from './jump-targets.ts';
import { type Code, findRegion, isReturn, pageOf, type Region } from './region.ts';
import { PARAMETERS, RESULTS } from './region-code.ts';
import { moduleOf } from './wasm-writer.ts';

/** A page whose translation was spoilt needs this many times more samples, each time. */
const PATIENCE = 4;
const MOST_PATIENCE = 6;
/** Instructions of one region: compiling takes longer than linear in the size of a function. */
const LARGEST_REGION = 1000;
/** Instructions that there are, about, for each one that was found to be executed. */
const INSTRUCTIONS_PER_SEED = 8;
/** Pages of which samples are remembered. */
const REMEMBERED = 1024;
/** Descriptors that must be free before anything is planned. */
const ROOM = 2048;
/** WebAssembly bytes kept at most; compiled they are several times as long. */
const LARGEST_CACHE = 6 << 20;

/** Of a decoded page: its entries, then its header; see engine/fetch.ts. */
const ENTRIES_SIZE = 2048 * 8;
const COVERED = ENTRIES_SIZE + 28;
const COVER = ENTRIES_SIZE + 64;
const MARK = OP_TRANSLATED << 1;
const EXEC = 2 * TLB_ARRAY_SIZE;

interface Heat {
  samples: number;
  /** Samples at which it is looked at again. */
  next: number;
  readonly seeds: Map<number, number>;
  /** Where the page was mapped last. */
  vaLo: number;
  vaHi: number;
}

/** One translation that exists. */
interface Translation {
  /** Of its functions, in the table. */
  readonly slots: readonly number[];
  readonly descriptors: number;
  /** Addresses of decoded words that hold a mark, in the order of the descriptors. */
  readonly marks: readonly number[];
  /** Halfwords that it stands for, by decoded page. */
  readonly cover: ReadonlyMap<number, readonly number[]>;
  /** Offsets that it was found from, and its decoded pages by number. */
  readonly seeds: readonly number[];
  readonly pages: ReadonlyMap<number, number>;
  readonly instructions: number;
  readonly bytes: number;
}

/** What has been done so far. */
export interface TranslatorCounters {
  readonly regions: number;
  readonly live: number;
  readonly killed: number;
  readonly bytes: number;
  readonly instructions: number;
}

/** What the translator needs of the engine. */
export interface TranslatorHost {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  readonly shared: boolean;
}

interface Planned {
  readonly region: Region;
  readonly emitted: Emitted;
  readonly pages: ReadonlyMap<number, number>;
  readonly descriptors: number;
}

export class Translator {
  readonly #host: TranslatorHost;
  readonly #policy: TranslationPolicy;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  #heat: Map<number, Heat> = new Map();
  readonly #spoilt: Map<number, number> = new Map();
  readonly #jumps: JumpTargets;
  #translations: Translation[] = [];
  #nextDescriptor = 0;
  #nextSlot = 0;
  #cacheBytes = 0;
  #regions = 0;
  #killed = 0;
  #instructions = 0;

  constructor(host: TranslatorHost, policy: TranslationPolicy) {
    this.#host = host;
    this.#policy = policy;
    this.#jumps = new JumpTargets(policy.hot);
    this.#words = new Uint32Array(host.memory.buffer);
    this.#bytes = new Uint8Array(host.memory.buffer);
  }

  get counters(): TranslatorCounters {
    return {
      regions: this.#regions,
      live: this.#translations.length,
      killed: this.#killed,
      bytes: this.#cacheBytes,
      instructions: this.#instructions,
    };
  }

  #word(at: number): number {
    return this.#words[at >>> 2] as number;
  }
  #setWord(at: number, value: number): void {
    this.#words[at >>> 2] = value;
  }

  /** The engine's buffer of samples is full: translates what has become hot. */
  samplesFull(): void {
    const buffer = addressOfField('SAMPLE_BUFFER');
    const hot = new Set<number>();
    for (let i = 0; i < SAMPLES; i++) {
      const at = buffer + i * SAMPLE_SIZE;
      const page = this.#word(at + 8);
      const vaLo = this.#word(at);
      if (page < addressOfField('DECODED_POOL') || page >= addressOfField('DECODED_POOL_END')) continue;
      const offset = vaLo & 4094;
      const from = this.#word(at + 12);
      if (from !== 0) for (const each of this.#jumped(from, vaLo, this.#word(at + 4))) hot.add(each);
      // What is translated and was interpreted all the same was the end of a leg, or the way to an entry.
      if (this.#isCovered(page, offset >>> 1)) continue;
      const heat = this.#heatOf(page);
      heat.vaLo = (vaLo & ~4095) >>> 0;
      heat.vaHi = this.#word(at + 4);
      heat.seeds.set(offset, (heat.seeds.get(offset) ?? 0) + 1);
      heat.samples++;
      if (heat.samples >= heat.next && this.#isWorthwhile(heat)) hot.add(page);
    }
    if (this.#cacheBytes > LARGEST_CACHE || this.#nextDescriptor > TRANSLATED_ENTRIES - ROOM) {
      this.dropAll();
      return;
    }
    const planned = [...hot].flatMap((page) => this.#plan(page));
    if (planned.length > 0) this.#install(planned);
    if (this.#heat.size > REMEMBERED) this.#heat = new Map();
  }

  /**
   * A visit ended with the indirect jump at `from`. When many did, what covers it is translated again, with what is known of its
   * jumps: the result is the pages to start from.
   */
  #jumped(from: number, vaLo: number, vaHi: number): number[] {
    const va = { vaLo: (from & ~4095) >>> 0, vaHi };
    const page = this.#mapped(va, 0);
    const jump = page === 0 ? undefined : this.#decoded(page + (from & 4094) * 4);
    // Returns follow from what is known of the calls.
    if (jump === undefined || isReturn(jump)) return [];
    if (!this.#jumps.note(page, from & 4094, (vaLo - from) | 0)) return [];
    const arrivals = this.#jumps.arrivals(page);
    const learnt = this.#jumps.learn(page).map((offset) => offset >>> 1);
    const stale = this.#translations.filter(({ cover, instructions }) => {
      const halfwords = cover.get(page);
      const isWorthwhile = arrivals * (this.#policy.perSample ?? LARGEST_REGION) >= instructions;
      return isWorthwhile && halfwords !== undefined && learnt.some((each) => halfwords.includes(each));
    });
    this.#remove(stale, new Set([page]));
    return stale.flatMap(({ pages, seeds }) => {
      const base = pages.get(0) as number;
      const number = [...pages].find(([, each]) => each === page)?.[0] ?? 0;
      const low = va.vaLo - number * 4096;
      this.#heat.set(base, {
        ...{ samples: LARGEST_REGION, next: 0, seeds: new Map(seeds.map((seed) => [seed, 1])) },
        ...{ vaLo: low >>> 0, vaHi: (vaHi + Math.floor(low / 0x1_0000_0000)) >>> 0 },
      });
      return [base];
    });
  }

  /** Samples that fall on many different instructions speak of much code, of which each part is executed seldom. */
  #isWorthwhile({ samples, seeds }: Heat): boolean {
    return samples * (this.#policy.perSample ?? LARGEST_REGION) >= seeds.size * INSTRUCTIONS_PER_SEED;
  }

  #isCovered(page: number, halfword: number): boolean {
    return (((this.#bytes[page + COVER + (halfword >>> 3)] as number) >>> (halfword & 7)) & 1) !== 0;
  }

  #heatOf(page: number): Heat {
    let heat = this.#heat.get(page);
    if (heat === undefined) {
      const patience = PATIENCE ** Math.min(this.#spoilt.get(page) ?? 0, MOST_PATIENCE);
      heat = { samples: 0, next: this.#policy.hot * patience, seeds: new Map(), vaLo: 0, vaHi: 0 };
      this.#heat.set(page, heat);
    }
    return heat;
  }

  #plan(page: number): Planned[] {
    const heat = this.#heat.get(page) as Heat;
    const pages = new Map<number, number>([[0, page]]);
    const decodedPage = (number: number): number => {
      let known = pages.get(number);
      if (known === undefined) {
        known = this.#mapped(heat, number);
        pages.set(number, known);
      }
      return known;
    };
    const code: Code = {
      at: (offset) => {
        const base = decodedPage(pageOf(offset));
        return base === 0 ? undefined : this.#decoded(base + (offset & 4094) * 4);
      },
      targets: (offset) => {
        const distances = this.#jumps.of(decodedPage(pageOf(offset)), offset & 4094);
        return distances.map((distance) => offset + distance);
      },
    };
    const seeds = [...heat.seeds].sort((a, b) => b[1] - a[1]).map(([offset]) => offset);
    const limit = Math.min(LARGEST_REGION, heat.samples * (this.#policy.perSample ?? LARGEST_REGION));
    const region = findRegion(code, seeds, limit);
    if (region !== undefined && region.instructions >= limit && limit < LARGEST_REGION) {
      heat.next = heat.samples * 2;
      return [];
    }
    this.#heat.delete(page);
    if (region === undefined) return [];
    const descriptors = addressOfField('DESCRIPTORS') + this.#nextDescriptor * TRANSLATED_ENTRY_SIZE;
    const emitted = emitRegion(region, { descriptors, decodedPage, mark: MARK });
    if (emitted.entries.length === 0) return [];
    if (this.#nextDescriptor + emitted.entries.length > TRANSLATED_ENTRIES) return [];
    this.#nextDescriptor += emitted.entries.length;
    return [{ region, emitted, pages, descriptors }];
  }

  /** The decoded page that the execute TLB has for a page near a sample; 0 for none. */
  #mapped({ vaLo, vaHi }: Pick<Heat, 'vaLo' | 'vaHi'>, number: number): number {
    const low = vaLo + number * 4096;
    const carry = Math.floor(low / 0x1_0000_0000);
    const tagLo = ((low >>> 0) & ~4095) | this.#word(addressOfField('FETCH_CONTEXT'));
    const tagHi = (vaHi + carry) >>> 0;
    const entry = this.#word(addressOfField('TLB_BASE')) + EXEC + (((low >>> 12) & (TLB_ENTRIES - 1)) << 4);
    return this.#word(entry) === tagLo >>> 0 && this.#word(entry + 4) === tagHi ? this.#word(entry + 8) : 0;
  }

  /** An executed instruction from its decoded word; see build/decode-text.ts. */
  #decoded(at: number): Decoded | undefined {
    let word = at;
    if (this.#word(at) === MARK) word = this.#word(at + 4) + 16;
    const low = this.#word(word);
    const instruction = instructionOf((low & 0x3ff) >>> 1);
    if (instruction === undefined) return undefined;
    const immediate = this.#word(word + 4) | 0;
    return {
      instruction,
      length: (low & 1) === 1 ? 2 : 4,
      rd: (low >>> 10) & 31,
      rs1: (low >>> 16) & 31,
      rs2: (low >>> 21) & 31,
      rs3: immediate & 31,
      rm: (low >>> 26) & 7,
      immediate,
    };
  }

  /** Compiles functions in one module, and makes them reachable. */
  #install(planned: readonly Planned[]): void {
    const { memory, table, shared } = this.#host;
    // The function for exact results, where there is one, follows the usual one.
    const bytes = moduleOf(
      { parameters: PARAMETERS, results: RESULTS, shared },
      planned.flatMap(({ emitted: { body, exact } }) => (exact === undefined ? [body] : [body, exact])),
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    let name = 0;
    const install = (): number => {
      const slot = this.#nextSlot++;
      if (slot >= table.length) table.grow(Math.max(64, table.length));
      table.set(slot, instance.exports[String(name++)]);
      return slot;
    };
    planned.forEach(({ region, emitted, pages, descriptors }) => {
      const slot = install();
      const exactSlot = emitted.exact === undefined ? slot : install();
      const marks = emitted.entries.map((offset, entry) => {
        const at = (pages.get(pageOf(offset)) as number) + (offset & 4094) * 4;
        const descriptor = descriptors + entry * TRANSLATED_ENTRY_SIZE;
        const before = this.#word(at) === MARK ? this.#word(at + 4) + 16 : at;
        this.#setWord(descriptor, slot);
        this.#setWord(descriptor + 4, entry + 1);
        this.#setWord(descriptor + 8, pageOf(offset) * 4096);
        this.#setWord(descriptor + 12, Math.max(1, emitted.needs[entry] as number));
        this.#setWord(descriptor + 16, this.#word(before));
        this.#setWord(descriptor + 20, this.#word(before + 4));
        this.#setWord(descriptor + 24, exactSlot - slot);
        this.#setWord(at + 4, descriptor);
        this.#setWord(at, MARK);
        return at;
      });
      const cover = this.#cover(region, pages);
      const size = emitted.body.code.length + (emitted.exact?.code.length ?? 0);
      const { seeds, instructions } = region;
      this.#translations.push({
        ...{ slots: [slot, exactSlot], descriptors, marks, cover, bytes: size },
        ...{ seeds, pages, instructions },
      });
      this.#cacheBytes += size;
      this.#regions++;
      this.#instructions += region.instructions;
    });
  }

  /** Notes in the decoded pages which halfwords are translated, so that a change of them is told. */
  #cover({ blocks }: Region, pages: ReadonlyMap<number, number>): Map<number, number[]> {
    const cover = new Map<number, number[]>();
    for (const { steps } of blocks) {
      for (const { offset, decoded } of steps) {
        const page = pages.get(pageOf(offset)) as number;
        let list = cover.get(page);
        if (list === undefined) {
          list = [];
          cover.set(page, list);
        }
        const halfword = (offset & 4094) >>> 1;
        list.push(halfword);
        if (decoded.length === 4) list.push(halfword + 1);
      }
    }
    for (const [page, halfwords] of cover) this.#setCover(page, halfwords);
    return cover;
  }

  #setCover(page: number, halfwords: readonly number[]): void {
    for (const halfword of halfwords) {
      const at = page + COVER + (halfword >>> 3);
      this.#bytes[at] = (this.#bytes[at] as number) | (1 << (halfword & 7));
    }
    this.#setWord(page + COVERED, 1);
  }

  /** Halfwords of a decoded page are about to change: what was made of them must not be entered again. */
  codeChanged(page: number, first: number, last: number): void {
    const spoilt = this.#translations.filter(({ cover }) =>
      cover.get(page)?.some((halfword) => halfword >= first && halfword <= last),
    );
    this.#spoilt.set(page, (this.#spoilt.get(page) ?? 0) + 1);
    this.#remove(spoilt, new Set([page]));
  }

  /** Takes some away; `touched`: decoded pages of which to note anew what is translated, besides theirs. */
  #remove(spoilt: readonly Translation[], touched: Set<number>): void {
    for (const translation of spoilt) {
      this.#unmark(translation);
      for (const each of translation.cover.keys()) touched.add(each);
    }
    this.#killed += spoilt.length;
    this.#translations = this.#translations.filter((each) => !spoilt.includes(each));
    for (const each of touched) {
      this.#bytes.fill(0, each + COVER, each + COVER + 256);
      this.#setWord(each + COVERED, 0);
      for (const { cover } of this.#translations) {
        const halfwords = cover.get(each);
        if (halfwords !== undefined) this.#setCover(each, halfwords);
      }
    }
  }

  #unmark({ slots, descriptors, marks, bytes }: Translation): void {
    marks.forEach((at, entry) => {
      const descriptor = descriptors + entry * TRANSLATED_ENTRY_SIZE;
      if (this.#word(at) !== MARK || this.#word(at + 4) !== descriptor) return;
      this.#setWord(at, this.#word(descriptor + 16));
      this.#setWord(at + 4, this.#word(descriptor + 20));
    });
    for (const slot of slots) this.#host.table.set(slot, null);
    this.#cacheBytes -= bytes;
  }

  /** Takes all translations away; the code that they stood for is still decoded. */
  dropAll(): void {
    for (const translation of this.#translations) {
      this.#unmark(translation);
      for (const page of translation.cover.keys()) {
        this.#bytes.fill(0, page + COVER, page + COVER + 256);
        this.#setWord(page + COVERED, 0);
      }
    }
    this.#killed += this.#translations.length;
    this.codeDropped();
  }

  /** All decoded pages are gone, and the marks with them. */
  codeDropped(): void {
    for (const slot of this.#translations.flatMap(({ slots }) => slots)) this.#host.table.set(slot, null);
    this.#translations = [];
    this.#heat = new Map();
    this.#spoilt.clear();
    this.#jumps.clear();
    this.#nextDescriptor = 0;
    this.#nextSlot = 0;
    this.#cacheBytes = 0;
  }
}
