/** A device that does nothing, so that a test can hold its one queue. */
import { NO_STATE } from '../device.ts';
import type { Reach } from './descriptor-chain.ts';
import { F_INDIRECT_DESC, type VirtioDevice } from './virtio-device.ts';

/** Of a device that may touch all of a chain. */
export const ALL: Reach = { readable: Number.POSITIVE_INFINITY, writable: Number.POSITIVE_INFINITY };

export function idleDevice(queueSize: number): VirtioDevice {
  return {
    kind: 'idle',
    deviceId: 42,
    features: F_INDIRECT_DESC,
    queueSizes: [queueSize],
    config: new Uint8Array(0),
    counters: {},
    counterRows: [],
    plugged: () => {},
    unplugged: () => {},
    notify: () => {},
    reset: () => {},
    capture: () => NO_STATE,
    restore: () => {},
  };
}
