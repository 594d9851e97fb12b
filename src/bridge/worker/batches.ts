/** What goes to the page by itself: one batch after the other, no more often than the page can draw. */
import type { KeepingStatus } from '#bridge/protocol/keeping';
import type { LabBatch, OnBatch } from '#bridge/protocol/lab-api';

/** Between two batches, at least. */
const BATCH_MS = 16;

/** What one batch has to tell. */
export interface Told extends Omit<LabBatch, 'keeping'> {
  /** As it is now: the page hears of it when it has changed. */
  readonly keeping: KeepingStatus;
}

export class Batches {
  readonly #wallMs: () => number;
  /** The one who hears. */
  receiver: OnBatch | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** What the page knows of keeping. */
  #keeping: KeepingStatus | undefined;

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** Another lab: of its keeping nothing has been told. */
  begin(): void {
    this.#keeping = undefined;
  }
  /** The next one is due at once. */
  hasten(): void {
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }
  /** Milliseconds until the next one is due. */
  get dueMs(): number {
    return this.#lastMs + BATCH_MS - this.#wallMs();
  }
  /** What is collected from now on is the next batch. */
  collect(): void {
    this.#lastMs = this.#wallMs();
  }
  send({ keeping, ...rest }: Told): void {
    const isNews = keeping !== this.#keeping;
    this.#keeping = keeping;
    this.receiver?.({ ...rest, ...(isNews ? { keeping } : {}) });
  }
}
