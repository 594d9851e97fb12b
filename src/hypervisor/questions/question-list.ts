/** The questions that hosts answer. They are much code and run nothing, so what few ask comes when it is first asked. */
import { Later } from '#base/later';
import type { Question } from './question.ts';

export class QuestionList {
  /** Those that are here from the beginning; they are among all, too. */
  readonly #first: readonly Question[];
  readonly #all: Later<readonly Question[]>;

  /** @param load gives all of them */
  constructor(first: readonly Question[], load: () => Promise<readonly Question[]>) {
    this.#first = first;
    this.#all = new Later(load);
  }

  /** It is here from the beginning. */
  isFirst(id: string): boolean {
    return this.#first.some((each) => each.id === id);
  }
  /**
   * Sees to it that they are here, or the one that is named, with the code that its answer needs. Where they cannot be had it says so, and
   * tries again when asked again.
   */
  async come(id?: string): Promise<void> {
    if (id !== undefined && this.isFirst(id)) return;
    await this.#all.come();
    const parts = (id === undefined ? undefined : this.find(id)?.parts) ?? [];
    await Promise.all(parts.map(({ code }) => code.come()));
  }

  /** All of them, once they are here. */
  get all(): readonly Question[] {
    return this.#all.here;
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
