/** What people see of a virtqueue: its rings as both sides have left them. To look changes nothing: no page is brought for it. */
import { type Hex64, hexNumber } from '#base/hex64';
import { QUEUE_BYTES, type Virtqueue } from '#machine/devices/virtio/virtqueue';
import { readGuestPhysical } from '../memory/guest-bytes.ts';
import type { Vm } from '../vm/vm.ts';

export interface QueueState {
  readonly size: number;
  readonly maxSize: number;
  readonly ready: boolean;
  readonly broken: boolean;
  /** It has the packed layout, and not the split one. */
  readonly packed: boolean;
  /** A page of the guest's must come before it can be served. */
  readonly waits: boolean;
  /** Where descriptors, the driver's ring and the device's lie; none before the driver has said. */
  readonly rings: readonly Hex64[];
  /** Chains that the driver has made available, that the device has taken, and that it has used; all count up modulo 2^16. */
  readonly available?: number;
  readonly taken: number;
  readonly used: number;
  /** Chains that the device has. */
  readonly inFlight: number;
  /** Bytes of the host's that are made for it, since its driver has set it up; and what it would take made ahead. */
  readonly madeBytes: number;
  readonly aheadBytes: number;
}

const INDEX = 2;

/** The state of one queue. */
export function queueOf(vm: Vm, queue: Virtqueue): QueueState {
  const { size, maxSize, ready, broken, packed, waits, taken, completed: used } = queue;
  const available = ready && !broken ? availableOf(vm, queue) : undefined;
  return {
    ...{ size, maxSize, ready, broken, packed, waits },
    rings: ready ? queue.rings.map(hexNumber) : [],
    ...(available === undefined ? {} : { available }),
    ...{ taken, used, inFlight: (taken - used) & 0xffff },
    ...{ madeBytes: queue.madeBytes, aheadBytes: QUEUE_BYTES },
  };
}

/** A split queue's driver counts; in a packed one what it has written is counted, if its descriptors are in RAM. */
function availableOf(vm: Vm, queue: Virtqueue): number | undefined {
  return queue.packed ? (queue.taken + queue.waiting()) & 0xffff : halfWordAt(vm, queue.rings[1]! + INDEX);
}

function halfWordAt(vm: Vm, gpa: number): number | undefined {
  const [low, high] = readGuestPhysical(vm, gpa, 2);
  return low === undefined || high === undefined ? undefined : low | (high << 8);
}
