/** What a snapshot holds of a virtio slot: the transport's registers and queues, and its device. */
import { DEVICE_FAULTS, type DeviceFault } from '#base/catalogue/device-states';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { exactly, list, oneOf, optional, u32, upTo, words } from '#base/state/types';
import { type Counters, countersState, namesOf } from '../counters.ts';
import { SLOT_COUNTERS, type SlotCounter } from './metrics.ts';
import { VIRTQUEUE, type VirtqueueState } from './virtqueue-state.ts';

export interface VirtioSlotState {
  readonly status: number;
  readonly interrupts: number;
  readonly generation: number;
  readonly selectedQueue: number;
  readonly deviceFeaturesSelect: number;
  readonly driverFeaturesSelect: number;
  readonly driverFeatures: Uint32Array;
  readonly fault: DeviceFault | undefined;
  readonly counters: Counters<SlotCounter>;
  readonly queues: readonly VirtqueueState[];
  readonly device: PartState | undefined;
}

export const MOST_QUEUES = 16;

export const VIRTIO_SLOT: Declaration<VirtioSlotState> = declare('virtio slot', {
  status: u32,
  interrupts: u32,
  generation: u32,
  selectedQueue: u32,
  deviceFeaturesSelect: u32,
  driverFeaturesSelect: u32,
  driverFeatures: words(exactly(2)),
  fault: optional(oneOf(...DEVICE_FAULTS)),
  counters: countersState('virtio slot', namesOf(SLOT_COUNTERS), {
    since: 7,
    names: ['chains', 'declined'],
  }),
  queues: list(VIRTQUEUE, upTo(MOST_QUEUES)),
  device: optional(part),
});
