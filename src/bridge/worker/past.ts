/**
 * What a lab was at an earlier time, or would be if something had not been: from the nearest checkpoint of that run, or from its
 * beginning, by repeating what was commanded.
 */
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { BackTo } from '#bridge/protocol/keeping';
import { REGISTRIES } from '#hypervisor/registries';
import type { LabImage } from '#lab/checkpoints/checkpoint';
import { beginningOf, commandsBetween, type Run, runWithout } from '#lab/checkpoints/going-back';
import { readLabState } from '#lab/checkpoints/lab-state';
import type { CheckpointStore } from '#lab/checkpoints/store';
import type { Lab } from '#lab/lab';
import type { TimedCommand } from '#lab/scenario';
import { SLICE_MS } from './governor.ts';
import { type Opened, type Opening, openImage, openScenario } from './opening.ts';

/** From where a run is repeated, and what is commanded then. */
interface Start {
  /** Absent: from the beginning. */
  readonly image?: LabImage;
  readonly toCome: readonly TimedCommand[];
}

/** The checkpoint of the run that is nearest to a time, of those that are whole. */
async function startBefore(at: VirtualNs, run: Run, store: CheckpointStore | undefined): Promise<Start> {
  const before = (store?.labs ?? []).filter((each) => each.at <= at).sort((a, b) => b.at - a.at);
  for (const { number, lab } of before) {
    const state = readLabState(lab, REGISTRIES);
    const toCome = state.ok ? commandsBetween(state.value, run, at) : undefined;
    const image = toCome && (await store?.read(number));
    if (toCome !== undefined && image?.ok) return { image: image.value, toCome };
  }
  return { toCome: commandsBetween(beginningOf(run), run, at) ?? [] };
}

/** A run, and how far it has come. */
export interface PastRun extends Run {
  readonly now: VirtualNs;
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
      return before === undefined ? fail('back.nothing') : openRun(before, before.now, store, opening);
  }
}

/** Opens what a run was at a time. */
async function openRun(
  run: Run,
  at: VirtualNs,
  store: CheckpointStore | undefined,
  opening: Opening,
): Promise<Result<Opened>> {
  const { image, toCome } = await startBefore(at, run, store);
  const opened =
    image === undefined
      ? await openScenario(run.scenario, opening, toCome)
      : await openImage(image, opening, toCome);
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
