/**
 * Gestures on their way to a guest: collected while others are being given, in their order, and moves of the pointer that another one
 * has overtaken left out. No more than one command is under way.
 */
import { LIMITS } from '#base/catalogue/limits';
import type { Gesture } from './key-codes.ts';

/** What waits beyond this is not taken: the lab stands, or cannot keep up. */
const MOST_WAITING = 8 * LIMITS.gesturesInOneGo;

export class GestureQueue {
  readonly #give: (gestures: readonly Gesture[]) => Promise<void>;
  #waiting: Gesture[] = [];
  #isGiving = false;

  /** @param give gives them to the guest; it does not fail */
  constructor(give: (gestures: readonly Gesture[]) => Promise<void>) {
    this.#give = give;
  }

  add(gestures: readonly Gesture[]): void {
    for (const gesture of gestures) {
      if (isOvertaken(this.#waiting.at(-1), gesture)) this.#waiting.pop();
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(gesture);
    }
    if (!this.#isGiving) void this.#giveAll();
  }

  async #giveAll(): Promise<void> {
    this.#isGiving = true;
    while (this.#waiting.length > 0) await this.#give(this.#waiting.splice(0, LIMITS.gesturesInOneGo));
    this.#isGiving = false;
  }
}

/** Both say where the same pointer or finger is, and nothing else has changed in between. */
function isOvertaken(last: Gesture | undefined, next: Gesture): boolean {
  if (last?.kind === 'pointer' && next.kind === 'pointer')
    return last.buttons === next.buttons && last.wheel === undefined;
  if (last?.kind === 'touch' && next.kind === 'touch')
    return last.contact === next.contact && last.x !== undefined && next.x !== undefined;
  return false;
}
