/** The article's `MemoryVirtualizer` (5.2.1) over a running lab: map, allocate, protect, optimise, monitor. */
import type { AnswerOf } from '#hypervisor/questions';
import type { MemoryIndicators } from './kpi.ts';
import { Virtualizer } from './virtualizer.ts';

/** A range of a VM's memory, and what the VM may do there. */
export interface Protection {
  /** Where it begins, as `0x…`: a whole page. */
  readonly gpa: string;
  readonly bytes: number;
  readonly rights: 'none' | 'r' | 'rw' | 'x' | 'rx' | 'rwx';
}

export class MemoryVirtualizer extends Virtualizer {
  /**
   * Gives a VM an address space of `size` bytes: a VM that there is none of is created, with the teaching kernel and a
   * balloon, and started. Frames are given when it touches them.
   * @returns where its memory lies for its guest (GPA)
   * @throws {Refused} one that there is was started with less
   */
  async map_memory(vm_id: string, size: number): Promise<string> {
    const there = (await this.kvm.ask('vms', {})).some(({ spec }) => spec.name === vm_id);
    if (!there) {
      const image = { kind: 'builtin', name: 'teaching' } as const;
      const rest = { vcpus: 1, allocation: 'on-demand', disks: [], nics: [], autostart: false } as const;
      const devices = [{ kind: 'balloon' }];
      await this.kvm.command('vm.create', {
        vm: { name: vm_id, image, memoryBytes: size, devices, ...rest },
      });
      await this.kvm.command('vm.start', { vm: vm_id });
    } else await this.kvm.command('vm.setMemory', { vm: vm_id, bytes: size });
    const { memslots } = await this.kvm.ask('vm', { vm: vm_id });
    return memslots[0]?.gpa ?? '';
  }

  /** Says how much memory a VM may use from now on: the rest it gives back by its balloon. @returns that size */
  async allocate_memory(vm_id: string, size: number): Promise<number> {
    await this.kvm.command('vm.setMemory', { vm: vm_id, bytes: size });
    return size;
  }

  /**
   * Takes rights from a VM in a range of its memory, where one is given.
   * @returns what keeps the VM from what is not its own, and how often each wall has stopped it
   */
  async protect_memory(vm_id: string, range?: Protection): Promise<AnswerOf<'walls'>> {
    if (range !== undefined) await this.kvm.command('vm.protect', { vm: vm_id, ...range });
    return this.kvm.ask('walls', { vm: vm_id });
  }

  /** Has the host join pages of the same content, and map runs of pages by one entry. */
  async optimize_memory(): Promise<void> {
    await this.kvm.command('host.setSharing', { on: true, pages: 256, periodNs: 10_000_000 });
    await this.kvm.command('host.setHugePages', { on: true });
  }

  monitor_memory(): Promise<readonly MemoryIndicators[]> {
    return this.kpi.monitor_memory();
  }
}
