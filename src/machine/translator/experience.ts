/**
 * What is learnt of code after it was translated: where its indirect jumps lead, where it is entered, which accesses
 * miss the TLB. When as much time has been lost
 * around a translation, for want of what is known now, as it takes to make it again, it is worth making again.
 */

import type { Translation } from './cache/code-cache.ts';
import { type Cover, covers } from './cache/cover.ts';
import type { Heat, HotPages } from './discover/hot-pages.ts';
import { JumpTargets } from './discover/jump-targets.ts';
import { MissedEntries } from './discover/missed-entries.ts';

/** Its samples are those for which something was missing. */
interface Loss extends Pick<Heat, 'samples' | 'era'> {
  /** How much was known when it was made. */
  known: number;
}

export class Experience {
  readonly jumps: JumpTargets = new JumpTargets();
  readonly entries: MissedEntries = new MissedEntries();
  /** Loads and stores that are left to the interpreter, for want of their page in the TLB: noted as entries are. */
  readonly misses: MissedEntries = new MissedEntries();
  readonly #hot: HotPages;
  readonly #losses: WeakMap<Translation, Loss> = new WeakMap();

  constructor(hot: HotPages) {
    this.#hot = hot;
  }

  /** A translation has been made with what is known. */
  made(translation: Translation): void {
    this.#losses.set(translation, { ...this.#hot.cold, known: this.#knownIn(translation.cover) });
  }

  /** A sample was lost for want of something; true when the translation should be made again. */
  lost(translation: Translation): boolean {
    const loss = this.#losses.get(translation);
    if (loss === undefined) return false;
    this.#hot.cool(loss);
    loss.samples++;
    if (!this.#hot.isWorth(loss.samples, translation.instructions)) return false;
    loss.samples = 0;
    for (const page of translation.cover.keys()) {
      this.jumps.learn(page);
      this.entries.learn(page);
      this.misses.learn(page);
    }
    return this.#knownIn(translation.cover) > loss.known;
  }

  /** It could not be made again: it stays as it is. */
  keep(translation: Translation): void {
    this.#losses.delete(translation);
  }

  /** How much is known of the code that a translation covers. */
  #knownIn(cover: Cover): number {
    let known = 0;
    for (const page of cover.keys()) {
      const isCovered = (offset: number): boolean => covers({ cover }, page, offset >>> 1);
      for (const [offset, targets] of this.jumps.in(page)) if (isCovered(offset)) known += targets.length;
      for (const places of [this.entries, this.misses])
        for (const offset of places.in(page)) if (isCovered(offset)) known++;
    }
    return known;
  }

  /** A page is another frame's now. */
  drop(page: number): void {
    this.jumps.drop(page);
    this.entries.drop(page);
    this.misses.drop(page);
  }
  /** All pages are gone. */
  clear(): void {
    this.jumps.clear();
    this.entries.clear();
    this.misses.clear();
  }
}
