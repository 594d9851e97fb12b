/** What policies adjust: a row for each, which reads what is in force and sets it as the command would that a person gives. */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS, type Range } from '#base/catalogue/limits';
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import { type CommandData, possibleVcpus } from '#base/scenario';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';
import type { TargetUnit } from './adjuster-state.ts';

/** One thing of a VM, or of one of its devices. */
export interface Target {
  readonly id: string;
  readonly unit: TargetUnit;
  /** What it can be. */
  range(vm: Vm): Range;
  /** What is in force; `undefined`: this VM has no such thing. @param device which of its disks or cards */
  read(vm: Vm, device: number, host: Host): number | undefined;
  /** The command that sets it. */
  set(vm: Vm, device: number, value: number, host: Host): CommandData;
}

/** As much as a disk or a wire may do where nothing limits it. */
const NO_LIMIT = 1e12;
const LEAST_BITS = 1000;
const MOST_BITS = 100_000_000_000;

const name = ({ spec }: Vm): string => spec.name;

export const TARGETS: readonly Target[] = [
  {
    id: 'cpu-weight',
    unit: 'count',
    range: () => LIMITS.cpuWeight,
    read: ({ spec }) => spec.cpu?.weight ?? USUAL_CPU_WEIGHT,
    set: (vm, _, weight) => ({ op: 'vm.setCpu', args: { ...vm.spec.cpu, vm: name(vm), weight } }),
  },
  {
    id: 'cpu-cap',
    unit: 'percent',
    range: () => LIMITS.cpuCapPercent,
    read: ({ spec }) => spec.cpu?.capPercent ?? 100 * spec.vcpus,
    set: (vm, _, capPercent) => ({ op: 'vm.setCpu', args: { ...vm.spec.cpu, vm: name(vm), capPercent } }),
  },
  {
    id: 'vcpus',
    unit: 'count',
    range: ({ spec }) => ({ least: 1, most: possibleVcpus(spec) }),
    read: ({ spec }) => spec.vcpus,
    set: (vm, _, vcpus) => ({ op: 'vm.setVcpus', args: { vm: name(vm), vcpus } }),
  },
  {
    // Where it may run: so many of its host's, from the first on.
    id: 'physical-cpus',
    unit: 'count',
    range: () => ({ least: 1, most: LIMITS.harts }),
    read: ({ spec }, _, { cpus }) => spec.cpu?.harts?.length ?? cpus.length,
    set: (vm, _, count) => ({
      op: 'vm.setCpu',
      args: { ...vm.spec.cpu, vm: name(vm), harts: Array.from({ length: count }, (__, hart) => hart) },
    }),
  },
  {
    id: 'memory',
    unit: 'bytes',
    range: ({ spec }) => ({ least: LIMITS.vmMemoryBytes.least, most: spec.memoryBytes }),
    // As the command sets it: what the host or a person wants lent beside it is another matter.
    read: ({ spec, devices: { balloon } }) =>
      balloon === undefined ? undefined : spec.memoryBytes - balloon.claimed('removal') * PAGE_SIZE,
    set: (vm, _, value) => ({
      op: 'vm.setMemory',
      args: { vm: name(vm), bytes: Math.floor(value / PAGE_SIZE) * PAGE_SIZE },
    }),
  },
  ...(['iops', 'bytesPerSecond'] as const).map(
    (limit): Target => ({
      id: limit === 'iops' ? 'disk-requests' : 'disk-bytes',
      unit: limit === 'iops' ? '1/s' : 'bytes/s',
      range: () => ({ least: 1, most: NO_LIMIT }),
      read: ({ slot }, disk, { storage }) => {
        const place = storage.streamOf(slot, disk);
        return place === undefined ? undefined : (place.stream.limiter.limits[limit] ?? NO_LIMIT);
      },
      set: (vm, disk, value, { storage }) => {
        const { shares, limiter } = storage.streamOf(vm.slot, disk)!.stream;
        return {
          op: 'vm.setDiskLimits',
          args: { vm: name(vm), disk, shares, ...limiter.limits, [limit]: value },
        };
      },
    }),
  ),
  {
    id: 'network-rate',
    unit: 'bit/s',
    range: () => ({ least: LEAST_BITS, most: MOST_BITS }),
    read: ({ slot }, card, { network }) => {
      const plug = network.plugOf(slot, card);
      if (plug === undefined) return undefined;
      const rate = plug.settings['shape']?.['bitsPerSecond'];
      return typeof rate === 'number' ? rate : MOST_BITS;
    },
    set: (vm, card, bitsPerSecond, { network }) => {
      const plug = network.plugOf(vm.slot, card)!;
      return {
        op: 'port.set',
        args: {
          ...{ switch: plug.switchName, port: `${name(vm)}/${card}`, stage: 'shape' },
          settings: { ...plug.settings['shape'], bitsPerSecond },
        },
      };
    },
  },
];

export function targetNamed(id: string): Target | undefined {
  return TARGETS.find((target) => target.id === id);
}
