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
import { writeDeviceTree } from './writer.ts';

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
