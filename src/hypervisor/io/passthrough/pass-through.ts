/**
 * Devices of a host that VMs are given whole. Registers: a leaf of the VM's G-stage table leads to the controller's window, so that
 * the guest reaches them without the hypervisor. Memory: the controller reaches it through the IOMMU, by the same table. Interrupts: go
 * to the hypervisor, which passes them on. One VM has a device at a time, from its start until it is switched off.
 */
import { allocationOf } from '#base/catalogue/allocation-modes';
import { hasPassedThrough, isPassedThrough, isPassedVirtio } from '#base/catalogue/disk-ways';
import { EXIT_INDEX, EXIT_REASONS, type ExitDetailId } from '#base/catalogue/exit-reasons';
import { fail, ok, type Result } from '#base/result';
import type { DiskSpec, NicSpec, VmSpec } from '#base/scenario';
import { isThere } from '#base/slots';
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
import { type PhysicalDisk, USUAL_DISK_BYTES } from '../media/physical-disk.ts';
import type { HostStorage } from '../media/storage.ts';
import { DevicePool } from './device-pool.ts';
import { HostCard } from './host-card.ts';
import type { HostDevice } from './host-device.ts';
import { HostDisk } from './host-disk.ts';
import { IommuDriver } from './iommu-driver.ts';
import { captureOwned, mayReturn, type ReturningVm, restoreOwned } from './owned.ts';
import { type PassedDevice, passedDevicesOf } from './passed-device.ts';
import {
  type DmaFault,
  MOST_CARDS,
  type OwnedDevices,
  type PassThroughState,
  type WireState,
} from './state.ts';

/** A VM as devices are passed through to it. */
export interface PassingVm extends ExitVm {
  readonly spec: VmSpec;
  readonly memory: ExitVm['memory'] & {
    readonly root: number;
    isPinned: boolean;
    mapDevice(gpa: number, spa: number): boolean;
    unmapDevice(gpa: number): void;
  };
  readonly vcpus: readonly Vcpu[];
  readonly devices: { readonly plic: Plic; readonly passed: readonly PassedDevice[] };
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
  readonly onFault: (vm: PassingVm, passed: PassedDevice, fault: DmaFault) => void;
  /** Names of the host's switches, each of which has a physical card of each sort at a port. */
  readonly switches: () => readonly string[];
  readonly seed: number;
}

export { passedDevicesOf };

/** Channel of interrupts on their way to the hypervisor; the data is the number of the device. */
const CHANNEL = 'physical-interrupt';
const INTERRUPT = EXIT_REASONS[EXIT_INDEX.interrupt]!;

export class PassThrough {
  readonly bus: MmioBus = new MmioBus();
  readonly iommu: Iommu;
  readonly #options: PassThroughOptions;
  readonly #driver: IommuDriver;
  readonly #pool: DevicePool;

  constructor(options: PassThroughOptions) {
    this.#options = options;
    const { machine, frames } = options;
    this.iommu = new Iommu({ ram: machine.ram, onInterrupt: () => this.#takeFaults() });
    this.bus.attach(this.iommu, HOST_PLATFORM.iommu.base, HOST_PLATFORM.iommu.size);
    this.#driver = new IommuDriver({ bus: this.bus, ram: machine.ram, frames });
    const { storage, switches, now, seed } = options;
    this.#pool = new DevicePool({
      ...{ bus: this.bus, events: machine.events, now, storage, switches, seed },
      device: {
        ...{ iommu: this.iommu, ram: machine.ram },
        context: (device) => this.#driver.contextOf(device),
        onLevel: (device, level) => this.#setLevel(device, level),
        onAgain: (device) => this.#hand(device, true),
      },
    });
    machine.attachBus(this.bus);
    machine.events.on(CHANNEL, (device) => this.#deliver(device));
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
      if (!isThere(disk)) continue;
      const lying = storage.lyingOn(disk);
      if (!isPassedThrough(disk)) {
        const holder = lying === undefined ? undefined : this.holderOf(lying);
        if (holder !== undefined) return fail('disk.held', { disk: lying!.spec.name, holder });
        continue;
      }
      const { sizeBytes: _, way: __, slot: ___, on, ...settings } = disk;
      const [setting] = Object.entries(settings).filter(([, value]) => value !== undefined);
      if (setting !== undefined)
        return fail('vm.passedSetting', { vm: spec.name, number: index, setting: setting[0] });
      if (lying === undefined || (on !== undefined && storage.find(on) === undefined))
        return fail('host.noDisk', { disk: on ?? '' });
    }
    const card = spec.nics.findIndex((nic) => isPassedThrough(nic) && nic.mac !== undefined);
    if (card >= 0) return fail('vm.passedSetting', { vm: spec.name, number: card, setting: 'mac' });
    return !hasPassedThrough(spec) || allocationOf(spec.allocation).ahead
      ? ok(null)
      : fail('vm.passedAllocation', { vm: spec.name });
  }

  /** The VM that has a physical disk to itself. */
  holderOf(disk: PhysicalDisk): string | undefined {
    return this.#nameOf(this.#pool.holderOf(disk));
  }
  #nameOf(holder: number | undefined): string | undefined {
    return holder === undefined ? undefined : this.#options.vmOf(holder)?.spec.name;
  }

  // Giving and taking.

  /** Gives a VM, whose memory is there, the devices that it is passed through; nothing of it stays where one cannot be. */
  attach(vm: PassingVm): Result<null> {
    for (const passed of vm.devices.passed) {
      const given = this.give(vm, passed);
      if (given.ok) continue;
      this.detach(vm);
      return given;
    }
    return ok(null);
  }

  /** Gives a VM one of them: at once when it is plugged into one whose memory is all there. */
  give(vm: PassingVm, passed: PassedDevice): Result<null> {
    const { given } = passed;
    const found = given.sort === 'disk' ? this.#freeDisk(given.spec) : this.#freeCard(given.spec);
    if (!found.ok) return found;
    const { value: device } = found;
    const hasFrames = this.#driver.start() && vm.memory.mapDevice(passed.window.base, device.base);
    if (!hasFrames) return fail('vm.hostMemoryExhausted');
    this.#hold(vm, passed, device);
    this.#driver.assign(device.deviceId, vm.memory.root, vm.slot + 1);
    return ok(null);
  }
  #freeDisk(spec: DiskSpec): Result<HostDisk> {
    const { storage, vmOf } = this.#options;
    const disk = storage.lyingOn(spec);
    if (disk === undefined) return fail('host.noDisk', { disk: spec.on ?? '' });
    const { name } = disk.spec;
    const holder = this.holderOf(disk);
    if (holder !== undefined) return fail('disk.held', { disk: name, holder });
    const [stream] = disk.streams;
    if (stream !== undefined)
      return fail('disk.inUse', { disk: name, holder: vmOf(stream.slot)?.spec.name ?? '' });
    const number = storage.disks.indexOf(disk);
    return ok(this.#pool.diskAt(number, isPassedVirtio(spec)));
  }
  #freeCard(spec: NicSpec): Result<HostCard> {
    const { switch: name } = spec;
    const number = this.#options.switches().indexOf(name);
    if (number < 0 || number >= MOST_CARDS) return fail('vm.noSuchSwitch', { switch: name });
    const card = this.#pool.cardAt(number, isPassedVirtio(spec));
    const holder = this.#nameOf(card.holder);
    return holder === undefined ? ok(card) : fail('card.held', { switch: name, holder });
  }
  #hold(vm: PassingVm, passed: PassedDevice, device: HostDevice): void {
    if (device instanceof HostDisk) device.index = passed.index;
    else if (device instanceof HostCard) device.transmit = passed.transmit;
    device.open(vm.slot);
    device.port.counters = passed.counters;
    passed.device = device;
    passed.lastFault = undefined;
    vm.memory.isPinned = true;
  }

  /** Takes them back, before the VM's memory goes: from then on none of them reaches it, whatever it was at. */
  detach(vm: PassingVm): void {
    for (const passed of vm.devices.passed) this.#takeBack(vm, passed);
    vm.memory.isPinned = false;
  }
  #takeBack(vm: PassingVm, passed: PassedDevice): void {
    const { device } = passed;
    if (device === undefined) return;
    this.#driver.revoke(device.deviceId, vm.slot + 1);
    passed.keep();
    device.close();
    passed.device = undefined;
  }
  /** Takes one of them from a VM that goes on: from then on the guest finds an empty slot where its registers were. */
  release(vm: PassingVm, passed: PassedDevice): void {
    if (passed.device === undefined) return;
    this.#takeBack(vm, passed);
    vm.memory.unmapDevice(passed.window.base);
    vm.devices.plic.setLevel(passed.window.irq, false);
    vm.memory.isPinned = vm.devices.passed.some(({ device }) => device !== undefined);
  }

  /** Mappings of a VM were taken away or narrowed: its devices may not use what the IOMMU remembers of them. */
  fence(slot: number): void {
    if (this.#pool.all.some(({ holder }) => holder === slot)) this.#driver.invalidate(slot + 1);
  }

  /** There is a physical card of a switch of this number or a greater one. */
  hasCardFrom(number: number): boolean {
    return this.#pool.hasCardFrom(number);
  }

  #userOf(device: HostDevice): { readonly vm: PassingVm; readonly passed: PassedDevice } | undefined {
    const vm = device.holder === undefined ? undefined : this.#options.vmOf(device.holder);
    const passed = vm?.devices.passed.find((each) => each.device === device);
    return vm === undefined || passed === undefined ? undefined : { vm, passed };
  }

  // Interrupts: the hypervisor's, who passes them on.

  /** A wire that falls is seen at once; one that rises interrupts whoever runs, which is an event of its own. */
  #setLevel(device: HostDevice, level: boolean): void {
    this.#cancel(device);
    if (level) this.#raiseIn(device, device.freeInNs);
    else this.#hand(device, false);
  }
  /** The guest sees at once what needs no interrupt to the hypervisor: of one that is still to come it hears then. */
  #hand(device: HostDevice, level: boolean): void {
    const use = this.#userOf(device);
    if (device.raisesAt === undefined) use?.vm.devices.plic.setLevel(use.passed.window.irq, level);
  }
  #raiseIn(device: HostDevice, ns: VirtualNs): void {
    const { machine, now } = this.#options;
    device.raisesAt = now() + ns;
    machine.events.schedule(device.raisesAt, CHANNEL, device.deviceId);
  }
  #cancel(device: HostDevice): void {
    this.#options.machine.events.cancel(CHANNEL, device.deviceId);
    device.raisesAt = undefined;
  }

  /** An exit where the guest runs; else work of the hypervisor alone. What it raises in the guest is raised in that exit. */
  #deliver(id: number): void {
    const device = this.#pool.withId(id);
    const use = device && this.#userOf(device);
    if (device === undefined || use === undefined) return;
    const { vm, passed } = use;
    device.raisesAt = undefined;
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
      const device = this.#pool.withId(fault.device);
      const use = device && this.#userOf(device);
      if (use === undefined) return;
      const isFirst = use.passed.lastFault === undefined;
      use.passed.lastFault = fault;
      if (isFirst) this.#options.onFault(use.vm, use.passed, fault);
    });
  }

  mayReturn(all: readonly ReturningVm[]): Result<null> {
    const { storage, vmOf } = this.#options;
    return mayReturn(all, { storage, vmOf, deviceOf: (passed) => this.#pool.of(passed) });
  }
  captureOf(vm: PassingVm): OwnedDevices {
    return captureOwned(vm, this.iommu, (device) => this.#wireOf(device));
  }
  restoreOf(vm: PassingVm, owned: OwnedDevices): void {
    restoreOwned(vm, owned, { iommu: this.iommu, setWire: (device, held) => this.#setWire(device, held) });
  }

  #wireOf(device: HostDevice | undefined): WireState {
    const { isHigh = false, raisesAt, freeInNs = 0 } = device ?? {};
    const raisesInNs = raisesAt === undefined ? 0 : raisesAt - this.#options.now();
    return { isHigh, isRaised: raisesAt !== undefined, raisesInNs, freeInNs };
  }
  /** What a device said of its wire as it was restored was known before. */
  #setWire(device: HostDevice, { isHigh, isRaised, raisesInNs, freeInNs }: WireState): void {
    this.#cancel(device);
    device.isHigh = isHigh;
    device.restoreWay(freeInNs);
    if (isRaised) this.#raiseIn(device, raisesInNs);
  }

  /** Nothing before the first device was given. */
  capture(): PassThroughState | undefined {
    if (!this.#driver.isOn) return undefined;
    const vms = this.#options.vms();
    return {
      driver: this.#driver.capture(),
      ...this.#pool.capture(),
      bus: this.bus.capture(),
      passed: vms.flatMap(({ slot, devices }) =>
        devices.passed.map(({ sort, index, counters, lastFault, device }) => ({
          ...{ slot, sort, index, counters, lastFault },
          ...{ isHeld: device !== undefined, ...this.#wireOf(device) },
        })),
      ),
    };
  }

  /** VMs and RAM are there; media take up their requests afterwards. */
  restore(state: PassThroughState): void {
    const { vmOf } = this.#options;
    this.#driver.restore(state.driver);
    this.#pool.restore(state);
    const wires: { readonly device: HostDevice; readonly wire: WireState }[] = [];
    for (const { slot, sort, index, counters, lastFault, isHeld, ...wire } of state.passed) {
      const vm = vmOf(slot);
      const passed = vm?.devices.passed.find((each) => each.sort === sort && each.index === index);
      if (vm === undefined || passed === undefined)
        throw new SnapshotFormatError('a passed-through device of no VM');
      Object.assign(passed.counters, counters);
      if (isHeld) {
        const device = this.#pool.of(passed);
        if (device === undefined || device.holder !== undefined)
          throw new SnapshotFormatError('a device that two VMs have');
        this.#hold(vm, passed, device);
        wires.push({ device, wire });
      }
      passed.lastFault = lastFault;
    }
    if (state.bus.slots.length > 0) this.bus.restore(state.bus);
    for (const { device, wire } of wires) this.#setWire(device, wire);
  }
}
