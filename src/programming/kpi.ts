/** The performance indicators of a host: what the article's monitors return, as numbers of the running machine. */
import type { VirtualNs } from '#base/virtual-time';
import type { AnswerOf } from '#hypervisor/questions';
import type { Kvm } from './kvm.ts';

/** Memory of a VM, in bytes: what its guest sees, what it may use of that, and what physical memory stands behind it. */
export interface MemoryIndicators {
  readonly vm: string;
  readonly virtualBytes: number;
  readonly usableBytes: number;
  readonly physicalBytes: number;
  /** Of the physical: the tables that say where it is. */
  readonly tableBytes: number;
  /** Of the virtual: pages that have their frame in common with others. */
  readonly sharedBytes: number;
  readonly swappedBytes: number;
}

/** A virtual device of a VM, and the physical one that it is made of. */
export interface DeviceIndicators {
  readonly vm: string;
  readonly device: string;
  readonly kind: string;
  /** Where the guest finds it. */
  readonly address: string;
  /** What it has counted, by the names of its counters. */
  readonly counted: Readonly<Record<string, number>>;
  /** For a disk: requests and bytes that were served, and how long they took. */
  readonly served?: {
    readonly physical: string;
    readonly requests: number;
    readonly bytes: number;
    readonly p50Ns: VirtualNs;
    readonly p99Ns: VirtualNs;
  };
}

/** A virtual network interface: its port at a switch, and what went through. */
export interface NetworkIndicators {
  readonly vm: string;
  readonly card: number;
  readonly mac: string;
  readonly switch: string;
  readonly port: string;
  readonly link: 'up' | 'down';
  /** From the VM's side. */
  readonly sentFrames: number;
  readonly sentBytes: number;
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  readonly dropped: number;
}

/** CPU time of a VM: what its vCPUs have had, and what they waited for though they could have run. */
export interface CpuIndicators {
  readonly vm: string;
  readonly vcpus: number;
  readonly weight: number;
  readonly runNs: VirtualNs;
  readonly stealNs: VirtualNs;
}

/** What the article calls KVM_KPI. */
export class KvmKpi {
  readonly #kvm: Kvm;

  constructor(kvm: Kvm) {
    this.#kvm = kvm;
  }

  async monitor_memory(): Promise<readonly MemoryIndicators[]> {
    return (await this.#kvm.ask('vms', {})).map(({ spec, measures }) => ({
      vm: spec.name,
      virtualBytes: spec.memoryBytes,
      usableBytes: spec.memoryBytes - (measures['ballooned'] ?? 0),
      physicalBytes: measures['memory'] ?? 0,
      tableBytes: measures['tables'] ?? 0,
      sharedBytes: measures['shared'] ?? 0,
      swappedBytes: measures['swapped'] ?? 0,
    }));
  }

  async monitor_device(): Promise<readonly DeviceIndicators[]> {
    const { disks: physical } = await this.#kvm.ask('io', {});
    const all: DeviceIndicators[] = [];
    for (const { spec } of await this.#kvm.ask('vms', {})) {
      const { devices } = await this.#kvm.ask('devices', { vm: spec.name });
      let disk = 0;
      for (const { name, kind, baseGpa, counters } of devices) {
        const served = kind === 'block' ? servedOf(physical, spec.name, disk++) : undefined;
        all.push({
          ...{ vm: spec.name, device: name, kind, address: baseGpa },
          counted: Object.fromEntries(counters.map(({ id, value }) => [id, value])),
          ...(served === undefined ? {} : { served }),
        });
      }
    }
    return all;
  }

  async monitor_network(): Promise<readonly NetworkIndicators[]> {
    return (await this.#kvm.ask('switches', {})).flatMap(({ name, ports }) =>
      ports.flatMap((port): NetworkIndicators[] =>
        port.vm === undefined
          ? []
          : [
              {
                ...{ vm: port.vm, card: port.nic ?? 0, mac: port.mac ?? '' },
                ...{ switch: name, port: port.name, link: port.link },
                // A port counts from the switch's side.
                ...{ sentFrames: port.rxFrames, sentBytes: port.rxBytes },
                ...{ receivedFrames: port.txFrames, receivedBytes: port.txBytes, dropped: port.drops },
              },
            ],
      ),
    );
  }

  async monitor_cpu(): Promise<readonly CpuIndicators[]> {
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return (await this.#kvm.ask('scheduling', {})).vms.map(({ vm, weight, vcpus }) => ({
      ...{ vm, weight, vcpus: vcpus.length },
      runNs: sum(vcpus.map(({ runNs }) => runNs)),
      stealNs: sum(vcpus.map(({ stealNs }) => stealNs)),
    }));
  }
}

/** What the physical disks say of a disk of a VM. */
function servedOf(
  physical: AnswerOf<'io'>['disks'],
  vm: string,
  index: number,
): DeviceIndicators['served'] | undefined {
  for (const { name, disks } of physical)
    for (const { vm: owner, disk, completed, bytes, latency } of disks)
      if (owner === vm && disk === index)
        return { physical: name, requests: completed, bytes, p50Ns: latency.p50, p99Ns: latency.p99 };
  return undefined;
}
