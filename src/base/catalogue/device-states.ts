/**
 * States of a virtio device, as its Status register tells them, and why one stands still that needs a reset. Devices, snapshots
 * and whoever shows them read these tables; the texts are `deviceState.<id>` and `deviceFault.<id>`. Data only.
 */

/** In the order in which a driver sets the bits (virtio 1.2, 3.1.1); the last one that is set is the state. */
export const DEVICE_STATES = [
  /** No driver has looked at it since it was reset. */
  { id: 'reset', name: '', bit: 0 },
  { id: 'acknowledged', name: 'ACKNOWLEDGE', bit: 1 },
  { id: 'driver', name: 'DRIVER', bit: 2 },
  { id: 'features-ok', name: 'FEATURES_OK', bit: 8 },
  { id: 'driver-ok', name: 'DRIVER_OK', bit: 4 },
  { id: 'needs-reset', name: 'NEEDS_RESET', bit: 64 },
  { id: 'failed', name: 'FAILED', bit: 128 },
] as const;
export type DeviceStateId = (typeof DEVICE_STATES)[number]['id'];

/** The state that a Status register tells. */
export function deviceStateOf(status: number): DeviceStateId {
  return DEVICE_STATES.findLast(({ bit }) => (status & bit) !== 0)?.id ?? 'reset';
}

/** Why a queue broke. */
export const QUEUE_FAULTS = [
  'bad-size',
  'bad-ring-address',
  'ring-not-memory',
  'index-jump',
  'head-beyond-queue',
  'next-beyond-table',
  'chain-too-long',
  'descriptor-not-memory',
  'bad-buffer-address',
  'readable-after-writable',
  'bad-indirect',
] as const;
export type QueueFault = (typeof QUEUE_FAULTS)[number];

/** Why a device needs a reset: a queue of its broke, or a request made no sense. */
export type DeviceFault = QueueFault | 'protocol';
export const DEVICE_FAULTS: readonly DeviceFault[] = [...QUEUE_FAULTS, 'protocol'];
