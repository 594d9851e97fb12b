/** What people see of a VM's devices: where they lie, how far drivers have come, what was counted, every register and every queue. */
import {
  DEVICE_STATES,
  type DeviceFault,
  type DeviceStateId,
  deviceStateOf,
} from '#base/catalogue/device-states';
import { type Hex64, hexNumber } from '#base/hex64';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import type { CounterRow } from '#machine/devices/counters';
import type { DmaFaultId } from '#machine/devices/iommu/faults';
import { type BusSlot, countsOf } from '#machine/devices/mmio-bus';
import type { SourceState } from '#machine/devices/plic/device';
import { fieldValue, type RegisterRow } from '#machine/devices/register';
import type { Rtc } from '#machine/devices/rtc/device';
import { type FeatureState, featuresOf } from '#machine/devices/virtio/features';
import { SLOT_COUNTERS } from '#machine/devices/virtio/metrics';
import type { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { maybe } from '../shapes/document.ts';
import type { Vm } from '../vm/vm.ts';
import type { PassedDevice } from './passthrough/passed-device.ts';
import { type QueueState, queueOf } from './queue-state.ts';
import type { Vioc } from './vioc.ts';

/** Where a device lies. */
export interface DevicePlace {
  /** `plic`, `uart`, or the kind of a virtio device; its text is `device.<kind>`, where it has one. */
  readonly kind: string;
  /** Of its window on the bus. */
  readonly name: string;
  readonly baseGpa: Hex64;
}

/** The wire from a device to the vCPUs. */
export interface InterruptState extends SourceState {
  /** The PLIC source that it raises. */
  readonly source: number;
  /** Contexts that take it; one hears it if its priority is above the context's threshold. */
  readonly routes: readonly { readonly context: number; readonly isHeard: boolean }[];
}

/** Of a device that a VM is given whole: what it is, and what its host has set up for it. */
export interface PassedThrough {
  /** The physical disk of the host, or the switch that the card hangs at. */
  readonly of: string;
  /** Where its registers lie: that is where the G-stage maps the window. */
  readonly baseSpa: Hex64;
  /** Its context in the IOMMU's device directory: by what number, where, and which table says what it reaches. */
  readonly device: number;
  readonly contextSpa: Hex64;
  readonly gscid: number;
  readonly rootSpa: Hex64;
  /** Translations of this VM that the IOMMU remembers. */
  readonly remembered: number;
  /** The last access that it refused. */
  readonly fault?: { readonly why: DmaFaultId; readonly address: Hex64; readonly isWrite: boolean };
}

/** A device of a VM, with the counters that it keeps. */
export interface DeviceState extends DevicePlace {
  readonly sizeBytes: number;
  /** None of the PLIC itself. */
  readonly interrupt?: InterruptState;
  /** For virtio: how far driver and device have come, and the bits of Status that say so. */
  readonly state?: DeviceStateId;
  readonly status: string;
  /** For virtio: why it needs a reset, if it does. */
  readonly fault?: DeviceFault;
  readonly counters: readonly (CounterRow & { readonly value: number })[];
  readonly passedThrough?: PassedThrough;
  /** Of a clock: what it shows, and what it would have shown at virtual time 0; nothing where that is no date of four digits. */
  readonly clock?: { readonly shows: string; readonly began: string };
  /** For virtio: its queues, by number. */
  readonly queues: readonly QueueState[];
}

/** A register, or an element of an array of them, and what software has done with it. */
export interface RegisterState extends Pick<RegisterRow, 'name' | 'access' | 'section' | 'text'> {
  readonly offset: number;
  /** Which element of an array. */
  readonly element?: number;
  readonly reads: number;
  readonly writes: number;
  /** What it holds, where that can be seen. */
  readonly value?: Hex64;
  readonly fields: readonly { readonly name: string; readonly value: number }[];
}

/** What else is known of one device. */
export interface DeviceDetail extends DevicePlace {
  readonly features: readonly FeatureState[];
  readonly registers: readonly RegisterState[];
  /** Accesses to offsets of its window where no register is. */
  readonly elsewhere: { readonly reads: number; readonly writes: number };
}

interface Occupied {
  readonly at: BusSlot;
  readonly virtio: VirtioSlot | undefined;
  readonly passed?: PassedDevice;
}

/** Devices that are there: slots without a device aside. */
function occupied({ bus, slots, passed }: Vioc): Occupied[] {
  const played = bus.slots.flatMap((at): Occupied[] => {
    const virtio = slots.find((slot) => slot === at.device);
    return virtio !== undefined && virtio.device === undefined ? [] : [{ at, virtio }];
  });
  const whole = passed.flatMap((disk): Occupied[] => {
    const at = disk.device?.at;
    return at === undefined ? [] : [{ at, virtio: disk.transport, passed: disk }];
  });
  return [...played, ...whole];
}

function placeOf({ at, virtio, passed }: Occupied): DevicePlace {
  const { device, base } = at;
  return {
    kind: virtio?.device?.kind ?? device.kind ?? device.name,
    name: passed?.name ?? device.name,
    baseGpa: hexNumber(passed?.window.base ?? base),
  };
}

function passedThrough(disk: PassedDevice): PassedThrough | undefined {
  const { device, lastFault } = disk;
  if (device === undefined) return undefined;
  const { gscid, spa, rootSpa } = device.context;
  return {
    ...{ device: device.deviceId, of: device.name, baseSpa: hexNumber(device.base) },
    ...{ contextSpa: hexNumber(spa), gscid, rootSpa: hexNumber(rootSpa) },
    remembered: device.remembered(gscid),
    ...(lastFault === undefined
      ? {}
      : { fault: { why: lastFault.why, address: hexNumber(lastFault.iova), isWrite: lastFault.isWrite } }),
  };
}

/** Where which device of a VM lies. */
export function placesOf(vioc: Vioc): DevicePlace[] {
  return occupied(vioc).map(placeOf);
}

/** The devices of a VM. */
export function devicesOf(vm: Vm): DeviceState[] {
  return occupied(vm.devices).map((each) => stateOf(vm, each));
}

/** Features and registers of one device, by the name of its window. */
export function detailOf(vm: Vm, name: string): DeviceDetail | undefined {
  const found = occupied(vm.devices).find((each) => placeOf(each).name === name);
  if (found === undefined) return undefined;
  const { at, virtio } = found;
  return {
    ...placeOf(found),
    features:
      virtio?.device === undefined
        ? []
        : featuresOf(virtio.device.deviceId, virtio.offered, virtio.acceptedFeatures),
    registers: registersOf(at),
    elsewhere: countsOf(at).elsewhere,
  };
}

function stateOf(vm: Vm, device: Occupied): DeviceState {
  const { at, virtio, passed } = device;
  const { plic } = vm.devices;
  const source = passed?.window.irq ?? vm.devices.sourceOf(at.device);
  const whole = passed && passedThrough(passed);
  const { status, fault, counters = {}, device: behind } = virtio ?? {};
  const counting = behind ?? at.device;
  return {
    ...placeOf(device),
    sizeBytes: at.size,
    ...(source === 0 ? {} : { interrupt: { source, ...plic.source(source), routes: plic.routesOf(source) } }),
    ...(status === undefined ? {} : { state: deviceStateOf(status) }),
    status: statusText(status ?? 0),
    ...(fault === undefined ? {} : { fault }),
    counters: [
      ...counted(BUS_COUNTERS, { registerReads: at.reads, registerWrites: at.writes }),
      ...(virtio === undefined ? [] : counted(SLOT_COUNTERS, counters)),
      ...(passed === undefined
        ? counted(counting?.counterRows ?? [], counting?.counters ?? {})
        : passed.counterRows.map((row) => ({ ...row, value: passed.counted(row.id) }))),
    ],
    ...(whole === undefined ? {} : { passedThrough: whole }),
    ...(at.device === vm.devices.rtc ? maybe('clock', clockOf(vm.devices.rtc)) : {}),
    queues: (virtio?.queues ?? []).map((queue) => queueOf(vm, queue)),
  };
}

const YEAR_10000_NS = 253_402_300_800n * BigInt(NS_PER_S);

function clockOf({ shows, began }: Rtc): DeviceState['clock'] {
  if (shows >= YEAR_10000_NS || began >= YEAR_10000_NS) return undefined;
  const dateAt = (ns: bigint): string =>
    new Date(Number(ns / BigInt(NS_PER_MS))).toISOString().replace(/\.\d+Z$/, 'Z');
  return { shows: dateAt(shows), began: dateAt(began) };
}

function registersOf(at: BusSlot): RegisterState[] {
  const { device } = at;
  const counts = countsOf(at);
  return counts.rows.flatMap((row, index) => {
    const { name, access, section, text, fields = [], bytes = 4, stride = bytes, count = 1 } = row;
    return Array.from({ length: count }, (_, element) => {
      const offset = row.offset + stride * element;
      const value = bytes > 8 ? undefined : device.peek?.(offset, bytes);
      return {
        ...{ name, access, section, text, offset, ...counts.of(index, element) },
        ...(count === 1 ? {} : { element }),
        ...(value === undefined ? {} : { value: hexNumber(value) }),
        fields:
          value === undefined
            ? []
            : fields.map((field) => ({ name: field.name, value: fieldValue(field, value) })),
      };
    });
  });
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
