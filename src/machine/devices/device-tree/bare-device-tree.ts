/**
 * The device tree of a bare machine: PLIC with M- and S-mode contexts, ACLINT, finisher, serial port, clock, virtio slots.
 */
import { VIRTIO_SLOTS } from '../platform.ts';
import {
  aclintNode,
  type Chosen,
  chosenNode,
  cpusNode,
  finisherNode,
  finishNodes,
  hartInterrupts,
  initrdProperties,
  M_EXTERNAL,
  memoryNode,
  plicNode,
  rootNode,
  rtcNode,
  S_EXTERNAL,
  socNode,
  uartNode,
  virtioNode,
} from './platform-nodes.ts';
import { readDeviceTree } from './reader.ts';
import { type TreeNode, writeDeviceTree } from './writer.ts';

export interface BareTreeOptions {
  readonly harts: number;
  readonly ramBytes: number;
  /** ISA extensions, single letters first in canonical order: `i`, `m`, `a`, …, `zicsr`. */
  readonly extensions: readonly string[];
  readonly chosen: Chosen;
}

/** PLIC context 2h is M-mode of hart h, 2h+1 its S-mode. */
export function bareDeviceTree(options: BareTreeOptions): Uint8Array {
  return writeDeviceTree(
    rootNode('virtlab,bare', [
      chosenNode(options.chosen),
      memoryNode(options.ramBytes),
      cpusNode(options.harts, options.extensions),
      socNode([
        finisherNode(),
        aclintNode(options.harts),
        plicNode(hartInterrupts(options.harts, [M_EXTERNAL, S_EXTERNAL])),
        uartNode(),
        rtcNode(),
        ...Array.from({ length: VIRTIO_SLOTS }, (_, slot) => virtioNode(slot)),
      ]),
      ...finishNodes(),
    ]),
  );
}

/** A tree that somebody else has written, with what a kernel is told at boot put into it; undefined where it is no tree. */
export function withChosen(
  bytes: Uint8Array,
  { bootargs, initrd }: Partial<Pick<Chosen, 'bootargs' | 'initrd'>>,
): Uint8Array | undefined {
  const tree = readDeviceTree(bytes);
  if (tree === undefined) return undefined;
  const { root, reservations, bootHart } = tree;
  const { children = [] } = root;
  const before = children.find(({ name }) => name === CHOSEN) ?? { name: CHOSEN, properties: {} };
  const chosen: TreeNode = {
    ...before,
    properties: {
      ...before.properties,
      ...(bootargs === undefined ? {} : { bootargs }),
      ...(initrd === undefined ? {} : initrdProperties(initrd)),
    },
  };
  const others = children.filter(({ name }) => name !== CHOSEN);
  return writeDeviceTree({ ...root, children: [chosen, ...others] }, reservations, bootHart);
}
const CHOSEN = 'chosen';
