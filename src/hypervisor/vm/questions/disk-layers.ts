/** What a VM's disks lie on, and which layers they have sealed. */
import { ok } from '#base/result';
import type { SealedNode } from '#machine/devices/disk/layers/layered-disk';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';

export interface LayeredDiskInfo {
  /** From 0. */
  readonly disk: number;
  readonly sizeBytes: number;
  /** Of what was written since the last layer was sealed. */
  readonly ownBytes: number;
  /** Name of the layer that it lies on; absent: none. */
  readonly below?: string;
  /** Layers that were sealed here, oldest first. */
  readonly tree: readonly (SealedNode & { readonly bytes: number })[];
}

export const diskLayers: Question<'disk-layers', OfVm, readonly LayeredDiskInfo[]> = defineVmQuestion({
  id: 'disk-layers',
  text: {
    en: 'what the disks of a VM lie on, and the layers that they have sealed, as a tree',
    zh: '虚拟机的磁盘位于哪些层之上，以及它们封存的层（树）',
  },
  ask: (vm, _, { layers }) =>
    ok(
      [...vm.devices.layered].map(([disk, { sizeBytes, allocatedBytes, below, tree }]) => ({
        ...{ disk, sizeBytes, ownBytes: allocatedBytes },
        ...(below === undefined ? {} : { below }),
        tree: tree.map((node) => ({ ...node, bytes: layers.find(node.layer)?.file.length ?? 0 })),
      })),
    ),
});
