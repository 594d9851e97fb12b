/** What comes when it is wanted, code above all: it is fetched once, however many ask, and asked for again where it could not be had. */
import { invariant } from './result.ts';

export class Later<T> {
  readonly #fetch: () => Promise<T>;
  #coming: Promise<void> | undefined;
  #here: { readonly it: T } | undefined;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  get isHere(): boolean {
    return this.#here !== undefined;
  }

  /** It, which must have come. */
  get here(): T {
    invariant(this.#here !== undefined, 'what comes later must have come before it is used');
    return this.#here.it;
  }

  /** Sees to it that it is here. Where it cannot be had the promise is rejected, and the next who asks tries again. */
  async come(): Promise<void> {
    if (this.#here !== undefined) return;
    this.#coming ??= this.#have();
    await this.#coming;
  }
  async #have(): Promise<void> {
    try {
      this.#here = { it: await this.#fetch() };
    } finally {
      this.#coming = undefined;
    }
  }
}

/** A part of something whose code comes later, where documents say who wants it. */
export interface LaterPart<Code = unknown> {
  readonly code: Later<Code>;
  /** Names of settings, commands and kinds, and other words by which documents ask for it. */
  readonly words: readonly string[];
}
