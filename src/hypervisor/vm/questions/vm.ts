/** A VM in detail: vCPUs, memslots, page tables, devices with their counters. */
import { PAGE_SIZE } from '#base/addresses';
import {
  DEVICE_STATES,
  type DeviceFault,
  type DeviceStateId,
  deviceStateOf,
} from '#base/catalogue/device-states';
import { type Hex64, hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { CounterRow } from '#machine/devices/counters';
import type { RegisterRow } from '#machine/devices/register';
import { SLOT_COUNTERS } from '#machine/devices/virtio/metrics';
import type { Host } from '../../host.ts';
import { describeVm, type VmDescription } from '../../monitor/description.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { placeOf, type VcpuPlace } from '../../vcpu/place.ts';
import type { Vm } from '../vm.ts';

/** A device of a VM, with the counters that it keeps. */
export interface DeviceState {
  /** `plic`, `uart`, or the kind of a virtio device; its text is `device.<kind>`, where it has one. */
  readonly kind: string;
  readonly name: string;
  readonly baseGpa: Hex64;
  /** The PLIC source that it raises; 0: none (the PLIC itself). */
  readonly interrupt: number;
  /** For virtio: how far driver and device have come, and the bits of Status that say so. */
  readonly state?: DeviceStateId;
  readonly status: string;
  /** For virtio: why it needs a reset, if it does. */
  readonly fault?: DeviceFault;
  readonly counters: readonly (CounterRow & { readonly value: number })[];
  readonly registers: readonly RegisterRow[];
}

/** A network card of a VM. */
export interface CardState {
  readonly mac: string;
  readonly switch: string;
  /** As its specification has it. */
  readonly address?: string;
  /** Its cable is in. */
  readonly up: boolean;
}

export interface VmDetail {
  readonly description: VmDescription;
  readonly vcpus: readonly (VcpuPlace & { readonly runNs: number; readonly stealNs: number })[];
  readonly memslots: readonly { readonly gpa: Hex64; readonly bytes: number; readonly mappedBytes: number }[];
  /** Frames that its G-stage tables take. */
  readonly tableFrames: number;
  readonly devices: readonly DeviceState[];
  /** Its network cards, in the order of its specification. */
  readonly cards: readonly CardState[];
  readonly startedAtNs: VirtualNs;
}

export const vm: Question<'vm', OfVm, VmDetail> = defineVmQuestion({
  id: 'vm',
  text: {
    en: 'a VM in detail: vCPUs, memory, page tables, devices and their counters',
    zh: '虚拟机详情：vCPU、内存、页表、设备及其计数器',
  },
  ask: (asked, _, host) => ok(detailOf(asked, host)),
});

function cardsOf(vm: Vm, { vmTable }: Host): CardState[] {
  const { cards, spec, macs } = vm;
  return cards.map((_, index) => {
    const { switch: to = '', address } = spec.nics[index] ?? {};
    const up = vmTable.isLinked(vm, index);
    return { mac: macs[index] ?? '', switch: to, up, ...(address === undefined ? {} : { address }) };
  });
}

function devicesOf(vm: Vm): DeviceState[] {
  return vm.devices.bus.slots.flatMap(({ device, base, reads, writes }) => {
    const virtio = vm.devices.slots.find((slot) => slot === device);
    if (virtio !== undefined && virtio.device === undefined) return [];
    const { status, fault, counters = {}, device: behind } = virtio ?? {};
    return [
      {
        kind: behind?.kind ?? device.name,
        name: device.name,
        baseGpa: hexNumber(base),
        interrupt: vm.devices.sourceOf(device),
        ...(status === undefined ? {} : { state: deviceStateOf(status) }),
        status: statusText(status ?? 0),
        ...(fault === undefined ? {} : { fault }),
        counters: [
          ...counted(BUS_COUNTERS, { registerReads: reads, registerWrites: writes }),
          ...(virtio === undefined ? [] : counted(SLOT_COUNTERS, counters)),
          ...counted(behind?.counterRows ?? [], behind?.counters ?? {}),
        ],
        registers: device.registers ?? [],
      },
    ];
  });
}

function detailOf(vm: Vm, host: Host): VmDetail {
  return {
    description: describeVm(vm),
    vcpus: vm.vcpus.map((vcpu) => ({
      ...placeOf(vm, vcpu),
      runNs: vcpu.runNs,
      stealNs: vcpu.stealNs,
    })),
    memslots: vm.memory.slots.map((slot) => ({
      gpa: hexNumber(slot.base),
      bytes: slot.sizeBytes,
      mappedBytes: slot.framed * PAGE_SIZE,
    })),
    tableFrames: vm.memory.tableFrames,
    devices: devicesOf(vm),
    cards: cardsOf(vm, host),
    startedAtNs: vm.startedAtNs,
  };
}

/** What each access to a device counts. */
const BUS_COUNTERS: readonly CounterRow[] = [
  { id: 'registerReads', unit: 'count', text: { en: 'register reads', zh: '寄存器读' } },
  { id: 'registerWrites', unit: 'count', text: { en: 'register writes', zh: '寄存器写' } },
];

function counted(
  rows: readonly CounterRow[],
  values: Readonly<Record<string, number>>,
): DeviceState['counters'] {
  return rows.map((row) => ({ ...row, value: values[row.id] ?? 0 }));
}

/** The bits of a Status register that are set, by the names that the specification gives them. */
function statusText(status: number): string {
  return DEVICE_STATES.filter(({ bit }) => (status & bit) !== 0)
    .map(({ name }) => name)
    .join(' ');
}
