/** The article's `IOVirtualizer` (5.2.2) over a running lab: map, allocate, simulate, optimise, monitor. */
import type { DeviceDetail, DeviceState } from '#hypervisor/io/monitor';
import type { DeviceIndicators } from './kpi.ts';
import { Virtualizer } from './virtualizer.ts';

/** Devices that a VM can be given while it runs. */
export type DeviceType = 'disk' | 'card';
/** How the guest's bus calls them. */
const KINDS: Readonly<Record<DeviceType, string>> = { disk: 'block', card: 'net' };

const USUAL_DISK_BYTES = 64 << 20;

/** What of a physical device a VM gets; what is not said has no limit. */
export interface DevicePart {
  /** Beside others' shares, where a disk is shared by shares. */
  readonly shares?: number;
  readonly bytesPerSecond?: number;
  readonly iops?: number;
}

export class IOVirtualizer extends Virtualizer {
  async #last(vm_id: string, dev_type: DeviceType): Promise<DeviceState | undefined> {
    const { devices } = await this.kvm.ask('devices', { vm: vm_id });
    return devices.filter(({ kind }) => kind === KINDS[dev_type]).at(-1);
  }

  /**
   * Plugs a virtual device into a VM, running or not: an empty disk, or a card at the first switch of the host.
   * @returns where the guest finds it (GPA)
   */
  async map_device(vm_id: string, dev_type: DeviceType): Promise<string> {
    if (dev_type === 'disk')
      await this.kvm.command('vm.plugDisk', { vm: vm_id, sizeBytes: USUAL_DISK_BYTES });
    else await this.plugCard(vm_id);
    return (await this.#last(vm_id, dev_type))?.baseGpa ?? '';
  }

  /** Says what part of the physical device the VM's last one of that type gets. @returns the type */
  async allocate_device(
    vm_id: string,
    dev_type: DeviceType,
    { shares = 100, ...limits }: DevicePart = {},
  ): Promise<DeviceType> {
    if (dev_type === 'disk') {
      const { disks } = await this.kvm.ask('io', {});
      const last = Math.max(
        0,
        ...disks.flatMap((each) => each.disks.filter(({ vm }) => vm === vm_id)).map(({ disk }) => disk),
      );
      await this.kvm.command('vm.setDiskLimits', { vm: vm_id, disk: last, shares, ...limits });
    } else if (limits.bytesPerSecond !== undefined) {
      const found = (await this.kpi.monitor_network()).filter(({ vm }) => vm === vm_id).at(-1);
      const port = found ?? { switch: '', port: `${vm_id}/0` };
      await this.setStage(port, 'shape', { bitsPerSecond: 8 * limits.bytesPerSecond });
    }
    return dev_type;
  }

  /** What the virtual I/O controller simulates for the VM's last device of that type: its registers, and who accessed them how often. */
  async simulate_device(vm_id: string, dev_type: DeviceType): Promise<DeviceDetail | undefined> {
    const last = await this.#last(vm_id, dev_type);
    if (last === undefined) return undefined;
    return (await this.kvm.ask('devices', { vm: vm_id, device: last.name })).detail;
  }

  /** Has each physical disk serve VMs by their shares. */
  async optimize_device(): Promise<void> {
    for (const { name } of (await this.kvm.ask('io', {})).disks)
      await this.kvm.command('host.setIoScheduler', { disk: name, scheduler: { kind: 'fair' } });
  }

  monitor_device(): Promise<readonly DeviceIndicators[]> {
    return this.kpi.monitor_device();
  }
}
