/** The snapshots of a VM as a tree, and where in it the VM stands. */
import { LIMITS } from '#base/catalogue/limits';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';

export interface SnapshotInfo {
  readonly id: number;
  /** The snapshot that this one comes from; 0: the beginning. */
  readonly parent: number;
  readonly name: string;
  /** When it was taken, by the clock of its host. */
  readonly at: VirtualNs;
  /** How the VM was. */
  readonly state: VmState;
  /** Of its pages and parts of disks; those that another snapshot has too count here as well. */
  readonly bytes: number;
  /** What deleting it would free. */
  readonly ownBytes: number;
}

export interface SnapshotList {
  /** The snapshot that the VM as it is comes from; 0: none. */
  readonly here: number;
  /** Oldest first. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Of all snapshots of the host together, each content counted once, and at most. */
  readonly hostBytes: number;
  readonly limitBytes: number;
}

export const snapshots: Question<'snapshots', OfVm, SnapshotList> = defineVmQuestion({
  id: 'snapshots',
  text: {
    en: 'the snapshots of a VM as a tree, and which of them it comes from',
    zh: '虚拟机的快照树，以及它当前源自哪个快照',
  },
  ask: (vm, _, { snapshots: all }) =>
    ok({
      here: all.here(vm),
      snapshots: all.of(vm).map((node) => {
        const { id, parent, name, at, state, contents } = node;
        const bytes = contents.reduce((sum, number) => sum + all.contents.get(number).length, 0);
        return { ...{ id, parent, name, at, state, bytes }, ownBytes: all.ownBytes(node) };
      }),
      hostBytes: all.contents.bytes,
      limitBytes: LIMITS.snapshotBytes,
    }),
});
