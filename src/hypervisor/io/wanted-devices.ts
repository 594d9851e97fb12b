/** Which devices a specification asks for, in the order of their slots, and whether a VM can have them. */
import { fail, ok, type Result } from '#base/result';
import type { KindSpec, VmSpec } from '#base/scenario';
import { isThere } from '#base/slots';
import type { DiskKind } from '#machine/devices/disk/disk';
import { VIRTIO_SLOTS } from '#machine/devices/platform';
import type { DeviceKind } from '#machine/devices/virtio/device-kind';
import { checkKind, kindNamed } from '#machine/kind';
import { slotsOfWhole } from './behind-registers.ts';

/** What devices a VM can have, and what its disks can be made of. */
export interface DeviceRegistries {
  readonly devices: readonly DeviceKind[];
  readonly disks: readonly DiskKind[];
}

/** A device that a specification asks for, and its place among those of its kind. */
export interface WantedDevice {
  readonly spec: KindSpec;
  readonly index: number;
  /** From 1, of those that the specification names by kind; 0 for all others. */
  readonly further: number;
  readonly slot: number;
}

/**
 * All devices that a specification asks for, those that were taken out aside. Slots are filled in this order, but for devices that
 * were plugged in later, whose slots the specification says.
 */
export function wantedDevices(vm: VmSpec, { devices }: DeviceRegistries): WantedDevice[] {
  const own = devices.flatMap(({ id, wanted, slotOf }) =>
    (wanted?.(vm) ?? []).map((settings, index) => {
      return { spec: { ...settings, kind: id }, index, further: 0, said: slotOf?.(vm, index) };
    }),
  );
  const named = vm.devices ?? [];
  const further = named.map((spec, at) => {
    const index = named.slice(0, at).filter(({ kind }) => kind === spec.kind).length;
    return { spec, index, further: at + 1, said: undefined };
  });
  let next = 0;
  return [...own, ...further]
    .map(({ said, ...device }) => ({ ...device, slot: said ?? next++ }))
    .filter(isThere);
}

/** Checks that the devices of a specification are such as there are, and have room. */
export function checkDevices(vm: VmSpec, registries: DeviceRegistries): Result<null> {
  for (const spec of vm.devices ?? []) {
    const isNameable = kindNamed(registries.devices, spec.kind)?.wanted === undefined;
    const checked = isNameable
      ? checkKind(registries.devices, spec)
      : fail('kind.unknown', { kind: spec.kind });
    if (!checked.ok) return checked;
  }
  for (const { content } of vm.disks) {
    const checked = content === undefined ? ok(null) : checkKind(registries.disks, content);
    if (!checked.ok) return checked;
  }
  const slots = [...wantedDevices(vm, registries), ...slotsOfWhole(vm)].map(({ slot }) => slot);
  const devices = slots.length;
  const isPlaced = new Set(slots).size === devices && slots.every((slot) => slot < VIRTIO_SLOTS);
  if (!isPlaced) return fail('vm.tooManyDevices', { devices, limit: VIRTIO_SLOTS });
  return ok(null);
}
