/**
 * Keeps disks of a host in a thread of its own, which has no files: each commit goes by a message to the thread that has them, and the
 * host stands still until that has answered in memory that both share. What a guest has flushed is safe when it hears so, as in one thread.
 */
import { FLUSH_REFUSALS } from '#base/catalogue/disk-errors';
import type { CommitOutcome, DiskChange, DiskKeeper } from '#machine/devices/disk/layers/keeper';

/** What the host's thread posts. */
export interface FarCommit {
  readonly kind: 'commit';
  /** Of the disk. */
  readonly name: string;
  readonly change: DiskChange;
  /** Where the answer goes: one more than its place in the list below. */
  readonly answer: Int32Array;
}

const OUTCOMES: readonly CommitOutcome[] = ['kept', 'unseen', ...FLUSH_REFUSALS];
/** Whoever takes longer to answer does not any more. */
const PATIENCE_MS = 20_000;

/** For the host's thread, where memory can be shared and a thread may wait. */
export function farKeeper(post: (message: FarCommit) => void): (name: string) => DiskKeeper {
  const answer = new Int32Array(new SharedArrayBuffer(4));
  return (name) => ({
    commit(change) {
      Atomics.store(answer, 0, 0);
      post({ kind: 'commit', name, change, answer });
      Atomics.wait(answer, 0, 0, PATIENCE_MS);
      return OUTCOMES[Atomics.load(answer, 0) - 1] ?? 'unavailable';
    },
  });
}

/** For the thread that has the files. */
export function answerCommit({ change, answer }: FarCommit, keeper: DiskKeeper | undefined): void {
  const outcome = keeper?.commit(change) ?? 'unseen';
  Atomics.store(answer, 0, 1 + OUTCOMES.indexOf(outcome));
  Atomics.notify(answer, 0);
}
