/** Exits of a VM under finer names than their reasons: the SBI function, the device. Counted at each exit, so nothing is built for it. */

import { EXIT_INDEX, EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { declare } from '#base/state/declare';
import { integer, list, type Type, text, upTo } from '#base/state/types';
import { EXIT_REASON } from '../vcpu/state.ts';

/** How often, and what it cost in virtual time. */
interface Tally {
  count: number;
  costNs: number;
}

export interface ExitDetail extends Readonly<Tally> {
  readonly reason: ExitReasonId;
  readonly detail: string;
}

export const EXIT_DETAILS: Type<readonly ExitDetail[]> = list(
  declare<ExitDetail>('exit detail', {
    reason: EXIT_REASON,
    detail: text(256),
    count: integer,
    costNs: integer,
  }),
  upTo(65536),
);

export class ExitDetails {
  /** By position of the reason, by detail. */
  readonly #tallies: readonly Map<string, Tally>[] = EXIT_REASONS.map(() => new Map());
  /** By position of the reason: the latest detail, which is that of the next exit mostly, and its tally. */
  readonly #latest: string[] = [];
  readonly #latestTally: Tally[] = [];

  /** @param index position of the reason in the table of reasons */
  count(index: number, detail: string, costNs: number): void {
    if (this.#latest[index] !== detail) {
      this.#latest[index] = detail;
      this.#latestTally[index] = this.#tallyOf(index, detail);
    }
    const tally = this.#latestTally[index]!;
    tally.count += 1;
    tally.costNs += costNs;
  }
  #tallyOf(index: number, detail: string): Tally {
    const tallies = this.#tallies[index]!;
    let tally = tallies.get(detail);
    if (tally === undefined) {
      tally = { count: 0, costNs: 0 };
      tallies.set(detail, tally);
    }
    return tally;
  }

  /** The finer names under which exits for a reason have been counted. */
  names(reason: ExitReasonId): readonly string[] {
    return [...this.#tallies[EXIT_INDEX[reason]]!.keys()];
  }
  /** All that has been counted. */
  list(): ExitDetail[] {
    return EXIT_REASONS.flatMap(({ id }, index) =>
      [...this.#tallies[index]!].map(([detail, tally]) => ({ reason: id, detail, ...tally })),
    );
  }

  restore(details: readonly ExitDetail[]): void {
    for (const tallies of this.#tallies) tallies.clear();
    this.#latest.length = 0;
    for (const { reason, detail, count, costNs } of details)
      this.#tallies[EXIT_REASONS.findIndex(({ id }) => id === reason)]!.set(detail, { count, costNs });
  }
}
