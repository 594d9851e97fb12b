/** The snapshots of a VM as a tree: what comes from what, and where the VM as it is stands. Plain data, no React. */
import type { AnswerOf } from '#bridge/protocol/answers';

export type SnapshotList = AnswerOf<'snapshots'>;
export type Snapshot = SnapshotList['snapshots'][number];

export interface Branch {
  readonly snapshot: Snapshot;
  readonly children: readonly Branch[];
}

/** No snapshot: what the first ones come from. */
export const ROOT = 0;

/** The snapshots that come from one, oldest first, with all that comes from them. */
export function branchesFrom(snapshots: readonly Snapshot[], parent: number = ROOT): readonly Branch[] {
  return snapshots
    .filter((snapshot) => snapshot.parent === parent)
    .map((snapshot) => ({ snapshot, children: branchesFrom(snapshots, snapshot.id) }));
}

/** A name that no snapshot has, from a text with a number in it. */
export function freeName(snapshots: readonly Snapshot[], text: (number: number) => string): string {
  const taken = new Set(snapshots.map(({ name }) => name));
  let number = snapshots.length + 1;
  while (taken.has(text(number))) number += 1;
  return text(number);
}

/** Other VMs that have a snapshot of the same instant and name: it was taken of all of them together. */
export function takenWith(
  { name, at }: Snapshot,
  others: readonly { readonly vm: string; readonly snapshots: readonly Snapshot[] }[],
): readonly string[] {
  return others
    .filter(({ snapshots }) => snapshots.some((other) => other.name === name && other.at === at))
    .map(({ vm }) => vm);
}
