/**
 * Decides what is translated, when, and what becomes of it: takes the interpreter's samples, has regions found and written piece by
 * piece, and takes translations away when their code changes. Nothing here is architectural: a guest cannot tell whether it is
 * translated.
 */
import { addressOfField, DECODED_PAGE_SIZE, SAMPLE_SIZE, SAMPLES } from '../layout.ts';
import type {
  CodeTranslator,
  TranslationPace,
  TranslatorCounters,
  TranslatorHost,
} from '../translation-policy.ts';
import { CodeCache, type Finished, type Translation } from './cache/code-cache.ts';
import { type Covering, covers, isDecodedPage, isWholePool } from './cache/cover.ts';
import { DecodedPages, type PageAddress } from './discover/decoded-pages.ts';
import { type Heat, HotPages, LARGEST_REGION } from './discover/hot-pages.ts';
import { JumpTargets } from './discover/jump-targets.ts';
import { isReturn, pageOf } from './discover/region.ts';
import { RegionJob } from './region-job.ts';
import { warmUp } from './warm-up.ts';

/** What may be done each time that samples are looked at; see region-job.ts. The rest has to wait. */
const WORK_AT_A_TIME = 2500;
/** Pages that wait, at most: the hottest come again. */
const MOST_WAITING = 64;

const LAST_HALFWORD = 2047;

export class Translator implements CodeTranslator {
  readonly #words: Uint32Array;
  readonly #decoded: DecodedPages;
  readonly #hot: HotPages;
  readonly #jumps: JumpTargets;
  readonly #cache: CodeCache;
  /** Pages that have enough samples to be translated, in the order in which they came to have them. */
  readonly #waiting: Set<number> = new Set();
  #job: RegionJob | undefined;
  /** What the job stands for, once that is known. */
  #reserved: Covering | undefined;
  #regions = 0;
  #instructions = 0;

  constructor(host: TranslatorHost, policy: TranslationPace) {
    this.#words = new Uint32Array(host.memory.buffer);
    this.#decoded = new DecodedPages(this.#words);
    this.#hot = new HotPages(policy);
    this.#jumps = new JumpTargets(policy.hot);
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
    const buffer = addressOfField('SAMPLE_BUFFER');
    for (let i = 0; i < SAMPLES; i++) {
      const at = buffer + i * SAMPLE_SIZE;
      const page = this.#word(at + 8);
      if (!isDecodedPage(page)) continue;
      const vaLo = this.#word(at);
      const vaHi = this.#word(at + 4);
      const from = this.#word(at + 12);
      if (from !== 0) this.#jumped(from, vaLo, vaHi);
      // Translated code is interpreted where the budget of a leg ends, and up to the next entry: that does not make it hotter.
      if (this.#cache.isCovered(page, (vaLo & 4094) >>> 1)) continue;
      if (this.#hot.note(page, vaLo, vaHi)) this.#wait(page);
    }
    this.#work();
  }

  #wait(page: number): void {
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(page);
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
    if (finished.length > 0) this.#cache.install(finished);
  }

  /** Looks at what has become of a job. */
  #settle(job: RegionJob, finished: Finished[]): void {
    const { region, emitted, pages, cover, descriptors } = job;
    const page = pages.get(0) as number;
    if (this.#reserved === undefined) {
      // A region has just been looked for.
      if (region !== undefined && this.#isCutShort(page, region.instructions, job.limit)) {
        this.#job = undefined;
        return;
      }
      this.#hot.forget(page);
      this.#reserved = { cover };
      this.#cache.reserve(this.#reserved);
    }
    if (!job.isDone) return;
    this.#abandon();
    if (region === undefined) return;
    if (emitted === undefined) {
      this.#hot.shrink(page);
      return;
    }
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
  }

  #nextJob(): RegionJob | undefined {
    for (const page of this.#waiting) {
      this.#waiting.delete(page);
      const heat = this.#hot.of(page);
      if (heat !== undefined) return this.#jobFor(page, heat);
    }
    return undefined;
  }

  #jobFor(page: number, heat: Heat): RegionJob {
    const address: PageAddress = { vaLo: heat.vaLo, vaHi: heat.vaHi };
    const pages = new Map<number, number>([[0, page]]);
    const decodedPage = (number: number): number => {
      let known = pages.get(number);
      if (known === undefined) {
        known = this.#decoded.mapped(address, number);
        pages.set(number, known);
      }
      return known;
    };
    const seeds = [...heat.seeds].sort((a, b) => b[1] - a[1]).map(([offset]) => offset);
    return new RegionJob({
      code: {
        at: (offset) => {
          const base = decodedPage(pageOf(offset));
          return base === 0 ? undefined : this.#decoded.decoded(base + (offset & 4094) * 4);
        },
        samples: (offset) => {
          const number = pageOf(offset);
          const there = number === 0 ? heat : this.#hot.of(decodedPage(number));
          return there?.seeds.get(offset & 4094) ?? 0;
        },
        targets: (offset) => {
          const distances = this.#jumps.of(decodedPage(pageOf(offset)), offset & 4094);
          return distances.map((distance) => offset + distance);
        },
      },
      ...{ pages, decodedPage, seeds },
      limit: Math.min(this.#hot.largest(page), this.#hot.affordable(heat.samples)),
      allocate: (entries) => this.#cache.allocate(entries),
    });
  }

  /**
   * A visit to translated code ended with the indirect jump at `from`, whose target was not known there. When many did, the translations
   * that contain the jump are made again, with its targets in them.
   */
  #jumped(from: number, vaLo: number, vaHi: number): void {
    const va = { vaLo: (from & ~4095) >>> 0, vaHi };
    const page = this.#decoded.mapped(va, 0);
    const jump = page === 0 ? undefined : this.#decoded.decoded(page + (from & 4094) * 4);
    // Returns follow from what is known of the calls; in the page of a jump, its lookup knows all entries.
    const isNear = from >>> 12 === vaLo >>> 12;
    if (jump === undefined || isReturn(jump) || isNear) return;
    if (!this.#jumps.note(page, from & 4094, (vaLo - from) | 0)) return;
    const affordable = this.#hot.affordable(this.#jumps.arrivals(page));
    const learnt = this.#jumps.learn(page).map((offset) => offset >>> 1);
    const stale = new Set<Translation>();
    for (const halfword of learnt) {
      for (const each of this.#cache.covering(page, halfword, halfword))
        if (each.instructions <= affordable) stale.add(each);
    }
    this.#cache.remove([...stale]);
    for (const { pages, sampled } of stale) {
      const base = pages.get(0) as number;
      const number = [...pages].find(([, each]) => each === page)?.[0] ?? 0;
      const low = va.vaLo - number * 4096;
      this.#hot.set(base, {
        ...{ samples: LARGEST_REGION, next: 0, seeds: sampled.inBase },
        ...{ vaLo: low >>> 0, vaHi: (vaHi + Math.floor(low / 0x1_0000_0000)) >>> 0 },
      });
      this.#wait(base);
    }
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
      this.#jumps.clear();
      this.#reserved = undefined;
      this.#job = undefined;
      return;
    }
    for (let page = from; page < to; page += DECODED_PAGE_SIZE) {
      this.#hot.drop(page);
      this.#waiting.delete(page);
      if (!this.#cache.isInPage(page)) continue;
      this.#cache.remove(this.#cache.covering(page, 0, LAST_HALFWORD));
      if (this.#reserved?.cover.has(page) === true) this.#abandon();
    }
  }
}
