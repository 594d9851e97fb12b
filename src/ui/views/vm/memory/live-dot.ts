/** Where the VM itself stands beside the curves of its faults. */
import type { AnswerOf } from '#bridge/protocol/answers';

/** A dot farther out would press the curves together. */
const REACH = 1.25;

/** True where a dot for what the VM really had fits beside the curves. */
export function isOnPlot({ frames, live }: Pick<AnswerOf<'fault-curves'>, 'frames' | 'live'>): boolean {
  return live.policy !== undefined && live.frames > 0 && live.frames <= REACH * (frames.at(-1) ?? 0);
}
