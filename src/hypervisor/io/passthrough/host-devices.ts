/**
 * The devices of a host that VMs can be given whole, as the host has them while nobody was given any: nothing but their place. Their code
 * comes when a specification asks for one (pass-through.ts), and from then on that has them.
 */
import { hasPassedThrough } from '#base/catalogue/disk-ways';
import { Later, type LaterPart } from '#base/later';
import { ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { PhysicalDisk } from '../media/physical-disk.ts';
import type { ReturningVm } from './owned.ts';
import type { PassingVm, PassThrough, PassThroughOptions } from './pass-through.ts';
import type { PassedDevice } from './passed-device.ts';
import { NO_OWNED, type OwnedDevices, type PassThroughState } from './state.ts';

const CODE = new Later(() => import('./pass-through.ts'));

export const PASSING: LaterPart = { code: CODE, words: ['passed-through', 'passed-virtio'] };

/** The devices that a VM of a specification is given whole. */
export function passedDevices(spec: VmSpec): readonly PassedDevice[] {
  return hasPassedThrough(spec) ? CODE.here.passedDevicesOf(spec) : [];
}

export class HostDevices {
  readonly #options: PassThroughOptions;
  #used: PassThrough | undefined;

  constructor(options: PassThroughOptions) {
    this.#options = options;
  }

  #use(): PassThrough {
    this.#used ??= new CODE.here.PassThrough(this.#options);
    return this.#used;
  }

  /** A specification as its host takes it: what is given whole is as large as it is. */
  filled(spec: VmSpec): VmSpec {
    return hasPassedThrough(spec) ? this.#use().filled(spec) : spec;
  }
  /** Whether a VM can be such a one here, whoever has what at the moment. */
  check(spec: VmSpec): Result<null> {
    return this.#used !== undefined || hasPassedThrough(spec) ? this.#use().check(spec) : ok(null);
  }
  /** The VM that has a physical disk to itself. */
  holderOf(disk: PhysicalDisk): string | undefined {
    return this.#used?.holderOf(disk);
  }

  /** There is a physical card of a switch of this number or a greater one. */
  hasCardFrom(number: number): boolean {
    return this.#used?.hasCardFrom(number) === true;
  }

  /** Gives a VM, whose memory is there, the devices that it is passed through; nothing of it stays where one cannot be. */
  attach(vm: PassingVm): Result<null> {
    return vm.devices.passed.length > 0 ? this.#use().attach(vm) : ok(null);
  }
  /** Gives it one of these while it is there, and takes one from it. */
  give(vm: PassingVm, passed: PassedDevice): Result<null> {
    return this.#use().give(vm, passed);
  }
  release(vm: PassingVm, passed: PassedDevice): void {
    this.#used?.release(vm, passed);
  }
  /** Takes them back, before the VM's memory goes: from then on none of them reaches it, whatever it was at. */
  detach(vm: PassingVm): void {
    this.#used?.detach(vm);
  }
  /** Mappings of a VM were taken away or narrowed: its devices may not use what the IOMMU remembers of them. */
  fence(slot: number): void {
    this.#used?.fence(slot);
  }

  /** Whether VMs can be again what they were: whatever else has the devices that they had then. */
  mayReturn(all: readonly ReturningVm[]): Result<null> {
    return this.#used?.mayReturn(all) ?? ok(null);
  }
  /** What a snapshot of a VM holds of the devices that it is given whole. */
  captureOf(vm: PassingVm): OwnedDevices {
    return vm.devices.passed.length > 0 ? this.#use().captureOf(vm) : NO_OWNED;
  }
  /** They are as they were then; a VM that was on has them again. */
  restoreOf(vm: PassingVm, owned: OwnedDevices): void {
    if (vm.devices.passed.length > 0) this.#use().restoreOf(vm, owned);
  }

  capture(): PassThroughState | undefined {
    return this.#used?.capture();
  }
  /** VMs and RAM are there; media take up their requests afterwards. */
  restore(state: PassThroughState | undefined): void {
    if (state !== undefined) this.#use().restore(state);
  }
}
