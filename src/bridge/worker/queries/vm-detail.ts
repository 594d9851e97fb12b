/** A VM in detail: vCPUs, memslots, page tables, devices with their counters. */
import { seenState } from '#base/catalogue/vcpu-states';
import type { DeviceState, VmDescription, VmDetail } from '#bridge/protocol/answers';
import type { Vm } from '#hypervisor/host';
import { hexNumber } from '../values.ts';

const PAGE = 4096;

export function describeVm(vm: Vm): VmDescription {
  const { slot, spec, state, reason } = vm;
  return { slot, spec, state, ...(reason === undefined ? {} : { reason }) };
}

const KINDS: Readonly<Record<string, DeviceState['kind']>> = {
  console: 'console',
  block: 'block',
  net: 'net',
  plic: 'plic',
  uart: 'serial',
};

function devices(vm: Vm): DeviceState[] {
  return vm.devices.bus.slots.flatMap(({ device, base, reads, writes }) => {
    const virtio = vm.devices.slots.find((slot) => slot === device);
    if (virtio !== undefined && virtio.device === undefined) return [];
    const counters = { reads, writes, ...virtio?.counters, ...virtio?.device?.counters };
    return [
      {
        kind: KINDS[virtio?.device?.kind ?? device.name] ?? ('other' as const),
        name: virtio?.device === undefined ? device.name : `${device.name} (${virtio.device.kind})`,
        baseGpa: hexNumber(base),
        interrupt: vm.devices.sourceOf(device),
        status: virtio === undefined ? '' : (virtio.fault ?? statusText(virtio.status)),
        counters: Object.entries(counters).map(([name, value]) => ({ name, value })),
      },
    ];
  });
}

export function vmDetail(vm: Vm): VmDetail {
  return {
    description: describeVm(vm),
    vcpus: vm.vcpus.map(({ state, lastHart, runNs, stealNs }) => ({
      state: seenState(state, vm.state),
      hart: lastHart,
      runNs,
      stealNs,
    })),
    memslots: vm.memory.slots.map((slot) => ({
      gpa: hexNumber(slot.base),
      bytes: slot.sizeBytes,
      mappedBytes: slot.framed * PAGE,
    })),
    tableFrames: vm.memory.tableFrames,
    devices: devices(vm),
    startedAtNs: vm.startedAtNs,
  };
}

/** Bits of a virtio device's Status, in the order in which a driver sets them (virtio 1.2, 3.1.1). */
const STATUS_BITS = [
  ['ACKNOWLEDGE', 1],
  ['DRIVER', 2],
  ['FEATURES_OK', 8],
  ['DRIVER_OK', 4],
  ['NEEDS_RESET', 64],
  ['FAILED', 128],
] as const;

function statusText(status: number): string {
  return STATUS_BITS.filter(([, bit]) => (status & bit) !== 0)
    .map(([name]) => name)
    .join(' ');
}
