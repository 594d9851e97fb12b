/**
 * Samples of parts (`parts.ts`): rings of every 100 ms and every second, shorter than those of VMs, of as many parts as {@link MOST_PARTS}.
 * A part that goes takes its samples along, and what comes in its place begins anew.
 */
import { PART_METRICS, type PartScope } from '#base/catalogue/scoped-metrics';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { text } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Allocate } from '../memory/frame-allocator.ts';
import { KEPT, SAMPLES, SampleRing, type SamplesState } from './metrics.ts';
import { type HostOfParts, PART_READERS, type Part, partsOf, visitParts } from './parts.ts';

/** Of a host, in the order in which they came: others are read when somebody asks, and have no samples. */
export const MOST_PARTS = 256;
/** Twenty-five seconds, and four minutes. */
const FINE_SAMPLES = 256;
const COARSE_SAMPLES = 240;
const LONGEST_KEY = 512;

interface Rings {
  readonly fine: SampleRing;
  readonly coarse: SampleRing;
}
interface SampledPart {
  readonly key: string;
  readonly scope: PartScope;
  readonly rings: Rings;
  /** The latest sample in which it was there. */
  seenAt: VirtualNs;
}
/** Something that was visited; of what is beyond the bound there are no samples. */
interface Visited {
  readonly thing: object;
  readonly part: SampledPart | undefined;
}

export interface PartSamplesState {
  readonly key: string;
  readonly fine: SamplesState;
  readonly coarse: SamplesState;
}
export const PART_SAMPLES: Declaration<PartSamplesState> = declare('samples of part', {
  ...{ key: text(LONGEST_KEY), fine: SAMPLES, coarse: SAMPLES },
});

/** By its labels: names have no blanks, and VMs' no slashes. */
function keyOf({ scope, labels }: Pick<Part, 'scope' | 'labels'>): string {
  return `${scope} ${Object.values(labels).join('/')}`;
}

function take({ scope, rings: { fine, coarse } }: SampledPart, thing: Part['thing'], at: VirtualNs): void {
  PART_READERS[scope](thing as never, fine.values, fine.next());
  if (at % KEPT.coarse.periodNs === 0) coarse.take(fine);
}

export class PartSamples {
  readonly #host: HostOfParts;
  readonly #allocate: Allocate;
  /** By the thing itself: names of all of them need not be made for each sample. */
  readonly #parts = new Map<object, SampledPart>();
  /** As they were visited last; mostly they are the same again, and need not be looked up. */
  #order: Visited[] = [];

  constructor(host: HostOfParts, allocate: Allocate) {
    [this.#host, this.#allocate] = [host, allocate];
  }

  /** Takes the sample of a multiple of the finer period. */
  sample(at: VirtualNs): void {
    let [known, unknown, place] = [0, 0, 0];
    const order = this.#order;
    visitParts(this.#host, (_, thing) => {
      let visited = order[place];
      if (visited?.thing !== thing) {
        visited = { thing, part: this.#parts.get(thing) };
        order[place] = visited;
      }
      place += 1;
      const { part } = visited;
      if (part === undefined) unknown += 1;
      else {
        known += 1;
        part.seenAt = at;
        take(part, thing, at);
      }
    });
    order.length = place;
    if (known < this.#parts.size)
      for (const [thing, { seenAt }] of this.#parts) if (seenAt < at) this.#parts.delete(thing);
    if (unknown > 0 && this.#parts.size < MOST_PARTS) this.#beginAll(at);
  }
  #beginAll(at: VirtualNs): void {
    for (const part of partsOf(this.#host)) {
      const begun = this.#parts.has(part.thing) ? undefined : this.#begin(part, at);
      if (begun !== undefined) take(begun, part.thing, at);
    }
  }

  /** Nothing where there are as many as may be. */
  #begin(part: Part, seenAt: VirtualNs): SampledPart | undefined {
    if (this.#parts.size >= MOST_PARTS) return undefined;
    const metrics = PART_METRICS[part.scope];
    const fine = new SampleRing(metrics, this.#allocate, FINE_SAMPLES);
    const coarse = new SampleRing(metrics, this.#allocate, COARSE_SAMPLES);
    const begun = { key: keyOf(part), scope: part.scope, rings: { fine, coarse }, seenAt };
    this.#parts.set(part.thing, begun);
    this.#order.length = 0;
    return begun;
  }

  /** The samples of a part that has a metric: of a VM, or of the host itself. */
  of(metric: string, vm: string | undefined, part: string): Rings | undefined {
    const [scope = ''] = metric.split('-');
    const sought = `${scope} ${vm === undefined ? part : `${vm}/${part}`}`;
    for (const { key, rings } of this.#parts.values()) if (key === sought) return rings;
    return undefined;
  }

  /** Of what is still there: what has gone since the last sample is forgotten at the next. */
  capture(): PartSamplesState[] {
    const there = new Set<object>(partsOf(this.#host).map(({ thing }) => thing));
    const kept = [...this.#parts].filter(([thing]) => there.has(thing));
    return kept.map(([, { key, rings }]) => ({
      ...{ key, fine: rings.fine.capture(), coarse: rings.coarse.capture() },
    }));
  }
  /** The parts are there as they were. */
  restore(states: readonly PartSamplesState[]): void {
    const found = new Map(partsOf(this.#host).map((part) => [keyOf(part), part]));
    this.#parts.clear();
    this.#order.length = 0;
    for (const { key, fine, coarse } of states) {
      const part = found.get(key);
      const begun = part && this.#begin(part, 0);
      if (begun === undefined) throw new SnapshotFormatError(`no part ${JSON.stringify(key)}`);
      begun.rings.fine.restore(fine);
      begun.rings.coarse.restore(coarse);
    }
  }
}
