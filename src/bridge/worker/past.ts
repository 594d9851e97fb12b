/**
 * What a lab was at an earlier time, or would be if something had not been: from the nearest checkpoint of that run, or from its
 * beginning, by repeating what was commanded.
 */
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { BackTo, VcpuBack } from '#bridge/protocol/keeping';
import { REGISTRIES } from '#hypervisor/registries';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { beginningOf, commandsBetween, type Run, runWithout } from '#lab/checkpoints/going-back';
import { readLabState } from '#lab/checkpoints/lab-state';
import type { CheckpointStore } from '#lab/checkpoints/store';
import { hadEffect, type Lab } from '#lab/lab';
import { type Before, goTo, type Place, placeOf, runBack, type WentBack } from '#lab/running-back';
import type { TimedCommand } from '#lab/scenario';
import { SLICE_MS } from './governor.ts';
import { type Opened, type Opening, openImage, openScenario } from './opening.ts';

/** From where a run is repeated, and what is commanded then. */
interface Start {
  /** Absent: from the beginning. */
  readonly image?: LabImage;
  readonly toCome: readonly TimedCommand[];
}

/**
 * The checkpoint of the run that is nearest to a time, of those that are whole.
 * @param until commands up to here are repeated
 */
async function startBefore(
  at: VirtualNs,
  run: Run,
  store: CheckpointStore | undefined,
  until: VirtualNs,
): Promise<Start> {
  const before = (store?.labs ?? []).filter((each) => each.at <= at).sort((a, b) => b.at - a.at);
  for (const { number, lab } of before) {
    const state = readLabState(lab, REGISTRIES);
    const toCome = state.ok ? commandsBetween(state.value, run, until) : undefined;
    const image = toCome && (await store?.read(number));
    if (toCome !== undefined && image?.ok) return { image: image.value, toCome };
  }
  return { toCome: commandsBetween(beginningOf(run), run, until) ?? [] };
}

/** Opens a run at what is known of it nearest to a time, where commands up to another are still to be given. */
async function openBefore(
  at: VirtualNs,
  run: Run,
  store: CheckpointStore | undefined,
  opening: Opening,
  until: VirtualNs = at,
): Promise<Result<Opened>> {
  const { image, toCome } = await startBefore(at, run, store, until);
  return image === undefined
    ? openScenario(run.scenario, opening, toCome)
    : openImage(image, opening, toCome);
}

/** A run, and how far it has come. */
export interface PastRun extends Run {
  readonly now: VirtualNs;
  /** Of the vCPU at which it stood. */
  readonly place?: Place | undefined;
}

/** What a lab is, to come back to it. */
export async function presentOf(lab: Lab): Promise<PastRun> {
  const { scenario, log, now, stopped } = lab;
  const place = stopped === undefined ? undefined : await placeOf(lab, stopped);
  return { scenario, log: [...log], now, place };
}

/** From where the past is had. */
export interface PastOf {
  readonly lab: Lab;
  readonly store: CheckpointStore | undefined;
  /** What the lab was before it was taken back last. */
  readonly before: PastRun | undefined;
}

/** Opens what a lab was, or would be. Whoever has asked for it may have ended it meanwhile: nothing of it stays then. */
export async function openPast(
  { lab, store, before }: PastOf,
  to: BackTo,
  opening: Opening,
): Promise<Result<Opened>> {
  switch (to.kind) {
    case 'checkpoint': {
      const image = (await store?.read(to.number)) ?? fail('checkpoint.none');
      return image.ok ? openImage(image.value, opening) : image;
    }
    case 'time':
      if (to.at > lab.now)
        return fail('back.notPassed', { seconds: to.at / NS_PER_S, reached: lab.now / NS_PER_S });
      return openRun(lab, to.at, store, opening);
    case 'without': {
      const run = runWithout(lab, to.serial, to.commands);
      return run === undefined ? fail('back.noAction') : openRun(run, lab.now, store, opening);
    }
    case 'undone':
      if (before === undefined) return fail('back.nothing');
      return before.place === undefined
        ? openRun(before, before.now, store, opening)
        : openAtPlace(before, before.place, store, opening);
    case 'vcpu':
      return openBack(lab, to, store, opening);
  }
}

/** Opens where a vCPU of a lab was: nothing that was commanded later is part of it. */
async function openBack(
  lab: Lab,
  { back, host, vm, vcpu }: Extract<BackTo, { readonly kind: 'vcpu' }>,
  store: CheckpointStore | undefined,
  opening: Opening,
): Promise<Result<Opened>> {
  const way = new WayBack({ scenario: lab.scenario, log: lab.log, now: lab.now }, store, opening);
  const there = way.arrived(await runBack(lab, { host, vm, vcpu }, back, way), back.kind);
  if (!there.ok) return there;
  const { now } = there.value.lab;
  if (!lab.log.some((entry) => hadEffect(entry) && entry.command.at > now)) return there;
  // It was found by what was commanded until now.
  const place = await placeOf(there.value.lab, host);
  there.value.lab.close();
  const run = { scenario: lab.scenario, log: lab.log, now };
  return place === undefined ? fail('back.nothing') : openAtPlace(run, place, store, opening);
}

async function openAtPlace(
  run: PastRun,
  place: Place,
  store: CheckpointStore | undefined,
  opening: Opening,
): Promise<Result<Opened>> {
  const way = new WayBack(run, store, opening);
  return way.arrived(await goTo(place, run.now, way), 'step');
}

/** Opens a run at what is known of it, as often as the way back of a vCPU needs it, and tells how far that has come. */
class WayBack implements Before {
  readonly #run: PastRun;
  readonly #store: CheckpointStore | undefined;
  readonly #opening: Opening;
  readonly #opened = new Map<Lab, Opened>();
  /** The one that was opened last, from where, and why. */
  #last: { readonly lab: Lab; readonly from: VirtualNs; readonly at: VirtualNs } | undefined;
  #share = 0;

  constructor(run: PastRun, store: CheckpointStore | undefined, opening: Opening) {
    this.#run = run;
    this.#store = store;
    this.#opening = opening;
  }

  async open(at: VirtualNs): Promise<Result<Lab>> {
    const { kept } = this.#opening;
    // Software is here already, and each has disks of its own until one is chosen.
    const opening = { ...this.#opening, onProgress: () => undefined, run: kept.run() };
    const opened = await openBefore(at, this.#run, this.#store, opening, this.#run.now);
    if (!opened.ok) return opened;
    const { lab } = opened.value;
    this.#opened.set(lab, opened.value);
    this.#last = { lab, from: lab.now, at };
    return ok(lab);
  }

  // A property: whoever goes back takes it by itself.
  readonly pause = async (): Promise<boolean> => {
    const { fileTools, signal, onProgress } = this.#opening;
    const { now } = this.#run;
    if (this.#last !== undefined) {
      const { lab, from, at } = this.#last;
      // A search looks at pieces from behind, and a way to a place is one piece.
      const share = at < now ? (now - at) / now : (lab.now - from) / Math.max(1, now - from);
      this.#share = Math.min(1, Math.max(this.#share, share));
    }
    onProgress({ stage: 'run', subject: '', done: this.#share * now, total: now });
    await fileTools.pause();
    return signal.aborted;
  };

  /** What became of the way; where there was no such place, nothing. */
  arrived(went: Result<WentBack>, kind: VcpuBack['kind']): Result<Opened> {
    if (!went.ok) return went;
    const { lab, isBegin } = went.value;
    const opened = this.#opened.get(lab);
    if (!isBegin && opened !== undefined) return ok(opened);
    lab.close();
    return kind === 'stop' ? fail('back.noStop') : fail('back.atBegin');
  }
}

/** Opens what a run was at a time. */
async function openRun(
  run: Run,
  at: VirtualNs,
  store: CheckpointStore | undefined,
  opening: Opening,
): Promise<Result<Opened>> {
  const opened = await openBefore(at, run, store, opening);
  if (!opened.ok) return opened;
  const reached = await repeat(opened.value.lab, at, opening);
  if (reached.ok) return opened;
  opened.value.lab.close();
  return reached;
}

/** Lets a lab that nobody sees come to a time, as fast as it can. */
async function repeat(lab: Lab, to: VirtualNs, opening: Opening): Promise<Result<null>> {
  const { wallMs, signal, onProgress, fileTools } = opening;
  const from = lab.now;
  // A lab whose hosts have all failed stands still, as it did.
  for (let before = -1; before < lab.now && lab.now < to; ) {
    if (signal.aborted) return fail('cancelled');
    before = lab.now;
    await lab.advance(to, { deadlineMs: wallMs() + SLICE_MS });
    onProgress({ stage: 'run', subject: '', done: lab.now - from, total: to - from });
    await fileTools.pause();
  }
  return ok(null);
}
