/**
 * Faults of all replacement policies by the number of frames, on what was recorded of a VM's accesses; what it really had stands beside
 * them. The curves of a string are computed once, and kept while nothing is added to it.
 */
import { fail, ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { faultCurves as curvesOf, type FaultCurve, type FaultCurves } from '../swap/policies/fault-curves.ts';
import type { Recording } from '../tracking/recording.ts';
import { MOST_REFERENCES } from '../tracking/recording-state.ts';

export interface FaultCurvesAnswer {
  /** It goes on; it ended because it could hold no more. */
  readonly isOn: boolean;
  readonly isFull: boolean;
  /** From when to when it was recorded, how many rounds that were, and the time between two. */
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly rounds: number;
  readonly periodNs: VirtualNs;
  /** Accesses, a page once for each round, and the most that are recorded. */
  readonly references: number;
  readonly mostReferences: number;
  /** Different pages among them. */
  readonly pages: number;
  /** Numbers of frames, ascending; with the last one there is room for all pages. */
  readonly frames: readonly number[];
  /** For each policy, the optimal one last: faults by number of frames, the first ones of each page included. */
  readonly curves: readonly FaultCurve[];
  /** What the VM really had meanwhile: frames on average, and pages that came back from the swap area, as a policy chose them (absent: none did). */
  readonly live: { readonly policy?: string; readonly frames: number; readonly faults: number };
}

/** By recording: the curves of so many of its references. */
const KNOWN = new WeakMap<Recording, { readonly length: number; readonly curves: FaultCurves }>();

export const faultCurves: Question<'fault-curves', OfVm, FaultCurvesAnswer> = defineVmQuestion<
  'fault-curves',
  FaultCurvesAnswer
>({
  id: 'fault-curves',
  text: {
    en: 'page faults of every replacement policy by the number of frames, the fewest that are possible among them, on what was recorded of a VM’s accesses',
    zh: '根据对虚拟机访问的记录，各置换策略在不同页帧数下的缺页次数，以及可能的最少次数',
  },
  ask(vm, _, host) {
    const recording = host.management.recorder.of(vm.slot);
    return recording === undefined
      ? fail('vm.noRecording', { vm: vm.spec.name })
      : ok(answerOf(recording, host));
  },
});

function answerOf(recording: Recording, host: Host): FaultCurvesAnswer {
  const { isOn, isFull, fromNs, toNs, rounds, periodNs, length } = recording;
  const { pages, frames, curves } = curvesFor(recording, host);
  const policy = host.management.reclaim.settings?.policy;
  return {
    ...{ isOn, isFull, fromNs, toNs, rounds, periodNs },
    ...{ references: length, mostReferences: MOST_REFERENCES, pages, frames, curves },
    live: {
      ...(policy === undefined ? {} : { policy }),
      ...{ frames: recording.frames, faults: recording.swaps },
    },
  };
}

function curvesFor(recording: Recording, { management, settings }: Host): FaultCurves {
  const known = KNOWN.get(recording);
  if (known?.length === recording.length) return known.curves;
  const curves = curvesOf(recording.string(), management.reclaim.policies, settings.seed);
  KNOWN.set(recording, { length: recording.length, curves });
  return curves;
}
