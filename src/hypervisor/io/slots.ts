/** The virtio slots of a VM as its guest sees them: at some the hypervisor answers, and at the place of others hardware does. */
import type { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import type { PassedDevice } from './passthrough/passed-device.ts';
import type { Vioc } from './vioc.ts';

type Slots = Pick<Vioc, 'slots' | 'passed'>;

/** The device of the host that has the place of a slot. */
export function wholeAt({ passed }: Pick<Vioc, 'passed'>, slot: number): PassedDevice | undefined {
  return passed.find((each) => each.slot === slot);
}

/** The transport at the place of a slot, whoever answers there; none of a device that the VM does not have now. */
export function transportAt(devices: Slots, slot: number): VirtioSlot | undefined {
  const whole = wholeAt(devices, slot);
  return whole === undefined ? devices.slots[slot] : whole.transport;
}

/** Slots that something can be plugged into. */
export function freeSlots(devices: Slots): number[] {
  return devices.slots.flatMap(({ device }, slot) =>
    device === undefined && wholeAt(devices, slot) === undefined ? [slot] : [],
  );
}
