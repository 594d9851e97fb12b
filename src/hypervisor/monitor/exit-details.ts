/** Exits of a VM under finer names than their reasons: the SBI function, the device. Counted at each exit, so nothing is built for it. */
import type { StateReader, StateWriter } from '#base/state-codec';
import { EXIT_REASONS, type ExitReasonId } from '../vcpu/exit-reasons.ts';

/** How often, and what it cost in virtual time. */
interface Tally {
  count: number;
  costNs: number;
}

export interface ExitDetail extends Readonly<Tally> {
  readonly reason: ExitReasonId;
  readonly detail: string;
}

export class ExitDetails {
  /** By position of the reason, by detail. */
  readonly #tallies: readonly Map<string, Tally>[] = EXIT_REASONS.map(() => new Map());

  /** @param index position of the reason in the table of reasons */
  count(index: number, detail: string, costNs: number): void {
    const tallies = this.#tallies[index]!;
    const tally = tallies.get(detail);
    if (tally === undefined) {
      tallies.set(detail, { count: 1, costNs });
      return;
    }
    tally.count += 1;
    tally.costNs += costNs;
  }

  /** All that has been counted. */
  list(): ExitDetail[] {
    return EXIT_REASONS.flatMap(({ id }, index) =>
      [...this.#tallies[index]!].map(([detail, tally]) => ({ reason: id, detail, ...tally })),
    );
  }

  save(w: StateWriter): void {
    for (const tallies of this.#tallies) {
      w.list([...tallies], ([detail, { count, costNs }]) => {
        w.string(detail);
        w.integer(count);
        w.integer(costNs);
      });
    }
  }
  load(r: StateReader): void {
    for (const tallies of this.#tallies) {
      tallies.clear();
      r.list(() => tallies.set(r.string(), { count: r.integer(), costNs: r.integer() }));
    }
  }
}
