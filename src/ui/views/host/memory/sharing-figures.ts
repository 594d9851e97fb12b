/** What follows from what the host says of sharing. */
import type { AnswerOf } from '#bridge/protocol/answers';

type Sharing = Pick<AnswerOf<'sharing'>, 'pages' | 'frames' | 'counts'>;

/** Frames that are free because others do for them. */
export function savedFrames({ pages, frames }: Sharing): number {
  return pages - frames;
}

/** Pages that had given up their frame and have one again, or are no more: they were written, or their VM ended. */
export function breaksOf(sharing: Sharing): number {
  return Math.max(0, sharing.counts.merged - savedFrames(sharing));
}
