/** The comparison of a host as others know it: its code comes with the first that is asked for, and until then there is none. */
import type { ComparedId } from '#base/catalogue/compared-devices';
import { Later, type LaterPart } from '#base/later';
import type { FrameDoor } from '../../vm/home.ts';
import type { Vm } from '../../vm/vm.ts';
import type { Comparison, ComparisonOptions, ComparisonWork } from './comparison.ts';
import { type ComparisonState, NO_COMPARISON } from './state.ts';

const CODE = new Later(async () => ({
  ...(await import('./comparison.ts')),
  ...(await import('./compared-devices.ts')),
}));

export const COMPARING: LaterPart = { code: CODE, words: ['host.compare'] };

export class HostComparison {
  readonly #options: ComparisonOptions;
  #made: Comparison | undefined;

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  get #own(): Comparison {
    this.#made ??= new CODE.here.Comparison(this.#options);
    return this.#made;
  }

  /** What it must be told. */
  get door(): FrameDoor {
    return { noteFrame: (slot, frame, isSent) => this.#made?.door.noteFrame(slot, frame, isSent) };
  }
  /** What is compared, who is at it, and what it has cost those who have done it. */
  get state(): ComparisonState {
    return this.#made?.state ?? NO_COMPARISON;
  }
  /** Whether a VM has a device of a kind that can be compared. */
  canCompare(device: ComparedId, vm: Vm): boolean {
    return CODE.here.comparedDevice(device).waysOf(vm).length > 0;
  }
  /** Begins; what was compared before is forgotten. */
  begin(work: ComparisonWork): void {
    this.#own.begin(work);
  }

  capture(): ComparisonState {
    return this.#made?.capture() ?? NO_COMPARISON;
  }
  restore(state: ComparisonState): void {
    const wasUsed = state.waiting.length > 0 || state.rows.length > 0 || state.course !== undefined;
    if (wasUsed || state.operations > 0) this.#own.restore(state);
  }
}
