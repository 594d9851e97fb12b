/** Policies of a host: they come with the first one, code and all; until then there is nothing here. */
import { Later, type LaterPart } from '#base/later';
import type { PolicySpec } from '#base/scenario';
import type { Host } from '../host.ts';
import type { Adjuster, WorkingPolicy } from './adjuster.ts';
import { type AdjusterState, type Decision, NO_ADJUSTER } from './adjuster-state.ts';

const CODE = new Later(() => import('./adjuster.ts'));

export const ADJUSTMENT: LaterPart<typeof import('./adjuster.ts')> = {
  code: CODE,
  words: ['policies', 'host.setPolicy'],
};

export class Adjustment {
  readonly #host: Host;
  #adjuster: Adjuster | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** By priority, the highest first. */
  get policies(): readonly WorkingPolicy[] {
    return this.#adjuster?.policies ?? [];
  }
  /** The last ones, oldest first. */
  get decisions(): readonly Decision[] {
    return this.#adjuster?.decisions ?? [];
  }

  /** Puts these to work instead of those that were; one that is as it was goes on as it does. */
  set(specs: readonly PolicySpec[]): void {
    if (specs.length > 0 || this.#adjuster !== undefined) this.#made().set(specs);
  }
  #made(): Adjuster {
    this.#adjuster ??= new ADJUSTMENT.code.here.Adjuster(this.#host);
    return this.#adjuster;
  }

  capture(): AdjusterState {
    return this.#adjuster?.capture() ?? NO_ADJUSTER;
  }
  /** After the VMs, whose things they adjust. */
  restore(state: AdjusterState, specs: readonly PolicySpec[]): void {
    if (state.nextNs > 0 || state.decisions.length > 0) this.#made().restore(state, specs);
  }
}
