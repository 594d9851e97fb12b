/**
 * The hypervisor's driver of its host's IOMMU: the device directory and both queues, in frames of RAM, and the registers, through the
 * bus as any software reaches them. The second stage that a device gets is its VM's own G-stage table, so what the VM may not reach
 * its device may not either.
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import { OWNER_HYPERVISOR } from '#base/views';
import * as reg from '#machine/devices/iommu/registers';
import type { MmioBus } from '#machine/devices/mmio-bus';
import { HOST_PLATFORM } from '#machine/devices/platform';
import type { PhysicalMemory } from '#machine/memory';
import { FRAME_PAGE_TABLE, type FrameAllocator, NO_FRAME } from '../../memory/frame-allocator.ts';
import type { DmaFault, IommuDriverState } from './state.ts';

/** A device's context, for people. */
export interface DirectoryEntry {
  /** Where it lies itself. */
  readonly spa: number;
  readonly isValid: boolean;
  /** iohgatp.MODE: 8 is Sv39x4. */
  readonly mode: number;
  readonly gscid: number;
  /** Root of the table of its second stage. */
  readonly rootSpa: number;
}

const FRAMES = 3;
/** A page of each. */
const COMMANDS_LOG2 = 8;
const FAULTS_LOG2 = 7;
const COMMANDS: number = 1 << COMMANDS_LOG2;
const FAULTS: number = 1 << FAULTS_LOG2;

export interface IommuDriverOptions {
  readonly bus: MmioBus;
  readonly ram: PhysicalMemory;
  readonly frames: FrameAllocator;
}

export class IommuDriver {
  readonly #options: IommuDriverOptions;
  #first = NO_FRAME;
  #tail = 0;
  #head = 0;

  constructor(options: IommuDriverOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#first !== NO_FRAME;
  }
  /** Turns the IOMMU on, once: from then on only devices with a context reach memory. False without frames for its tables. */
  start(): boolean {
    if (this.isOn) return true;
    const { frames } = this.#options;
    this.#first = frames.allocateRun(FRAMES, 1, OWNER_HYPERVISOR, FRAME_PAGE_TABLE, 0);
    if (this.#first === NO_FRAME) return false;
    this.#setTable(reg.CQB, this.#first + 1, COMMANDS_LOG2 - 1);
    this.#setTable(reg.FQB, this.#first + 2, FAULTS_LOG2 - 1);
    this.#write(reg.CQCSR, reg.QUEUE_ENABLE);
    this.#write(reg.FQCSR, reg.QUEUE_ENABLE | reg.QUEUE_INTERRUPT);
    this.#setTable(reg.DDTP, this.#first, reg.DDTP_1LVL);
    return true;
  }

  /** A register that names a frame in bits 53:10; the low half, which makes it count, is written last. */
  #setTable(register: number, spfn: number, low: number): void {
    this.#write(register + 4, Math.floor(spfn / 0x40_0000));
    this.#write(register, ((spfn % 0x40_0000) * 0x400 + low) >>> 0);
  }
  #write(register: number, value: number): void {
    this.#options.bus.write(HOST_PLATFORM.iommu.base + register, 4, value);
  }
  #read(register: number): number {
    return this.#options.bus.read(HOST_PLATFORM.iommu.base + register, 4);
  }

  /** From now on a device reaches what a VM's G-stage table lets the VM reach. */
  assign(device: number, root: number, gscid: number): void {
    const at = this.#contextAt(device);
    const { ram } = this.#options;
    const stage = ((reg.MODE_SV39X4 << 28) | (gscid << 12)) >>> 0;
    ram.setU64(at + 8, root, stage);
    ram.setU64(at + 16, 0, 0);
    ram.setU64(at + 24, 0, 0);
    // The word that makes the context valid is written last (6.2).
    ram.setU64(at, reg.TC_VALID | reg.TC_UPDATES, 0);
    this.#forget(device, gscid);
  }
  /** From now on a device reaches nothing. */
  revoke(device: number, gscid: number): void {
    this.#options.ram.setU64(this.#contextAt(device), 0, 0);
    this.#forget(device, gscid);
  }
  /** The tables of a VM have changed: what the IOMMU remembers of them is not true any more. */
  invalidate(gscid: number): void {
    this.#command(reg.IOTINVAL_GVMA, (reg.COMMAND_GV | (gscid << 12)) >>> 0);
  }
  /** As guidelines for software have it after a change of the directory (6.3.1). */
  #forget(device: number, gscid: number): void {
    this.#command(reg.IODIR_INVAL_DDT, (reg.COMMAND_GV | (device << 8)) >>> 0);
    this.invalidate(gscid);
  }
  /** The context of a device as it lies in the directory. */
  contextOf(device: number): DirectoryEntry {
    const at = this.#contextAt(device);
    const { ram } = this.#options;
    const [lo, hi] = [ram.u32(at + 8), ram.u32(at + 12)];
    return {
      ...{ spa: at, isValid: (ram.u32(at) & reg.TC_VALID) !== 0, mode: hi >>> 28 },
      ...{ gscid: (hi >>> 12) & 0xffff, rootSpa: (lo + (hi & 0xfff) * 0x1_0000_0000) * PAGE_SIZE },
    };
  }
  #contextAt(device: number): number {
    invariant(this.#first !== NO_FRAME && device < reg.MOST_DEVICES, 'a device of a directory that is there');
    return this.#first * PAGE_SIZE + device * reg.CONTEXT_SIZE;
  }

  /** Queues a command; the IOMMU does it at once, and what follows finds it done. */
  #command(lo: number, hi: number): void {
    const at = (this.#first + 1) * PAGE_SIZE + this.#tail * reg.COMMAND_SIZE;
    this.#options.ram.setU64(at, lo, hi);
    this.#options.ram.setU64(at + 8, 0, 0);
    this.#tail = (this.#tail + 1) % COMMANDS;
    this.#write(reg.CQT, this.#tail);
  }

  /** Takes what the fault queue holds. */
  takeFaults(each: (fault: DmaFault) => void): void {
    this.#write(reg.IPSR, reg.PENDING_FAULTS);
    const tail = this.#read(reg.FQT);
    const { ram } = this.#options;
    for (let left = FAULTS; left > 0 && this.#head !== tail; left--) {
      const at = (this.#first + 2) * PAGE_SIZE + this.#head * reg.RECORD_SIZE;
      const [lo, hi] = [ram.u32(at), ram.u32(at + 4)];
      const iova = ram.u32(at + 16) + ram.u32(at + 20) * 0x1_0000_0000;
      this.#head = (this.#head + 1) % FAULTS;
      const isWrite = ((hi >>> 2) & 63) === reg.UNTRANSLATED_WRITE;
      each({ device: hi >>> 8, why: reg.faultOf(lo & 0xfff), iova, isWrite });
    }
    this.#write(reg.FQH, this.#head);
  }

  capture(): IommuDriverState {
    return { first: this.#first, tail: this.#tail, head: this.#head };
  }
  restore({ first, tail, head }: IommuDriverState): void {
    this.#first = first;
    this.#tail = tail;
    this.#head = head;
  }
}
