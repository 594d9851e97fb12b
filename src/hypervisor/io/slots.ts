/** The virtio slots of a VM as its guest sees them: at some the hypervisor answers, and at the place of others hardware does. */
import type { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import type { Vioc } from './vioc.ts';

type Slots = Pick<Vioc, 'slots' | 'passed'>;

/** The transport at the place of a slot, whoever answers there; none of a device that the VM does not have now. */
export function transportAt({ slots, passed }: Slots, slot: number): VirtioSlot | undefined {
  const whole = passed.find((each) => each.slot === slot);
  return whole === undefined ? slots[slot] : whole.transport;
}

/** Slots that something can be plugged into. */
export function freeSlots({ slots, passed }: Slots): number[] {
  const isFree = (slot: number): boolean =>
    slots[slot]?.device === undefined && !passed.some((each) => each.slot === slot);
  return [...slots.keys()].filter(isFree);
}
