/** The kinds of devices that a VM can be given in several ways, a row each: what is counted of them, whatever the way. */
import { type ComparedId, EXIT_ROLES, type ExitRole } from '#base/catalogue/compared-devices';
import { type DiskWay, USUAL_WAY } from '#base/catalogue/disk-ways';
import type { VirtualNs } from '#base/virtual-time';
import type { ExitDetail } from '../../monitor/exit-details.ts';
import type { Vm } from '../../vm/vm.ts';
import type { PassedSort } from '../passthrough/passed-metrics.ts';
import { countsOf } from '../scheduling/latencies.ts';
import type { IoStream } from '../scheduling/request.ts';

/** Where a VM's requests are, while it waits: at the device (held back, or behind others), at what the device is of, or nowhere. */
export type Whereabouts = 'device' | 'medium' | 'nowhere';

export interface ComparedDevice {
  /** What these are among the devices that a VM is given whole. */
  readonly sort: PassedSort;
  /** In which way a VM has each that it has of them. */
  waysOf(vm: Vm): readonly DiskWay[];
  /** Names of the windows of their registers. */
  windowsOf(vm: Vm): ReadonlySet<string>;
  operations(vm: Vm): number;
  bytes(vm: Vm): number;
  /** Bytes of what backs its content on the host, and how long making that on its first use has taken. */
  backedBytes(vm: Vm): number;
  makingNs(vm: Vm): VirtualNs;
  /** An operation is under way that somebody on the host knows of. */
  isAtWork(vm: Vm): boolean;
  whereabouts(vm: Vm): Whereabouts;
  /** Operations that are under way now, where the host knows; of packets it is told by their answers. */
  underWay(vm: Vm): number;
  /** How long operations took, by class; of packets it is told by their answers. */
  latencies(vm: Vm): Uint32Array;
}

function streamsOf(vm: Vm): readonly IoStream[] {
  return vm.devices.storage.streams();
}
function virtioWindows(vm: Vm, kind: string): string[] {
  return vm.devices.slots.flatMap(({ device, name }) => (device?.kind === kind ? [name] : []));
}
function wholeWindows(vm: Vm, sort: PassedSort): string[] {
  return vm.devices.passed.filter((each) => each.sort === sort).map(({ name }) => name);
}

function whereaboutsIn(streams: readonly IoStream[]): Whereabouts {
  let found: Whereabouts = 'nowhere';
  for (const { inService, waiting, held } of streams) {
    if (inService > 0) return 'medium';
    if (waiting.length > 0 || held.length > 0) found = 'device';
  }
  return found;
}

const DISK: ComparedDevice = {
  sort: 'disk',
  waysOf: ({ spec }) => spec.disks.map(({ way = USUAL_WAY }) => way),
  windowsOf: (vm) =>
    new Set([
      ...virtioWindows(vm, 'block'),
      ...vm.devices.ideDisks.map(({ device }) => device.name),
      ...wholeWindows(vm, 'disk'),
    ]),
  operations: ({ devices }) => devices.counted('block', 'reads') + devices.counted('block', 'writes'),
  bytes: ({ devices }) => devices.counted('block', 'bytesRead') + devices.counted('block', 'bytesWritten'),
  backedBytes: ({ spec, devices }) => spec.disks.reduce((sum, _, index) => sum + devices.diskBytes(index), 0),
  makingNs: (vm) => streamsOf(vm).reduce((sum, { counters }) => sum + counters.makingNs, 0),
  isAtWork: (vm) => whereaboutsIn(streamsOf(vm)) !== 'nowhere',
  whereabouts: (vm) => whereaboutsIn(streamsOf(vm)),
  underWay: (vm) =>
    streamsOf(vm).reduce(
      (sum, { inService, waiting, held }) => sum + inService + waiting.length + held.length,
      0,
    ),
  latencies: (vm) => countsOf(streamsOf(vm).map(({ latencies }) => latencies)),
};

/** A packet that is under way is nobody's on the host: while a VM waits, it is with others or on wires. How long that takes says its answer (`round-trips.ts`). */
const CARD: ComparedDevice = {
  sort: 'card',
  waysOf: ({ spec }) => spec.nics.map(({ way = USUAL_WAY }) => way),
  windowsOf: (vm) =>
    new Set([
      ...virtioWindows(vm, 'net'),
      ...vm.devices.ethocCards.map(({ device }) => device.name),
      ...wholeWindows(vm, 'card'),
    ]),
  operations: ({ devices }) => devices.counted('net', 'framesOut') + devices.counted('net', 'framesIn'),
  bytes: ({ devices }) => devices.counted('net', 'bytesOut') + devices.counted('net', 'bytesIn'),
  backedBytes: () => 0,
  makingNs: () => 0,
  isAtWork: () => false,
  whereabouts: () => 'medium',
  underWay: () => 0,
  latencies: () => new Uint32Array(),
};

const DEVICES: Readonly<Record<ComparedId, ComparedDevice>> = { disk: DISK, card: CARD };

export function comparedDevice(id: ComparedId): ComparedDevice {
  return DEVICES[id];
}

export interface RoleTally {
  readonly role: ExitRole;
  readonly exits: number;
  readonly costNs: number;
}

/** The exits of a VM by what they are for. */
export function rolesOf(vm: Vm, device: ComparedDevice): RoleTally[] {
  const windows = device.windowsOf(vm);
  const roles = EXIT_ROLES.map((role) => ({ role, exits: 0, costNs: 0 }));
  for (const detail of vm.exitDetails.list()) {
    const tally = roles[EXIT_ROLES.indexOf(roleOf(detail, windows))]!;
    tally.exits += detail.count;
    tally.costNs += detail.costNs;
  }
  return roles;
}

function roleOf({ reason, detail }: ExitDetail, windows: ReadonlySet<string>): ExitRole {
  if (reason === 'wfi') return 'waiting';
  if (reason === 'interrupt' || (reason === 'mmio' && detail === 'plic')) return 'interrupts';
  return reason === 'mmio' && windows.has(detail) ? 'registers' : 'other';
}
