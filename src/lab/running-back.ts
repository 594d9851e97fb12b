/**
 * How a lab comes back to an earlier place of a vCPU: by an instruction, by an exit, or to where it would have stopped last. Places are counts of
 * instructions or exits; a lab of before is opened again and runs up to one, which is the place since nothing else decides what happens.
 */
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Breakpoint, VcpuStep } from '#hypervisor/port';
import type { Lab } from './lab.ts';

/** Whose way back it is. */
export interface VcpuOf {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
}

/** What is gone back to. */
export type Back =
  | { readonly kind: 'step'; readonly unit: VcpuStep }
  /** The last stop at one of these. */
  | { readonly kind: 'stop'; readonly breakpoints: readonly Breakpoint[] };

/** What a lab was before. */
export interface Before {
  /** The same run at the latest known time that is not after another; where there is none so early, at its begin. It is the caller's to close. */
  open(at: VirtualNs): Promise<Result<Lab>>;
  /** Lets others have their turn; true when nobody wants it any more. */
  pause(): Promise<boolean>;
}

/** A lab that stands at the place; or at the begin of what is known, where there is none before. */
export interface WentBack {
  readonly lab: Lab;
  readonly isBegin: boolean;
}

/** A place on the way of a vCPU. */
export interface Place extends VcpuOf {
  readonly unit: VcpuStep;
  readonly count: number;
  readonly pc?: string;
}

interface Counts {
  readonly instructions: number;
  readonly exits: number;
  readonly pc: string;
}

/** Pieces of the way that are looked at from behind: the first one, and the longest. With watched addresses each instruction is looked at. */
const PIECES_NS = { watched: [500_000, 20_000_000], plain: [20_000_000, 1_000_000_000] } as const;
/** A place is not far behind the present. */
const BEYOND_NS = 1_000_000_000;
/** Lets others have their turn so often. */
const PART_NS = 5_000_000;

/** Of a vCPU so far; nothing where there is none yet. */
async function countsOf(lab: Lab, { host, vm, vcpu }: VcpuOf): Promise<Counts | undefined> {
  const code = await lab.answer(host, 'code', { vm, vcpu });
  if (!code.ok) return undefined;
  const { instructions, exits, pc } = code.value.value;
  return { instructions, exits, pc };
}

/** The place at which a host stands; nothing where it stands at none of a vCPU. */
export async function placeOf(lab: Lab, host: number): Promise<Place | undefined> {
  const { stop } = lab.hosts[host]?.status ?? {};
  if (stop === undefined) return undefined;
  const of = { host, vm: stop.vm, vcpu: stop.vcpu };
  const counts = await countsOf(lab, of);
  if (counts === undefined) return undefined;
  return stop.reason === undefined
    ? { ...of, unit: 'instruction', count: counts.instructions, pc: stop.pc }
    : { ...of, unit: 'exit', count: counts.exits };
}

/** Goes back; the lab that is given stays what it is. */
export async function runBack(lab: Lab, of: VcpuOf, back: Back, before: Before): Promise<Result<WentBack>> {
  const here = await countsOf(lab, of);
  if (here === undefined) return fail('no-such-vm', { vm: of.vm });
  if (back.kind === 'stop') return new Search(lab, { ...of, ...here }, back.breakpoints, before).run();
  const { stop } = lab.hosts[of.host]?.status ?? {};
  const isAtExit = stop?.reason !== undefined && stop.vm === of.vm && stop.vcpu === of.vcpu;
  const count = back.unit === 'instruction' ? here.instructions - 1 : here.exits - (isAtExit ? 1 : 0);
  return goTo({ ...of, unit: back.unit, count }, lab.now, before);
}

/** A lab that stands at a place that it had passed by then. */
export async function goTo(place: Place, now: VirtualNs, before: Before): Promise<Result<WentBack>> {
  for (let at = now; ; ) {
    const opened = await before.open(at);
    if (!opened.ok) return opened;
    const lab = opened.value;
    const begin = lab.now;
    const counts = await countsOf(lab, place);
    const passed = place.unit === 'exit' ? counts?.exits : counts?.instructions;
    const isPast = passed !== undefined && passed > (place.unit === 'exit' ? place.count - 1 : place.count);
    if (!isPast && place.count >= 0) return arrive(lab, place, now, before);
    // It has passed it already; where nothing earlier is known, the way ends.
    const earlier = begin > 0 ? await before.open(begin - 1) : opened;
    if (!earlier.ok) {
      lab.close();
      return earlier;
    }
    if (earlier.value !== lab && earlier.value.now >= begin) earlier.value.close();
    if (earlier.value === lab || earlier.value.now >= begin) return ok({ lab, isBegin: true });
    lab.close();
    at = earlier.value.now;
    earlier.value.close();
  }
}

async function arrive(lab: Lab, place: Place, now: VirtualNs, before: Before): Promise<Result<WentBack>> {
  const { host, ...request } = place;
  const told = await tell(lab, host, { kind: 'run-to-count', ...request }, now, before);
  if (!told.ok) {
    lab.close();
    return told;
  }
  return ok({ lab, isBegin: lab.stopped === undefined });
}

type Request = Parameters<Lab['debug']>[1];

/** Tells a host where to stop, and lets the lab run up to there, or not far beyond a time. */
async function tell(
  lab: Lab,
  host: number,
  request: Request,
  now: VirtualNs,
  { pause }: Before,
): Promise<Result<null>> {
  // A VM that is made later is not there yet.
  let told = await lab.debug(host, request);
  while (!told.ok && told.error.code === 'no-such-vm' && lab.now < now) {
    const at = lab.now;
    await lab.advance(lab.now + 1);
    if (lab.now === at) break;
    told = await lab.debug(host, request);
  }
  return told.ok ? advance(lab, now + BEYOND_NS, pause) : told;
}

async function advance(lab: Lab, until: VirtualNs, pause: Before['pause']): Promise<Result<null>> {
  for (let last = -1; lab.now < until && lab.stopped === undefined && lab.now > last; ) {
    last = lab.now;
    await lab.advance(Math.min(until, lab.now + PART_NS));
    if (await pause()) return fail('cancelled');
  }
  return ok(null);
}

/** Looks for the last stop before the present, piece by piece from behind. */
class Search {
  readonly #lab: Lab;
  readonly #here: VcpuOf & Counts;
  readonly #breakpoints: readonly Breakpoint[];
  readonly #before: Before;

  constructor(lab: Lab, here: VcpuOf & Counts, breakpoints: readonly Breakpoint[], before: Before) {
    this.#lab = lab;
    this.#here = here;
    this.#breakpoints = breakpoints;
    this.#before = before;
  }

  async run(): Promise<Result<WentBack>> {
    const { now } = this.#lab;
    const isWatching = this.#breakpoints.some(({ kind }) => kind === 'watch');
    const [first, longest] = isWatching ? PIECES_NS.watched : PIECES_NS.plain;
    let pieceNs: VirtualNs = first;
    for (let until = now; ; ) {
      const from = Math.max(0, until - pieceNs);
      const opened = await this.#before.open(from);
      if (!opened.ok) return opened;
      const lab = opened.value;
      const begin = lab.now;
      const found = await this.#lastIn(lab, Math.max(begin, from), until, until === now);
      lab.close();
      if (!found.ok) return found;
      if (found.value !== undefined) return goTo(found.value, now, this.#before);
      if (from <= begin) {
        const start = await this.#before.open(begin);
        return start.ok ? ok({ lab: start.value, isBegin: true }) : start;
      }
      until = from;
      pieceNs = Math.min(pieceNs * 2, longest);
    }
  }

  /** The last place of a piece at which it stops. @param isLast the present ends it */
  async #lastIn(
    lab: Lab,
    from: VirtualNs,
    until: VirtualNs,
    isLast: boolean,
  ): Promise<Result<Place | undefined>> {
    const { pause } = this.#before;
    const { host, vm, vcpu, instructions, pc } = this.#here;
    const reached = await advance(lab, from, pause);
    if (!reached.ok) return reached;
    const set = await lab.debug(host, { kind: 'breakpoints', breakpoints: this.#breakpoints });
    if (!set.ok) return set;
    const isBetween = isLast && (this.#lab.hosts[host]?.status.restOfQuantumNs ?? 0) > 0;
    const onwards: Request = isBetween
      ? { kind: 'run-to-count', vm, vcpu, unit: 'instruction', count: instructions, pc }
      : { kind: 'go-on' };
    let last: Place | undefined;
    for (;;) {
      const told = await lab.debug(host, onwards);
      if (!told.ok) return told;
      const ran = await advance(lab, isBetween ? until + BEYOND_NS : until, pause);
      if (!ran.ok) return ran;
      const { stop } = lab.hosts[host]?.status ?? {};
      if (stop === undefined || stop.kind === 'count') return ok(last);
      const place = await placeOf(lab, host);
      if (place === undefined) return ok(last);
      last = place;
    }
  }
}
