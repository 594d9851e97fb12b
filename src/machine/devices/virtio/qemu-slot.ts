/**
 * A virtio-mmio slot as kernels find it that were written for QEMU's virt machine and nothing else: its vendor, a driver that never looks
 * at features above 31, and, where it is asked for, version 1 of the registers (virtio 1.2, §4.2.4), which is what that machine has
 * unless it is told otherwise. What lies behind the registers is the slot of version 2: here one manner of speaking is put into the other.
 */
import { type PartState, partState, stateIn } from '#base/state/part';
import { VirtioSlot, type VirtioSlotOptions } from './mmio-transport.ts';
import { QEMU_SLOT } from './qemu-slot-state.ts';
import * as reg from './registers.ts';
import { VIRTIO_SLOT } from './state.ts';

/** 1: legacy, 2: as of virtio 1.0. */
export type TransportVersion = 1 | 2;

export interface QemuSlotOptions extends VirtioSlotOptions {
  readonly version: TransportVersion;
}

/** "QEMU", as it is read: xv6 looks. */
const VENDOR = 0x554d_4551;
/** Registers that only version 1 has. */
const GUEST_PAGE_SIZE = 0x028;
const QUEUE_ALIGN = 0x03c;
const QUEUE_PFN = 0x040;
/** Bytes of a descriptor, and of an available ring beside its entries (flags, index, used_event). */
const DESCRIPTOR_SIZE = 16;
const AVAILABLE_EXTRA = 6;
const WORD = 0x1_0000_0000;

export class QemuSlot extends VirtioSlot {
  readonly #version: TransportVersion;
  /** The driver has said which features above 31 it takes. */
  #wroteHigh = false;
  // Of version 1.
  #pageSize = 0;
  #align = 0;
  #pageNumbers: number[] = [];

  constructor(options: QemuSlotOptions) {
    super(options);
    this.#version = options.version;
  }

  override read(offset: number, size: number): number {
    if (size === 4 && offset === reg.VENDOR_ID) return VENDOR;
    if (this.#version === 2 || size !== 4 || offset >= reg.CONFIG) return super.read(offset, size);
    switch (offset) {
      case reg.VERSION:
        return 1;
      case QUEUE_PFN:
        return this.#pageNumbers[this.#lastIn(reg.QUEUE_SEL)] ?? 0;
      case reg.DEVICE_FEATURES:
        // There are 32 of them.
        return this.#lastIn(reg.DEVICE_FEATURES_SEL) === 0 ? super.read(offset, size) : 0;
      default:
        return isOfVersion1(offset) ? super.read(offset, size) : 0;
    }
  }

  override write(offset: number, size: number, value: number): void {
    if (size === 4 && offset < reg.CONFIG && this.device !== undefined) {
      if (this.#version === 1 && this.#writeVersion1(offset, value)) return;
      if (offset === reg.DRIVER_FEATURES && this.#lastIn(reg.DRIVER_FEATURES_SEL) === 1)
        this.#wroteHigh = true;
      if (offset === reg.STATUS) this.#beforeStatus(value);
    }
    super.write(offset, size, value);
  }

  override reset(): void {
    super.reset();
    this.#forget();
  }

  override capture(): PartState {
    return partState(QEMU_SLOT, {
      ...{ wroteHigh: this.#wroteHigh, pageSize: this.#pageSize, align: this.#align },
      pageNumbers: Array.from(this.#pageNumbers, (each = 0) => each),
      slot: super.capture(),
    });
  }
  override restore(saved: PartState): void {
    this.#forget();
    // As machines were saved whose slots were all empty.
    if (saved.declaration === VIRTIO_SLOT) {
      super.restore(saved);
      return;
    }
    const { wroteHigh, pageSize, align, pageNumbers, slot } = stateIn(QEMU_SLOT, saved);
    super.restore(slot);
    this.#wroteHigh = wroteHigh;
    this.#pageSize = pageSize;
    this.#align = align;
    this.#pageNumbers = [...pageNumbers];
  }

  #forget(): void {
    this.#wroteHigh = false;
    this.#pageSize = 0;
    this.#align = 0;
    this.#pageNumbers = [];
  }

  /** What a driver last wrote to a register that selects something. */
  #lastIn(register: number): number {
    return this.peek(register, 4) ?? 0;
  }

  /**
   * QEMU's slots serve drivers that take none of the features above 31, VERSION_1 among them; what the devices here do is the same with
   * it and without. Those of version 1 may leave out FEATURES_OK, too.
   */
  #beforeStatus(value: number): void {
    if (value === 0) {
      this.#forget();
      return;
    }
    const settles = (value & (reg.STATUS_FEATURES_OK | reg.STATUS_DRIVER_OK)) !== 0;
    if (!settles || (this.status & reg.STATUS_FEATURES_OK) !== 0) return;
    if (this.#version === 1 || !this.#wroteHigh) {
      const selected = this.#lastIn(reg.DRIVER_FEATURES_SEL);
      super.write(reg.DRIVER_FEATURES_SEL, 4, 1);
      super.write(reg.DRIVER_FEATURES, 4, reg.FEATURE_VERSION_1_HIGH);
      super.write(reg.DRIVER_FEATURES_SEL, 4, selected);
    }
    if (this.#version === 1) super.write(reg.STATUS, 4, this.status | reg.STATUS_FEATURES_OK);
  }

  /** True for what is done, or is no register of version 1. */
  #writeVersion1(offset: number, value: number): boolean {
    switch (offset) {
      case GUEST_PAGE_SIZE:
        this.#pageSize = value;
        return true;
      case QUEUE_ALIGN:
        this.#align = value;
        return true;
      case QUEUE_PFN:
        this.#placeQueue(value);
        return true;
      case reg.DRIVER_FEATURES:
        return this.#lastIn(reg.DRIVER_FEATURES_SEL) !== 0;
      default:
        return !isOfVersion1(offset);
    }
  }

  /**
   * One page number says where all three rings are (§2.7.2):
   *
   *     descriptors | available ring | … up to a multiple of QueueAlign … | used ring
   */
  #placeQueue(pageNumber: number): void {
    const selected = this.#lastIn(reg.QUEUE_SEL);
    const queue = this.queues[selected];
    if (queue === undefined) return;
    const { size } = queue;
    super.write(reg.QUEUE_READY, 4, 0);
    this.#pageNumbers[selected] = pageNumber;
    if (pageNumber === 0) return;
    super.write(reg.QUEUE_NUM, 4, size);
    const descriptors = pageNumber * this.#pageSize;
    const available = descriptors + DESCRIPTOR_SIZE * size;
    const align = Math.max(this.#align, 1);
    const used = Math.ceil((available + AVAILABLE_EXTRA + 2 * size) / align) * align;
    for (const [low, at] of [
      [reg.QUEUE_DESC_LOW, descriptors],
      [reg.QUEUE_DRIVER_LOW, available],
      [reg.QUEUE_DEVICE_LOW, used],
    ] as const) {
      super.write(low, 4, at % WORD);
      super.write(low + 4, 4, Math.floor(at / WORD) % WORD);
    }
    super.write(reg.QUEUE_READY, 4, 1);
  }
}

/** Registers below the configuration space that both versions have. */
function isOfVersion1(offset: number): boolean {
  return offset <= reg.STATUS && offset !== reg.QUEUE_READY;
}
