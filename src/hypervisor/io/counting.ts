/** What of a VM counts for a kind of device, however the VM has it: on its bus, played behind registers, or given whole by the host. */
import { BLOCK_KIND } from '#machine/devices/virtio/block/kind';
import { NET_KIND } from '#machine/devices/virtio/net/kind';
import type { VirtioDevice } from '#machine/devices/virtio/virtio-device';
import type { PassedDevice } from './passthrough/passed-device.ts';

/** Something that counts. */
interface Counting {
  readonly counters: Readonly<Record<string, number>>;
  /** Where it is not only its counters that count. */
  counted?(counter: string): number;
}

interface HasDevices {
  readonly devices: readonly VirtioDevice[];
  readonly ideDisks: readonly { readonly device: Counting }[];
  readonly ethocCards: readonly { readonly device: Counting }[];
  readonly passed: readonly PassedDevice[];
}

/** What a device that a VM has counts: one that was given whole has counted for VMs before this one, too, and says what is of this. */
export function countOf(device: Counting, counter: string): number {
  return device.counted?.(counter) ?? device.counters[counter] ?? 0;
}

/** Counters of the devices of a VM. They are asked for at every sample, so what counts for a kind is found once for each change. */
export class DeviceCounters {
  readonly #of: HasDevices;
  readonly #byKind = new Map<string, readonly Counting[]>();
  /** How often devices have come or gone. */
  changes = 0;

  constructor(of: HasDevices) {
    this.#of = of;
  }

  /** Devices have come or gone. */
  changed(): void {
    this.#byKind.clear();
    this.changes += 1;
  }
  /** Whether anything counts for a kind. */
  has(kind: string): boolean {
    return this.#counting(kind).length > 0;
  }

  /** What the devices of a kind have counted together. */
  sum(kind: string, counter: string): number {
    let sum = 0;
    for (const each of this.#counting(kind)) sum += countOf(each, counter);
    return sum;
  }
  /** The same counter by counter. */
  sums(kind: string, counters: readonly string[], into: Float64Array): void {
    const counting = this.#counting(kind);
    for (let n = 0; n < counters.length; n++) {
      into[n] = 0;
      for (const each of counting) into[n]! += countOf(each, counters[n]!);
    }
  }

  #counting(kind: string): readonly Counting[] {
    let counting = this.#byKind.get(kind);
    if (counting === undefined) {
      counting = this.#countingFor(kind);
      this.#byKind.set(kind, counting);
    }
    return counting;
  }

  #countingFor(kind: string): readonly Counting[] {
    const { devices, ideDisks, ethocCards, passed } = this.#of;
    const sort = kind === BLOCK_KIND.id ? 'disk' : kind === NET_KIND.id ? 'card' : undefined;
    const played = sort === 'disk' ? ideDisks : sort === 'card' ? ethocCards : [];
    return [
      ...devices.filter((device) => device.kind === kind),
      ...played.map(({ device }) => device),
      ...passed.filter((device) => device.sort === sort),
    ];
  }
}
