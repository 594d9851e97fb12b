/**
 * The device tree that a VM's kernel is started with: S-mode contexts only, no ACLINT and no finisher, since the
 * hypervisor is the SBI.
 */
import { type OptionalExtension, treeNames, USUAL_EXTENSIONS } from '#isa/extensions';
import { type FrameBufferPlace, frameBufferNode } from '#machine/devices/device-tree/frame-buffer-node';
import {
  type Chosen,
  chosenNode,
  cpusNode,
  ethocNode,
  hartInterrupts,
  ideNode,
  memoryNode,
  plicNode,
  rootNode,
  rtcNode,
  S_EXTERNAL,
  socNode,
  uartNode,
  virtioNode,
} from '#machine/devices/device-tree/platform-nodes';
import { writeDeviceTree } from '#machine/devices/device-tree/writer';
import { VIRTIO_SLOTS } from '#machine/devices/platform';

export interface VmTreeOptions {
  readonly vcpus: number;
  readonly memoryBytes: number;
  readonly chosen: Chosen;
  /** Its screen, if that is memory: behind that of which the kernel is told as RAM. */
  readonly frameBuffer?: FrameBufferPlace | undefined;
  /** Disks behind registers; none unless given. */
  readonly ideDisks?: number;
  /** Cards behind registers, and where their frames lie. */
  readonly ethocCards?: readonly { readonly hasOwnMemory: boolean }[];
  /** ISA extensions that the vCPUs have; {@link VM_EXTENSIONS} unless the VM hides some. */
  readonly extensions?: readonly string[];
}

/** What a vCPU offers: RV64GC with bit manipulation, counters and its own timer compare register. */
export const VM_EXTENSIONS: readonly string[] = [
  ...['i', 'm', 'a', 'f', 'd', 'c'],
  ...['zicntr', 'zicsr', 'zifencei', 'zba', 'zbb', 'zbs', 'sstc'],
];

/** The same on harts with other extensions than the usual ones. */
export function vmExtensions(extensions: readonly OptionalExtension[]): readonly string[] {
  if (extensions === USUAL_EXTENSIONS) return VM_EXTENSIONS;
  const always = VM_EXTENSIONS.filter(
    (name) => !USUAL_EXTENSIONS.some((usual) => usual.toLowerCase() === name),
  );
  return treeNames(always, extensions);
}

/** PLIC context v is S-mode of vCPU v. All virtio slots are listed, so that a device can be plugged in later. */
export function vmDeviceTree(options: VmTreeOptions): Uint8Array {
  return writeDeviceTree(
    rootNode('virtlab,vm', [
      chosenNode(options.chosen),
      memoryNode(options.memoryBytes),
      cpusNode(options.vcpus, options.extensions ?? VM_EXTENSIONS),
      ...(options.frameBuffer === undefined ? [] : [frameBufferNode(options.frameBuffer)]),
      socNode([
        plicNode(hartInterrupts(options.vcpus, [S_EXTERNAL])),
        uartNode(),
        rtcNode(),
        ...Array.from({ length: VIRTIO_SLOTS }, (_, slot) => virtioNode(slot)),
        ...Array.from({ length: options.ideDisks ?? 0 }, (_, slot) => ideNode(slot)),
        ...(options.ethocCards ?? []).map(({ hasOwnMemory }, slot) => ethocNode(slot, hasOwnMemory)),
      ]),
    ]),
  );
}
