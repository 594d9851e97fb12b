/** The questions that hosts answer. They are much code and run nothing, so what few ask comes when it is first asked. */
import { invariant } from '#base/result';
import type { Question } from './question.ts';

export class QuestionList {
  /** Those that are here from the beginning; they are among all, too. */
  readonly #first: readonly Question[];
  readonly #load: () => Promise<readonly Question[]>;
  #coming: Promise<void> | undefined;
  #all: readonly Question[] | undefined;

  /** @param load gives all of them */
  constructor(first: readonly Question[], load: () => Promise<readonly Question[]>) {
    this.#first = first;
    this.#load = load;
  }

  /** Sees to it that they are here, or the one that is named. Where they cannot be had it says so, and tries again when asked again. */
  async come(id?: string): Promise<void> {
    if (this.#all !== undefined || this.#first.some((each) => each.id === id)) return;
    this.#coming ??= this.#fetch();
    await this.#coming;
  }
  async #fetch(): Promise<void> {
    try {
      this.#all = await this.#load();
    } finally {
      this.#coming = undefined;
    }
  }

  /** All of them, once they are here. */
  get all(): readonly Question[] {
    invariant(this.#all !== undefined, 'questions have come before they are asked');
    return this.#all;
  }

  /** One of them, if it is one; it must be here. */
  find(id: string): Question | undefined {
    return this.#first.find((each) => each.id === id) ?? this.all.find((each) => each.id === id);
  }

  /** These and more. */
  and(more: readonly Question[]): QuestionList {
    return new QuestionList([...this.#first, ...more], async () => {
      await this.come();
      return [...this.all, ...more];
    });
  }
}
