/**
 * The translations that exist: compiled functions in the engine's table, descriptors of their entries, and the decoded words that are patched
 * so that the interpreter calls them. What is
 * kept has a bound; the oldest quarter goes when there is no room for more, and whatever goes leaves nothing behind that would keep
 * compiled code alive.
 */
import { TRANSLATED_ENTRIES, TRANSLATED_ENTRY_SIZE } from '../../layout.ts';
import type { TranslatorHost } from '../../translation-policy.ts';
import { BEFORE, DESCRIPTORS, ENTRY_WORD } from '../discover/decoded-pages.ts';
import { pageOf, type Region } from '../discover/region.ts';
import type { Sampled } from '../discover/sampled.ts';
import { REFILL } from '../emit/refill.ts';
import { PARAMETERS, RESULTS } from '../emit/region-context.ts';
import type { Emitted } from '../emit/region-function.ts';
import { moduleOf } from '../wasm/module.ts';
import { type Covering, CoverMap } from './cover.ts';

/** What compiled code is kept in, unless a policy says otherwise. */
const USUAL_LIMIT = 64 << 20;
/**
 * Memory that V8 takes for a byte of a function: 3.4 bytes of machine code from each of its two compilers, and what it knows about them;
 * measured over 300 regions of a Linux boot, 7.3 with the first alone and 10.6 with the second.
 */
const COST_OF_BYTE = 10;
/** The same for a module with its instance: 10 KB each, of 3,000 with a small function. */
const COST_OF_MODULE = 12 << 10;
/** What is dropped together was made in succession. */
const GENERATIONS = 4;
const ENTRIES_OF_GENERATION = TRANSLATED_ENTRIES / GENERATIONS;

/** A region with its functions, ready to be compiled. */
export interface Finished extends Covering {
  readonly region: Region;
  readonly emitted: Emitted;
  /** Decoded pages by number. */
  readonly pages: ReadonlyMap<number, number>;
  /** Address of the first descriptor. */
  readonly descriptors: number;
}

/** One translation that exists. */
export interface Translation extends Covering {
  readonly generation: number;
  /** Of its functions, in the table. */
  readonly slots: readonly number[];
  readonly descriptors: number;
  /** Addresses of the decoded words that were patched into entries, in the order of the descriptors. */
  readonly patched: readonly number[];
  /** Where samples had fallen, and its decoded pages by number. */
  readonly sampled: Sampled;
  readonly pages: ReadonlyMap<number, number>;
  readonly instructions: number;
  readonly bytes: number;
}

interface Generation {
  readonly all: Set<Translation>;
  /** Descriptors given out, and what its modules cost. */
  entries: number;
  cost: number;
}

export class CodeCache {
  readonly #host: TranslatorHost;
  readonly #words: Uint32Array;
  readonly #covered: CoverMap<Covering>;
  readonly #limit: number;
  readonly #generations: readonly Generation[] = Array.from({ length: GENERATIONS }, () => emptyGeneration());
  #current = 0;
  /** Places in the table that are free, below the first that was never used. */
  readonly #freeSlots: number[] = [];
  #nextSlot = 0;
  #live = 0;
  #bytes = 0;
  #killed = 0;

  /** @param limit bytes of memory that compiled code may take, about */
  constructor(host: TranslatorHost, words: Uint32Array, limit: number = USUAL_LIMIT) {
    this.#host = host;
    this.#words = words;
    this.#covered = new CoverMap(words);
    this.#limit = limit;
  }

  get live(): number {
    return this.#live;
  }
  get killed(): number {
    return this.#killed;
  }
  /** Bytes of WebAssembly. */
  get bytes(): number {
    return this.#bytes;
  }
  /** Memory that all that is kept takes, about. */
  get cost(): number {
    return this.#generations.reduce((sum, { cost }) => sum + cost, 0);
  }

  /** Room for so many descriptors; the oldest translations may go for it. `undefined`: more than there can be. */
  allocate(entries: number): number | undefined {
    if (entries > ENTRIES_OF_GENERATION) return undefined;
    let generation = this.#generations[this.#current] as Generation;
    const isFull =
      generation.entries + entries > ENTRIES_OF_GENERATION || generation.cost * GENERATIONS > this.#limit;
    if (isFull) {
      this.#current = (this.#current + 1) % GENERATIONS;
      generation = this.#generations[this.#current] as Generation;
      this.#drop(generation);
    }
    const first = this.#current * ENTRIES_OF_GENERATION + generation.entries;
    generation.entries += entries;
    return DESCRIPTORS + first * TRANSLATED_ENTRY_SIZE;
  }

  /** Compiles functions in one module, and makes them reachable; the result is what they are now. */
  install(finished: readonly Finished[]): Translation[] {
    const { memory, table, shared, refill } = this.#host;
    // The function for exact results, where there is one, follows the usual one.
    const bytes = moduleOf(
      { parameters: PARAMETERS, results: RESULTS, shared, imported: REFILL },
      finished.flatMap(({ emitted: { body, exact } }) => (exact === undefined ? [body] : [body, exact])),
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory, called: refill },
    });
    let name = 0;
    const place = (): number => {
      const slot = this.#freeSlots.pop() ?? this.#nextSlot++;
      if (slot >= table.length) table.grow(Math.max(64, table.length));
      table.set(slot, instance.exports[String(name++)]);
      return slot;
    };
    const made = finished.map((each) => {
      const slot = place();
      return this.#add(each, slot, each.emitted.exact === undefined ? slot : place());
    });
    (this.#generations[this.#current] as Generation).cost += COST_OF_MODULE + bytes.length * COST_OF_BYTE;
    // Long functions may be more than was expected.
    for (let age = 1; age < GENERATIONS && this.cost > this.#limit; age++)
      this.#drop(this.#generations[(this.#current + age) % GENERATIONS] as Generation);
    return made;
  }

  #drop(generation: Generation): void {
    this.remove([...generation.all]);
    generation.entries = 0;
    generation.cost = 0;
  }

  #add(
    { region, emitted, pages, descriptors, cover }: Finished,
    slot: number,
    exactSlot: number,
  ): Translation {
    const words = this.#words;
    const patched = emitted.entries.map((offset, entry) => {
      const at = (pages.get(pageOf(offset)) as number) + (offset & 4094) * 4;
      const descriptor = descriptors + entry * TRANSLATED_ENTRY_SIZE;
      const before = words[at >>> 2] === ENTRY_WORD ? (words[(at >>> 2) + 1] as number) + BEFORE : at;
      words.set(
        [
          ...[slot, entry + 1, pageOf(offset) * 4096, Math.max(1, emitted.needs[entry] as number)],
          ...[words[before >>> 2] as number, words[(before >>> 2) + 1] as number, exactSlot - slot],
        ],
        descriptor >>> 2,
      );
      words[(at >>> 2) + 1] = descriptor;
      words[at >>> 2] = ENTRY_WORD;
      return at;
    });
    const generation = Math.floor(
      (descriptors - DESCRIPTORS) / TRANSLATED_ENTRY_SIZE / ENTRIES_OF_GENERATION,
    );
    const { sampled, instructions } = region;
    const translation: Translation = {
      ...{ generation, slots: slot === exactSlot ? [slot] : [slot, exactSlot], descriptors, patched, cover },
      ...{ sampled, pages, instructions },
      bytes: emitted.body.code.length + (emitted.exact?.code.length ?? 0),
    };
    this.#generations[generation]?.all.add(translation);
    this.#covered.add(translation);
    this.#live++;
    this.#bytes += translation.bytes;
    return translation;
  }

  /** True for a translation that exists still. */
  isLive(translation: Translation): boolean {
    return this.#generations[translation.generation]?.all.has(translation) === true;
  }

  /** True when a translation covers a halfword of a decoded page. */
  isCovered(page: number, halfword: number): boolean {
    return this.#covered.has(page, halfword);
  }
  /** True when anything of a decoded page is translated, or reserved. */
  isInPage(page: number): boolean {
    return this.#covered.hasPage(page);
  }
  /** Translations that cover any of the halfwords from one to another. */
  covering(page: number, first: number, last: number): Translation[] {
    return this.#covered.of(page, first, last).filter((each): each is Translation => 'slots' in each);
  }
  /** From here on the engine tells of changes of this code, though nothing has been made of it yet. */
  reserve(covering: Covering): void {
    this.#covered.add(covering);
  }
  release(covering: Covering): void {
    this.#covered.remove([covering]);
  }

  /** Takes some away; the code that they were made from stays decoded. */
  remove(all: readonly Translation[]): void {
    const words = this.#words;
    for (const each of all) {
      each.patched.forEach((at, entry) => {
        const descriptor = each.descriptors + entry * TRANSLATED_ENTRY_SIZE;
        if (words[at >>> 2] !== ENTRY_WORD || words[(at >>> 2) + 1] !== descriptor) return;
        words[at >>> 2] = words[(descriptor + BEFORE) >>> 2] as number;
        words[(at >>> 2) + 1] = words[(descriptor + BEFORE + 4) >>> 2] as number;
      });
      this.#forget(each);
      this.#generations[each.generation]?.all.delete(each);
    }
    this.#covered.remove(all);
  }

  #forget({ slots, bytes }: Translation): void {
    for (const slot of slots) {
      this.#host.table.set(slot, null);
      this.#freeSlots.push(slot);
    }
    this.#live--;
    this.#killed++;
    this.#bytes -= bytes;
  }

  /** All decoded pages are gone, and the entries in them. */
  clear(): void {
    for (const generation of this.#generations) {
      for (const each of generation.all) this.#forget(each);
      generation.all.clear();
      generation.entries = 0;
      generation.cost = 0;
    }
    this.#covered.clear();
    this.#current = 0;
  }
}

function emptyGeneration(): Generation {
  return { all: new Set(), entries: 0, cost: 0 };
}
