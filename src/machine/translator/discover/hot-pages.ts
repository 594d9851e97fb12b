/**
 * How much time the interpreter spends in each decoded page, and when that is enough for the page to be translated. Nothing here looks at
 * a clock: samples are taken every so many instructions.
 */
import type { TranslationPace } from '../../translation-policy.ts';
import type { PageAddress } from './decoded-pages.ts';
import type { Place } from './samples.ts';

/** Each time that code of a page changes after it was translated, the page needs so many times more samples; up to so many times. */
const PATIENCE = 4;
const MOST_PATIENCE = 6;
/** Instructions that there are, about, for each one that was found to be executed. */
const INSTRUCTIONS_PER_SEED = 8;
/** Instructions, translated ones too, in which samples come to count for half: some tenths of a second. */
export const HALF_LIFE = 100_000_000;
/** Pages of which samples are remembered. */
const REMEMBERED = 1024;
/** Instructions of one region: compiling takes longer than linear in the size of a function. */
export const LARGEST_REGION = 1000;

const SMALLEST_REGION = 32;

/** What is known of one page. */
export interface Heat {
  samples: number;
  /** Up to when they have cooled; see {@link HotPages.cool}. */
  era: number;
  /** Samples at which it is looked at again. */
  next: number;
  readonly seeds: Map<number, number>;
  /** Where the page was mapped last. */
  address: PageAddress;
}

export class HotPages {
  readonly #policy: TranslationPace;
  readonly #heat: Map<number, Heat> = new Map();
  readonly #changes: Map<number, number> = new Map();
  /** Samples of all pages, and half-lives that have passed. */
  #taken = 0;
  #era = 0;
  /** Pages whose regions must be smaller than usual. */
  readonly #largest: Map<number, number> = new Map();

  constructor(policy: TranslationPace) {
    this.#policy = policy;
  }

  /** So many samples more have been taken, and so many instructions executed by translated code since the beginning. */
  passed(samples: number, translated: number): void {
    this.#taken += samples;
    const instructions = this.#taken * this.#policy.sampleEvery + translated;
    this.#era = Math.max(this.#era, Math.floor(instructions / HALF_LIFE));
  }
  /**
   * Old samples count less. The JavaScript engine compiles what is made here on threads that take their time from the guest's where cores
   * are few, ten times as long as it takes to write it: that is not for code that has its samples only because it is long ago that they
   * began to be counted.
   */
  cool(heat: Pick<Heat, 'samples' | 'era'>): void {
    if (heat.era === this.#era) return;
    heat.samples = Math.floor(heat.samples * 2 ** (heat.era - this.#era));
    heat.era = this.#era;
  }
  /** Without samples, from now on. */
  get cold(): Pick<Heat, 'samples' | 'era'> {
    return { samples: 0, era: this.#era };
  }

  /** The interpreter was somewhere in a page; true when the page has so many samples that it should be translated. */
  note({ page, offset, address }: Place): boolean {
    let heat = this.#heat.get(page);
    if (heat === undefined) {
      if (this.#heat.size >= REMEMBERED) this.#heat.clear();
      const patience = PATIENCE ** Math.min(this.#changes.get(page) ?? 0, MOST_PATIENCE);
      heat = { ...this.cold, next: this.#policy.hot * patience, seeds: new Map(), address };
      this.#heat.set(page, heat);
    }
    // A page whose code changes must have more samples than come together in a half-life.
    if (!this.#changes.has(page)) this.cool(heat);
    heat.address = address;
    heat.seeds.set(offset, (heat.seeds.get(offset) ?? 0) + 1);
    heat.samples++;
    // Samples that fall on many different instructions speak of much code, of which each part is executed seldom.
    const instructions = Math.min(heat.seeds.size * INSTRUCTIONS_PER_SEED, LARGEST_REGION);
    return heat.samples >= heat.next && this.affordable(heat.samples) >= instructions;
  }

  /** True when so many samples took as long as it takes to translate so many instructions. */
  isWorth(samples: number, instructions: number): boolean {
    return samples >= this.#policy.hot && this.affordable(samples) >= instructions;
  }

  /** Instructions that may be translated for so many samples: translating then takes no longer than interpreting has taken. */
  affordable(samples: number): number {
    return samples * (this.#policy.perSample ?? LARGEST_REGION);
  }

  of(page: number): Heat | undefined {
    return this.#heat.get(page);
  }
  forget(page: number): void {
    this.#heat.delete(page);
  }

  /** Instructions of a region that is made of a page, at most. */
  largest(page: number): number {
    return this.#largest.get(page) ?? LARGEST_REGION;
  }
  /** The region of a page could not be made, or not with reasonable effort. */
  shrink(page: number): void {
    this.#largest.set(page, Math.max(SMALLEST_REGION, this.largest(page) >>> 1));
    this.changed(page);
  }

  /** Code of a page was overwritten that had been translated, or from which a translation had been found. */
  changed(page: number): void {
    this.#changes.set(page, (this.#changes.get(page) ?? 0) + 1);
  }

  /** A page is another frame's now. */
  drop(page: number): void {
    this.#heat.delete(page);
    this.#changes.delete(page);
    this.#largest.delete(page);
  }
  /** All pages are gone. */
  clear(): void {
    this.#heat.clear();
    this.#changes.clear();
    this.#largest.clear();
  }
}
