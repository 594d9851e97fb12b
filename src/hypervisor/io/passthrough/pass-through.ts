/**
 * Devices of a host that VMs are given whole. Registers: a leaf of the VM's G-stage table leads to the controller's window, so that
 * the guest reaches them without the hypervisor. Memory: the controller reaches it through the IOMMU, by the same table. Interrupts: go
 * to the hypervisor, which passes them on. One VM has a device at a time, from its start until it is switched off.
 */
import { allocationOf } from '#base/catalogue/allocation-modes';
import { isPassedThrough } from '#base/catalogue/disk-ways';
import { EXIT_INDEX, EXIT_REASONS, type ExitDetailId } from '#base/catalogue/exit-reasons';
import { hexNumber } from '#base/hex64';
import { fail, ok, type Result } from '#base/result';
import type { DiskSpec, VmSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import { Iommu } from '#machine/devices/iommu/device';
import { MmioBus } from '#machine/devices/mmio-bus';
import { HOST_PLATFORM } from '#machine/devices/platform';
import type { Plic } from '#machine/devices/plic/device';
import type { Machine } from '#machine/machine';
import type { FrameAllocator } from '../../memory/frame-allocator.ts';
import { chargeExit } from '../../vcpu/exit-loop.ts';
import type { ExitVm } from '../../vcpu/exit-vm.ts';
import type { Vcpu } from '../../vcpu/vcpu.ts';
import { disksBehind } from '../emulated-disks.ts';
import { type PhysicalDisk, USUAL_DISK_BYTES } from '../media/physical-disk.ts';
import type { HostStorage } from '../media/storage.ts';
import { HostDisk } from './host-disk.ts';
import { type DmaFault, IommuDriver } from './iommu-driver.ts';
import { PassedDisk } from './passed-disk.ts';
import type { PassThroughState } from './state.ts';

/** A VM as devices are passed through to it. */
export interface PassingVm extends ExitVm {
  readonly spec: VmSpec;
  readonly memory: ExitVm['memory'] & {
    readonly root: number;
    isPinned: boolean;
    mapDevice(gpa: number, spa: number): boolean;
  };
  readonly vcpus: readonly Vcpu[];
  readonly devices: { readonly plic: Plic; readonly passed: readonly PassedDisk[] };
}

export interface PassThroughOptions {
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly storage: HostStorage;
  readonly now: () => VirtualNs;
  readonly vmOf: (slot: number) => PassingVm | undefined;
  readonly vms: () => readonly PassingVm[];
  /** The hypervisor works for itself. */
  readonly work: (ns: VirtualNs) => void;
  /** A device reached for what is not its VM's: told once for each time that the VM is given it. */
  readonly onFault: (vm: PassingVm, disk: PassedDisk, fault: DmaFault) => void;
}

/** Channel of interrupts on their way to the hypervisor; the data is the number of the device. */
const CHANNEL = 'physical-interrupt';
const INTERRUPT = EXIT_REASONS[EXIT_INDEX.interrupt]!;

export class PassThrough {
  readonly bus: MmioBus = new MmioBus();
  readonly iommu: Iommu;
  readonly #options: PassThroughOptions;
  readonly #driver: IommuDriver;
  /** By number of the physical disk: those that somebody has been given. */
  readonly #disks: (HostDisk | undefined)[] = [];

  constructor(options: PassThroughOptions) {
    this.#options = options;
    const { machine, frames } = options;
    this.iommu = new Iommu({ ram: machine.ram, onInterrupt: () => this.#takeFaults() });
    this.bus.attach(this.iommu, HOST_PLATFORM.iommu.base, HOST_PLATFORM.iommu.size);
    this.#driver = new IommuDriver({ bus: this.bus, ram: machine.ram, frames });
    machine.attachBus(this.bus);
    machine.events.on(CHANNEL, (device) => this.#deliver(device));
  }

  /** The disks that a VM of a specification is given whole. */
  static disksOf(spec: VmSpec): PassedDisk[] {
    return disksBehind('registers', spec).flatMap((index, window) => {
      const disk = spec.disks[index]!;
      return isPassedThrough(disk) ? [new PassedDisk(disk, index, window)] : [];
    });
  }

  // Who may have what.

  /** A specification as its host takes it: what is given whole is as large as it is. */
  filled(spec: VmSpec): VmSpec {
    if (!spec.disks.some(isPassedThrough)) return spec;
    const sizeOf = (disk: DiskSpec): number =>
      this.#options.storage.lyingOn(disk)?.spec.sizeBytes ?? USUAL_DISK_BYTES;
    const disks = spec.disks.map((disk) =>
      isPassedThrough(disk) ? { ...disk, sizeBytes: sizeOf(disk) } : disk,
    );
    return { ...spec, disks };
  }

  /** Whether a VM can be such a one here, whoever has what at the moment. */
  check(spec: VmSpec): Result<null> {
    const { storage } = this.#options;
    for (const [index, disk] of spec.disks.entries()) {
      const lying = storage.lyingOn(disk);
      if (!isPassedThrough(disk)) {
        const holder = lying === undefined ? undefined : this.holderOf(lying);
        if (holder !== undefined) return fail('disk.held', { disk: lying!.spec.name, holder });
        continue;
      }
      const { sizeBytes: _, way: __, slot: ___, on, ...settings } = disk;
      const [setting] = Object.entries(settings).filter(([, value]) => value !== undefined);
      if (setting !== undefined)
        return fail('vm.passedSetting', { vm: spec.name, disk: index, setting: setting[0] });
      if (lying === undefined || (on !== undefined && storage.find(on) === undefined))
        return fail('host.noDisk', { disk: on ?? '' });
      if (!allocationOf(spec.allocation).ahead) return fail('vm.passedAllocation', { vm: spec.name });
    }
    return ok(null);
  }

  /** The VM that has a physical disk to itself. */
  holderOf(disk: PhysicalDisk): string | undefined {
    const { storage, vmOf } = this.#options;
    const found = this.#disks[storage.disks.indexOf(disk)];
    return found?.holder === undefined ? undefined : vmOf(found.holder)?.spec.name;
  }

  // Giving and taking.

  /** Gives a VM, whose memory is there, the devices that it is passed through; nothing of it stays where one cannot be. */
  attach(vm: PassingVm): Result<null> {
    for (const passed of vm.devices.passed) {
      const given = this.#give(vm, passed);
      if (given.ok) continue;
      this.detach(vm);
      return given;
    }
    return ok(null);
  }

  #give(vm: PassingVm, passed: PassedDisk): Result<null> {
    const { storage, vmOf } = this.#options;
    const disk = storage.lyingOn(passed.spec);
    if (disk === undefined) return fail('host.noDisk', { disk: passed.spec.on ?? '' });
    const { name } = disk.spec;
    const holder = this.holderOf(disk);
    if (holder !== undefined) return fail('disk.held', { disk: name, holder });
    const [stream] = disk.streams;
    if (stream !== undefined)
      return fail('disk.inUse', { disk: name, holder: vmOf(stream.slot)?.spec.name ?? '' });
    const device = this.#diskAt(storage.disks.indexOf(disk));
    const hasFrames = this.#driver.start() && vm.memory.mapDevice(passed.window.base, device.base);
    if (!hasFrames) return fail('vm.hostMemoryExhausted');
    this.#hold(vm, passed, device);
    this.#driver.assign(device.deviceId, vm.memory.root, vm.slot + 1);
    return ok(null);
  }
  #hold(vm: PassingVm, passed: PassedDisk, device: HostDisk): void {
    device.open(vm.slot, passed.index);
    device.port.counters = passed.counters;
    passed.device = device;
    passed.lastFault = undefined;
    vm.memory.isPinned = true;
  }

  /** Takes them back, before the VM's memory goes: from then on none of them reaches it, whatever it was at. */
  detach(vm: PassingVm): void {
    for (const passed of vm.devices.passed) {
      const { device } = passed;
      if (device === undefined) continue;
      this.#driver.revoke(device.deviceId, vm.slot + 1);
      passed.keep();
      device.close();
      passed.device = undefined;
    }
    vm.memory.isPinned = false;
  }

  /** Mappings of a VM were taken away or narrowed: its devices may not use what the IOMMU remembers of them. */
  fence(slot: number): void {
    if (this.#disks.some((disk) => disk?.holder === slot)) this.#driver.invalidate(slot + 1);
  }

  #diskAt(number: number): HostDisk {
    const known = this.#disks[number];
    if (known !== undefined) return known;
    const { machine, storage, now } = this.#options;
    const made = new HostDisk({
      ...{ disk: storage.disks[number]!, number, iommu: this.iommu },
      ...{ ram: machine.ram, events: machine.events, now },
      context: (device) => this.#driver.contextOf(device),
      onLevel: (disk, level) => this.#setLevel(disk, level),
    });
    this.#disks[number] = made;
    made.at = this.bus.attach(made.ide, made.base, HOST_PLATFORM.ide.size);
    return made;
  }

  #userOf(disk: HostDisk): { readonly vm: PassingVm; readonly passed: PassedDisk } | undefined {
    const vm = disk.holder === undefined ? undefined : this.#options.vmOf(disk.holder);
    const passed = vm?.devices.passed.find(({ device }) => device === disk);
    return vm === undefined || passed === undefined ? undefined : { vm, passed };
  }

  // Interrupts: the hypervisor's, who passes them on.

  /** A wire that falls is seen at once; one that rises interrupts whoever runs, which is an event of its own. */
  #setLevel(disk: HostDisk, level: boolean): void {
    const { machine, now } = this.#options;
    machine.events.cancel(CHANNEL, disk.number);
    disk.isRaised = level;
    if (level) machine.events.schedule(now(), CHANNEL, disk.number);
    else {
      const use = this.#userOf(disk);
      use?.vm.devices.plic.setLevel(use.passed.window.irq, false);
    }
  }

  /** An exit where the guest runs; else work of the hypervisor alone. What it raises in the guest is raised in that exit. */
  #deliver(number: number): void {
    const disk = this.#disks[number];
    const use = disk && this.#userOf(disk);
    if (disk === undefined || use === undefined) return;
    const { vm, passed } = use;
    disk.isRaised = false;
    passed.counters.interrupts += 1;
    const running = vm.vcpus.find(({ hart }) => hart !== undefined);
    if (running?.hart === undefined) this.#options.work(INTERRUPT.costNs);
    else {
      chargeExit(vm, running, running.hart, 'interrupt', 'passed-through' satisfies ExitDetailId);
      running.inExit = true;
    }
    vm.devices.plic.setLevel(passed.window.irq, true);
    if (running !== undefined) running.inExit = false;
  }

  #takeFaults(): void {
    this.#driver.takeFaults((fault) => {
      const disk = this.#disks.find((each) => each?.deviceId === fault.device);
      const use = disk && this.#userOf(disk);
      if (use === undefined) return;
      const isFirst = use.passed.lastFault === undefined;
      use.passed.lastFault = fault;
      if (isFirst) this.#options.onFault(use.vm, use.passed, fault);
    });
  }

  // Snapshots.

  capture(): PassThroughState {
    const vms = this.#options.vms();
    return {
      driver: this.#driver.capture(),
      disks: this.#disks.flatMap((disk) => (disk === undefined ? [] : [disk.number])),
      bus: this.bus.capture(),
      passed: vms.flatMap(({ slot, devices }) =>
        devices.passed.map(({ index, counters, lastFault, device }) => ({
          ...{ slot, index, counters, lastFault },
          ...{ isHeld: device !== undefined, isRaised: device?.isRaised === true },
        })),
      ),
    };
  }

  /** VMs and RAM are there; media take up their requests afterwards. */
  restore(state: PassThroughState | undefined): void {
    if (state === undefined) return;
    const { storage, vmOf } = this.#options;
    this.#driver.restore(state.driver);
    for (const number of state.disks) {
      if (storage.disks[number] === undefined) throw new SnapshotFormatError('a disk that the host has not');
      this.#diskAt(number);
    }
    const raised: HostDisk[] = [];
    for (const { slot, index, counters, lastFault, isHeld, isRaised } of state.passed) {
      const vm = vmOf(slot);
      const passed = vm?.devices.passed.find((each) => each.index === index);
      if (vm === undefined || passed === undefined)
        throw new SnapshotFormatError('a passed-through disk of no VM');
      Object.assign(passed.counters, counters);
      passed.lastFault = lastFault;
      if (!isHeld) continue;
      const disk = storage.lyingOn(passed.spec);
      const device = disk && this.#disks[storage.disks.indexOf(disk)];
      if (device === undefined || device.isOpen) throw new SnapshotFormatError('a disk that two VMs have');
      this.#hold(vm, passed, device);
      passed.lastFault = lastFault;
      if (isRaised) raised.push(device);
    }
    if (state.bus.slots.length > 0) this.bus.restore(state.bus);
    for (const device of raised) this.#setLevel(device, true);
  }
}

/** Where a refused access went, for people. */
export function faultText({ why, iova }: DmaFault): { readonly why: string; readonly address: string } {
  return { why, address: hexNumber(iova) };
}
