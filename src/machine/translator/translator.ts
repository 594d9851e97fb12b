/**
 * Decides what is translated, when, and what becomes of it: takes the interpreter's samples, has regions found and written piece by
 * piece, and takes translations away when their code changes. Nothing here is architectural: a guest cannot tell whether it is
 * translated.
 */
import { addressOfField, DECODED_PAGE_SIZE, SAMPLES } from '../layout.ts';
import type {
  CodeTranslator,
  TranslationPace,
  TranslatorCounters,
  TranslatorHost,
} from '../translation-policy.ts';
import { wideWord } from '../wide-word.ts';
import { CodeCache, type Finished, type Translation } from './cache/code-cache.ts';
import { type Covering, covers, isDecodedPage, isWholePool } from './cache/cover.ts';
import { DecodedPages, ENTRY_WORD, neighbour, type PageAddress } from './discover/decoded-pages.ts';
import { type Heat, HotPages, LARGEST_REGION } from './discover/hot-pages.ts';
import { isReturn, pageOf } from './discover/region.ts';
import type { Sampled } from './discover/sampled.ts';
import { type Place, readSamples, type Sample } from './discover/samples.ts';
import { Experience } from './experience.ts';
import { RegionJob } from './region-job.ts';
import { warmUp } from './warm-up.ts';

/** What may be done each time that samples are looked at; see region-job.ts. The rest has to wait. */
const WORK_AT_A_TIME = 2500;
/** Pages that wait, at most: the hottest come again. */
const MOST_WAITING = 64;

const LAST_HALFWORD = 2047;
/** In words: how many instructions translated code has executed. */
const TRANSLATED = addressOfField('STAT_TRANSLATED') / 4;

export class Translator implements CodeTranslator {
  readonly #words: Uint32Array;
  readonly #decoded: DecodedPages;
  readonly #hot: HotPages;
  readonly #experience: Experience;
  readonly #cache: CodeCache;
  /** Pages that have enough samples to be translated, in the order in which they came to have them. */
  readonly #waiting: Set<number> = new Set();
  /** Translations that it is worth making again, with where their base pages are mapped. */
  readonly #again: Map<Translation, PageAddress> = new Map();
  #job: RegionJob | undefined;
  /** The translation that the job makes again. */
  #remade: Translation | undefined;
  /** What the job stands for, once that is known. */
  #reserved: Covering | undefined;
  #regions = 0;
  #instructions = 0;

  constructor(host: TranslatorHost, policy: TranslationPace) {
    this.#words = new Uint32Array(host.memory.buffer);
    this.#decoded = new DecodedPages(this.#words);
    this.#hot = new HotPages(policy);
    this.#experience = new Experience(this.#hot);
    this.#cache = new CodeCache(host, this.#words, policy.cacheBytes);
  }

  get counters(): TranslatorCounters {
    const { live, killed, bytes, cost } = this.#cache;
    return { regions: this.#regions, live, killed, bytes, cost, instructions: this.#instructions };
  }

  #word(at: number): number {
    return this.#words[at >>> 2] as number;
  }

  /** The engine's buffer of samples is full: goes on with what has become hot, for a while. */
  samplesFull(): void {
    warmUp();
    this.#hot.passed(SAMPLES, wideWord(this.#words, TRANSLATED));
    for (const sample of readSamples(this.#words)) if (isDecodedPage(sample.page)) this.#look(sample);
    this.#work();
  }

  #look(sample: Sample): void {
    const { from, arrival, left } = sample;
    if (from !== 0) this.#jumped(sample);
    if (left !== undefined) this.#missed(left);
    const isHeated = this.#heats(sample);
    // Where code is come to other than by going on with it, an entry is missing.
    if (arrival === undefined || !isDecodedPage(arrival.page)) return;
    if (this.#word(arrival.page + arrival.offset * 4) === ENTRY_WORD) return;
    if (isHeated) {
      if (arrival.page === sample.page) this.#experience.entries.note(arrival.page, arrival.offset);
      return;
    }
    if (this.#heats(arrival)) return;
    this.#experience.entries.note(arrival.page, arrival.offset);
    this.#lostAt(arrival);
  }

  /**
   * Code that is not translated becomes hotter. Translated code does not: it is interpreted where the budget of a leg ends, and up to the
   * next entry.
   */
  #heats(place: Place): boolean {
    if (this.#cache.isCovered(place.page, place.offset >>> 1)) return false;
    if (this.#hot.note(place) && this.#waiting.size < MOST_WAITING) this.#waiting.add(place.page);
    return true;
  }

  /** A sample was lost for want of something in what covers a place. */
  #lostAt(place: Place): void {
    const halfword = place.offset >>> 1;
    for (const each of this.#cache.covering(place.page, halfword, halfword)) this.#lost(each, place);
  }
  /** The same of one translation. */
  #lost(translation: Translation, { page, address }: Place): void {
    if (this.#again.size >= MOST_WAITING || !this.#experience.lost(translation)) return;
    const number = [...translation.pages].find(([, each]) => each === page)?.[0];
    if (number !== undefined) this.#again.set(translation, neighbour(address, -number));
  }

  /** Goes on with the job at hand and those that wait. */
  #work(): void {
    const finished: Finished[] = [];
    for (let left = WORK_AT_A_TIME; ; ) {
      this.#job ??= this.#nextJob();
      const job = this.#job;
      if (job === undefined) break;
      // A piece that is longer than all that may be done is done alone.
      if (left < WORK_AT_A_TIME && job.cost > left) break;
      left -= job.cost;
      job.advance();
      this.#settle(job, finished);
    }
    if (finished.length === 0) return;
    for (const made of this.#cache.install(finished)) this.#experience.made(made);
  }

  /** Looks at what has become of a job. */
  #settle(job: RegionJob, finished: Finished[]): void {
    const { region, emitted, pages, cover, descriptors } = job;
    const page = pages.get(0) as number;
    const before = this.#remade;
    if (this.#reserved === undefined) {
      // A region has just been looked for.
      if (before === undefined) {
        if (region !== undefined && this.#isCutShort(page, region.instructions, job.limit)) {
          this.#job = undefined;
          return;
        }
        this.#hot.forget(page);
      }
      this.#reserved = { cover };
      this.#cache.reserve(this.#reserved);
    }
    if (!job.isDone) return;
    this.#abandon();
    if (region === undefined) return;
    if (emitted === undefined) {
      if (before === undefined) this.#hot.shrink(page);
      else this.#experience.keep(before);
      return;
    }
    if (before !== undefined && this.#cache.isLive(before)) this.#cache.remove([before]);
    finished.push({ region, emitted, pages, cover, descriptors });
    this.#regions++;
    this.#instructions += region.instructions;
  }

  /** A region that fills the limit of a page that has not been hot for long: it is looked at again when more is known. */
  #isCutShort(page: number, instructions: number, limit: number): boolean {
    const heat = this.#hot.of(page);
    if (heat === undefined || instructions < limit || limit >= this.#hot.largest(page)) return false;
    heat.next = heat.samples * 2;
    return true;
  }

  /** Gives up the job at hand. */
  #abandon(): void {
    if (this.#reserved !== undefined) this.#cache.release(this.#reserved);
    this.#reserved = undefined;
    this.#job = undefined;
    this.#remade = undefined;
  }

  #nextJob(): RegionJob | undefined {
    for (const [translation, address] of this.#again) {
      this.#again.delete(translation);
      if (!this.#cache.isLive(translation)) continue;
      this.#remade = translation;
      return this.#jobAgain(translation, address);
    }
    for (const page of this.#waiting) {
      this.#waiting.delete(page);
      const heat = this.#hot.of(page);
      if (heat !== undefined) return this.#jobFor(page, heat);
    }
    return undefined;
  }

  #jobFor(page: number, { address, samples, seeds }: Heat): RegionJob {
    const limit = Math.min(this.#hot.largest(page), this.#hot.affordable(samples));
    this.#experience.entries.learn(page);
    return this.#newJob(address, (number) => (number === 0 ? page : 0), seeds, limit);
  }

  /** What a translation was made from, with what is known by now. */
  #jobAgain({ pages, sampled, cover }: Translation, address: PageAddress): RegionJob {
    const before = (number: number): number => {
      const page = pages.get(number) ?? 0;
      return number === 0 || cover.has(page) ? page : 0;
    };
    return this.#newJob(address, before, sampled.inBase, LARGEST_REGION, sampled);
  }

  /**
   * @param known pages by number, where that is known; others are those that are mapped around the address
   * @param sampled where samples had fallen before
   */
  #newJob(
    address: PageAddress,
    known: (number: number) => number,
    seeds: ReadonlyMap<number, number>,
    limit: number,
    sampled?: Sampled,
  ): RegionJob {
    const pages = new Map<number, number>();
    const decodedPage = (number: number): number => {
      let page = pages.get(number);
      if (page === undefined) {
        page = known(number) || this.#decoded.mapped(address, number);
        pages.set(number, page);
      }
      return page;
    };
    const { jumps, entries, misses } = this.#experience;
    decodedPage(0);
    return new RegionJob({
      code: {
        at: (offset) => {
          const base = decodedPage(pageOf(offset));
          return base === 0 ? undefined : this.#decoded.decoded(base + (offset & 4094) * 4);
        },
        samples: (offset) => {
          const page = decodedPage(pageOf(offset));
          return (this.#hot.of(page)?.seeds.get(offset & 4094) ?? 0) + (sampled?.of(offset) ?? 0);
        },
        targets: (offset) => {
          const distances = jumps.of(decodedPage(pageOf(offset)), offset & 4094);
          return distances.map((distance) => offset + distance);
        },
        isEntered: (offset) => entries.in(decodedPage(pageOf(offset))).has(offset & 4094),
        isMissed: (offset) => misses.in(decodedPage(pageOf(offset))).has(offset & 4094),
      },
      ...{ pages, decodedPage, limit },
      seeds: [...seeds].sort((a, b) => b[1] - a[1]).map(([offset]) => offset),
      allocate: (count) => this.#cache.allocate(count),
    });
  }

  /** Time is spent on what translated code has left to the interpreter: if that is a load or store, it misses the TLB. */
  #missed(place: Place): void {
    if (!isDecodedPage(place.page)) return;
    const kind = this.#decoded.decoded(place.page + place.offset * 4)?.instruction.effect.kind;
    if (kind !== 'load' && kind !== 'store') return;
    this.#experience.misses.note(place.page, place.offset);
    this.#lostAt(place);
  }

  /**
   * A visit to translated code has ended with an indirect jump whose target was not known there. When many did, the translations that
   * contain the jump are made again, with its targets in them.
   */
  #jumped({ page, offset, from, address }: Sample): void {
    const source = { ...address, vaLo: (from & ~4095) >>> 0 };
    const place = { page: this.#decoded.mapped(source, 0), offset: from & 4094, address: source };
    const jump = place.page === 0 ? undefined : this.#decoded.decoded(place.page + place.offset * 4);
    // Returns follow from what is known of the calls.
    if (jump === undefined || isReturn(jump)) return;
    const around = this.#cache.covering(place.page, place.offset >>> 1, place.offset >>> 1);
    // In the page of a jump, its lookup knows what is no head of a loop: if it is no entry, that is what is missing, and is noted.
    const isKnown = place.page === page && around.some((each) => covers(each, page, offset >>> 1));
    if (isKnown && this.#word(page + offset * 4) !== ENTRY_WORD) return;
    this.#experience.jumps.note(place.page, place.offset, (address.vaLo + offset - from) | 0);
    for (const each of around) this.#lost(each, place);
  }

  /** Halfwords of a decoded page are about to change: what was made of them must not be entered again. */
  codeChanged(page: number, first: number, last: number): void {
    const stale = this.#cache.covering(page, first, last);
    this.#hot.changed(page);
    // The page that a translation was found from would only have it made again.
    for (const base of new Set(stale.map(({ pages }) => pages.get(0) as number)))
      if (base !== page) this.#hot.changed(base);
    this.#cache.remove(stale);
    const reserved = this.#reserved;
    if (reserved === undefined) return;
    for (let halfword = first; halfword <= last; halfword++) {
      if (!covers(reserved, page, halfword)) continue;
      this.#abandon();
      return;
    }
  }

  /** The decoded pages from one address to another are gone, and the entries in them. */
  codeDropped(from: number, to: number): void {
    if (isWholePool(from, to)) {
      this.#cache.clear();
      this.#waiting.clear();
      this.#hot.clear();
      this.#experience.clear();
      this.#again.clear();
      this.#abandon();
      return;
    }
    for (let page = from; page < to; page += DECODED_PAGE_SIZE) {
      this.#hot.drop(page);
      this.#experience.drop(page);
      this.#waiting.delete(page);
      if (!this.#cache.isInPage(page)) continue;
      this.#cache.remove(this.#cache.covering(page, 0, LAST_HALFWORD));
      if (this.#reserved?.cover.has(page) === true) this.#abandon();
    }
  }
}
