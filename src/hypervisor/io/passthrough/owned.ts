/** The devices that a VM is given whole, as a snapshot of the VM holds them; and whether it can have them again when it goes back. */
import { PAGE_SIZE } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { Iommu } from '#machine/devices/iommu/device';
import { captureSlot, restoreSlot } from '#machine/devices/mmio-bus';
import type { HostStorage } from '../media/storage.ts';
import type { HostDevice } from './host-device.ts';
import type { PassingVm } from './pass-through.ts';
import { type PassedDevice, passedDevicesOf } from './passed-device.ts';
import type { OwnedDevices, WireState } from './state.ts';

/** A VM, and what it had of its host when a snapshot of it was taken. */
export interface ReturningVm {
  readonly vm: PassingVm;
  /** What it was then. */
  readonly spec: VmSpec;
  readonly owned: OwnedDevices;
}

interface Owners {
  readonly storage: HostStorage;
  readonly vmOf: (slot: number) => PassingVm | undefined;
  /** The device that a VM's specification means, if any VM ever had it. */
  readonly deviceOf: (passed: PassedDevice) => HostDevice | undefined;
}

/** Whether VMs that give up what they have can have again what they had: nobody else has it. */
export function mayReturn(all: readonly ReturningVm[], owners: Owners): Result<null> {
  /** Slots of those that are to have a device again. */
  const takers = new Map<HostDevice, number>();
  const leaves = (slot: number): boolean => all.some(({ vm }) => vm.slot === slot);
  for (const { vm, owned, spec } of all)
    for (const { held, sort, index } of owned.devices) {
      const passed = passedDevicesOf(spec).find((each) => each.sort === sort && each.index === index);
      if (held === undefined || passed === undefined) continue;
      const device = owners.deviceOf(passed);
      const holder =
        device && (takers.get(device) ?? (leaves(device.holder ?? -1) ? undefined : device.holder));
      const free = isFree(passed, device?.holder === undefined, holder, owners);
      if (!free.ok) return free;
      if (device !== undefined) takers.set(device, vm.slot);
    }
  return ok(null);
}

/**
 * @param isIdle no VM has it now
 * @param holder slot of who has it and keeps it, or is to have it
 */
function isFree(
  { given }: PassedDevice,
  isIdle: boolean,
  holder: number | undefined,
  owners: Owners,
): Result<null> {
  const nameOf = (slot: number): string => owners.vmOf(slot)?.spec.name ?? '';
  if (given.sort === 'card')
    return holder === undefined
      ? ok(null)
      : fail('card.held', { switch: given.spec.switch, holder: nameOf(holder) });
  const disk = owners.storage.lyingOn(given.spec);
  const name = disk?.spec.name ?? '';
  if (holder !== undefined) return fail('disk.held', { disk: name, holder: nameOf(holder) });
  // While a VM has it nothing else lies on it.
  const other = isIdle ? disk?.streams[0] : undefined;
  return other === undefined ? ok(null) : fail('disk.inUse', { disk: name, holder: nameOf(other.slot) });
}

export function captureOwned(
  { slot, devices: { passed } }: PassingVm,
  iommu: Iommu,
  wireOf: (device: HostDevice) => WireState,
): OwnedDevices {
  const devices = passed.map(({ sort, index, counters, lastFault, device }) => ({
    ...{ sort, index, counters, lastFault },
    held:
      device?.at === undefined
        ? undefined
        : {
            at: captureSlot(device.at),
            ...wireOf(device),
            medium: device.captureMedium(),
          },
  }));
  return { devices, translations: iommu.pagesOf(slot + 1) };
}

/** Its memory is there, and it has its devices if it had them then. */
export function restoreOwned(
  vm: PassingVm,
  { devices, translations }: OwnedDevices,
  {
    iommu,
    setWire,
  }: {
    readonly iommu: Iommu;
    readonly setWire: (device: HostDevice, wire: WireState) => void;
  },
): void {
  const { passed: all } = vm.devices;
  if (devices.length !== all.length) throw new SnapshotFormatError('a VM of other devices');
  for (const { sort, index, counters, lastFault, held } of devices) {
    const passed = all.find((each) => each.sort === sort && each.index === index);
    if (passed === undefined || (passed.device === undefined) !== (held === undefined))
      throw new SnapshotFormatError('a device that the VM had not');
    Object.assign(passed.counters, counters);
    passed.lastFault = lastFault;
    const { device } = passed;
    if (device?.at === undefined || held === undefined) continue;
    restoreSlot(device.at, held.at);
    if (held.medium !== undefined) device.restoreMedium(held.medium);
    setWire(device, held);
  }
  const id = all[0]?.device?.deviceId;
  if (id === undefined) return;
  for (const { page, isWrite } of translations) iommu.translate(id, page * PAGE_SIZE, isWrite);
}
