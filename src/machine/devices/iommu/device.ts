/**
 * The IOMMU: what stands between devices that move data by themselves and RAM (RISC-V IOMMU 1.0). Each access of a device is translated by
 * the context that software has put into the device directory for it, or refused, and recorded in the fault queue. It knows no VM.
 *
 *   device number ─▶ directory ─▶ context ─▶ second stage (Sv39x4) ─▶ SPA
 */
import { PAGE_SIZE } from '#base/addresses';
import { refill } from '#base/state/bytes';
import { type PartState, partState, stateIn } from '#base/state/part';
import type { PhysicalMemory } from '../../memory.ts';
import {
  LEAF_SIZE,
  PTE_A,
  PTE_D,
  PTE_R,
  PTE_U,
  PTE_W,
  pageNumberOf,
} from '../../page-tables/page-table-entry.ts';
import { EntryReader } from '../../page-tables/table-walk.ts';
import type { MmioDevice } from '../device.ts';
import type { RegisterRow } from '../register.ts';
import * as reg from './registers.ts';
import {
  CACHE_ENTRIES,
  type CachedTranslation,
  type DeviceContext,
  IOMMU,
  REGISTER_WORDS,
  type RememberedPage,
} from './state.ts';

export interface IommuOptions {
  readonly ram: PhysicalMemory;
  /** Its wire: something is pending. */
  readonly onInterrupt: () => void;
}

/** The access was refused. */
export const REFUSED = -1;
/** First address that Sv39x4 cannot translate. */
const GPA_LIMIT = 2 ** 41;

export class Iommu implements MmioDevice {
  readonly name = 'iommu';
  readonly registers: readonly RegisterRow[] = reg.IOMMU_REGISTERS;
  readonly #options: IommuOptions;
  readonly #reader: EntryReader;
  /** By offset, in words. */
  readonly #words = new Uint32Array(REGISTER_WORDS);
  readonly #contexts = new Map<number, DeviceContext>();
  /** By GSCID and page, the oldest first. */
  readonly #translations = new Map<number, CachedTranslation>();

  /** The last translation was not remembered: tables were walked. */
  hasWalked = false;

  constructor(options: IommuOptions) {
    this.#options = options;
    this.#reader = new EntryReader(options.ram);
    this.reset();
  }

  #get(offset: number): number {
    return this.#words[offset >> 2]!;
  }
  #set(offset: number, value: number): void {
    this.#words[offset >> 2] = value;
  }

  // Registers.

  read(offset: number, size: number): number {
    return this.peek(offset, size);
  }
  peek(offset: number, size: number): number {
    const word = offset >> 2;
    if (offset % 4 !== 0 || word >= REGISTER_WORDS) return 0;
    return size === 8 ? this.#words[word]! + this.#words[word + 1]! * 0x1_0000_0000 : this.#words[word]!;
  }

  write(offset: number, size: number, value: number): void {
    if (size !== 4 || offset % 4 !== 0 || offset >> 2 >= REGISTER_WORDS) return;
    switch (offset) {
      case reg.DDTP: {
        const mode = value & 15;
        if (mode === reg.DDTP_OFF || mode === reg.DDTP_1LVL) this.#set(offset, value & ~0x10);
        return;
      }
      case reg.DDTP + 4:
      case reg.CQB + 4:
      case reg.FQB + 4:
        this.#set(offset, value & 0x3f_ffff);
        return;
      case reg.CQB:
      case reg.FQB:
        this.#set(offset, value);
        return;
      case reg.CQT:
        this.#set(offset, value & (this.#entries(reg.CQB) - 1));
        this.#runCommands();
        return;
      case reg.FQH:
        this.#set(offset, value & (this.#entries(reg.FQB) - 1));
        return;
      case reg.CQCSR:
        this.#setQueue(reg.CQCSR, value, reg.QUEUE_MEMORY_FAULT | reg.CQ_ILLEGAL);
        if ((this.#get(reg.CQCSR) & reg.QUEUE_ON) === 0) this.#set(reg.CQH, 0);
        this.#runCommands();
        return;
      case reg.FQCSR:
        this.#setQueue(reg.FQCSR, value, reg.QUEUE_MEMORY_FAULT | reg.FQ_OVERFLOW);
        if ((this.#get(reg.FQCSR) & reg.QUEUE_ON) === 0) this.#set(reg.FQT, 0);
        return;
      case reg.IPSR:
        this.#set(offset, this.#get(offset) & ~value);
        return;
      default:
    }
  }

  /** Enable bits as written, errors cleared by ones, and on as soon as it is enabled. */
  #setQueue(offset: number, value: number, errors: number): void {
    const enabled = value & (reg.QUEUE_ENABLE | reg.QUEUE_INTERRUPT);
    const left = this.#get(offset) & errors & ~value;
    const isOn = (value & reg.QUEUE_ENABLE) !== 0 ? reg.QUEUE_ON : 0;
    this.#set(offset, enabled | left | isOn);
  }
  #entries(base: number): number {
    return Math.min(2 ** ((this.#get(base) & reg.QUEUE_LOG2_MASK) + 1), reg.MOST_ENTRIES);
  }
  #baseOf(register: number): number {
    return pageNumberOf(this.#get(register), this.#get(register + 4)) * PAGE_SIZE;
  }

  #interrupt(queue: number, pending: number): void {
    if ((this.#get(queue) & reg.QUEUE_INTERRUPT) === 0) return;
    this.#set(reg.IPSR, this.#get(reg.IPSR) | pending);
    this.#options.onInterrupt();
  }

  // Commands (3.1): done one after the other, at once.

  #runCommands(): void {
    const { ram } = this.#options;
    const entries = this.#entries(reg.CQB);
    for (let left = entries; left > 0 && this.#get(reg.CQH) !== this.#get(reg.CQT); left--) {
      const csr = this.#get(reg.CQCSR);
      const isStuck = (csr & (reg.QUEUE_MEMORY_FAULT | reg.CQ_ILLEGAL)) !== 0;
      if ((csr & reg.QUEUE_ON) === 0 || isStuck) return;
      const at = this.#baseOf(reg.CQB) + this.#get(reg.CQH) * reg.COMMAND_SIZE;
      const error = !ram.holds(at, reg.COMMAND_SIZE)
        ? reg.QUEUE_MEMORY_FAULT
        : this.#execute(ram.u32(at), ram.u32(at + 4), ram.u32(at + 8), ram.u32(at + 12))
          ? 0
          : reg.CQ_ILLEGAL;
      if (error !== 0) {
        this.#set(reg.CQCSR, csr | error);
        this.#interrupt(reg.CQCSR, reg.PENDING_COMMANDS);
        return;
      }
      this.#set(reg.CQH, (this.#get(reg.CQH) + 1) & (entries - 1));
    }
  }

  #execute(lo: number, hi: number, addressLo: number, addressHi: number): boolean {
    switch (lo & 0x3ff) {
      case reg.IOTINVAL_VMA:
      case reg.IOTINVAL_GVMA: {
        // There is no first stage: whichever of the two it is, what is remembered are leaves of the second.
        const gscid = (hi & reg.COMMAND_GV) === 0 ? undefined : (hi >>> 12) & 0xffff;
        const page = (lo & reg.COMMAND_AV) === 0 ? undefined : pageNumberOf(addressLo, addressHi);
        this.#forget(gscid, page);
        return true;
      }
      case reg.IODIR_INVAL_DDT:
        if ((hi & reg.COMMAND_GV) === 0) this.#contexts.clear();
        else this.#contexts.delete(hi >>> 8);
        return true;
      case reg.IOFENCE_C:
        return true;
      default:
        return false;
    }
  }
  #forget(gscid: number | undefined, page: number | undefined): void {
    for (const [key, each] of this.#translations)
      if ((gscid === undefined || each.gscid === gscid) && (page === undefined || each.page === page))
        this.#translations.delete(key);
  }

  // Translation (2.3).

  /** Where in RAM an access of a device goes; {@link REFUSED}, and recorded, if it may not be made. */
  translate(device: number, iova: number, isWrite: boolean): number {
    this.hasWalked = false;
    const context = this.#contextOf(device);
    if (typeof context === 'string') return this.#refuse(context, device, iova, isWrite);
    const spa = context.mode === 0 ? iova : this.#secondStage(context, iova, isWrite);
    if (spa === REFUSED)
      return this.#refuse(isWrite ? 'write-page' : 'read-page', device, iova, isWrite, context);
    if (!this.#options.ram.holds(spa, 1))
      return this.#refuse(isWrite ? 'write-access' : 'read-access', device, iova, isWrite, context);
    return spa;
  }

  /** Locates the device's context (2.3.1), and checks it (2.1.4). */
  #contextOf(device: number): DeviceContext | reg.DmaFaultId {
    if ((this.#get(reg.DDTP) & 15) === reg.DDTP_OFF) return 'off';
    if (device >= reg.MOST_DEVICES) return 'disallowed';
    const known = this.#contexts.get(device);
    if (known !== undefined) return known;
    const { ram } = this.#options;
    const at = this.#baseOf(reg.DDTP) + device * reg.CONTEXT_SIZE;
    if (!ram.holds(at, reg.CONTEXT_SIZE)) return 'directory-access';
    const word = (index: number): number => ram.u32(at + index * 4);
    const [tc, tcHi, lo, hi, fsc, fscHi] = [word(0), word(1), word(2), word(3), word(6), word(7)];
    if ((tc & reg.TC_VALID) === 0) return 'no-context';
    const mode = hi >>> 28;
    const root = lo + (hi & 0xfff) * 0x1_0000_0000;
    const isKnown = (tc & ~reg.TC_KNOWN) === 0 && tcHi === 0 && fsc === 0 && fscHi === 0;
    const isStage = mode === 0 || (mode === reg.MODE_SV39X4 && root % 4 === 0);
    if (!isKnown || !isStage) return 'bad-context';
    const context: DeviceContext = {
      device,
      isSilent: (tc & reg.TC_NO_FAULTS) !== 0,
      updates: (tc & reg.TC_UPDATES) !== 0,
      ...{ mode, root, gscid: (hi >>> 12) & 0xffff },
    };
    this.#contexts.set(device, context);
    return context;
  }

  /** Every access counts as user's (privileged spec 18.5.1); A and D are updated or missed as the context says (2.1.3.1, GADE). */
  #secondStage({ gscid, root, updates }: DeviceContext, gpa: number, isWrite: boolean): number {
    if (gpa >= GPA_LIMIT) return REFUSED;
    const page = Math.floor(gpa / PAGE_SIZE);
    const key = keyOf(gscid, page);
    const wanted = (isWrite ? PTE_W | PTE_D : PTE_R) | PTE_A;
    const known = this.#translations.get(key);
    if (known !== undefined && (known.flags & wanted) === wanted)
      return known.frame * PAGE_SIZE + (gpa % PAGE_SIZE);
    this.hasWalked = true;
    const reader = this.#reader;
    if (reader.descend(root, gpa) !== 'leaf') return REFUSED;
    const { level, spa, lo, hi, target } = reader;
    const needed = (isWrite ? PTE_W : PTE_R) | PTE_U;
    if ((lo & needed) !== needed) return REFUSED;
    const flags = lo | PTE_A | (isWrite ? PTE_D : 0);
    if (flags !== lo) {
      if (!updates) return REFUSED;
      this.#options.ram.setU64(spa, flags >>> 0, hi);
    }
    const at = target + (gpa % LEAF_SIZE[level]!);
    this.#translations.delete(key);
    if (this.#translations.size >= CACHE_ENTRIES) {
      const [oldest] = this.#translations.keys();
      if (oldest !== undefined) this.#translations.delete(oldest);
    }
    this.#translations.set(key, { gscid, page, frame: Math.floor(at / PAGE_SIZE), flags: flags & 0xff });
    return at;
  }

  // Faults (3.2).

  #refuse(
    why: reg.DmaFaultId,
    device: number,
    iova: number,
    isWrite: boolean,
    context?: DeviceContext,
  ): typeof REFUSED {
    if (context?.isSilent !== true) this.#record(why, device, iova, isWrite);
    return REFUSED;
  }
  #record(why: reg.DmaFaultId, device: number, iova: number, isWrite: boolean): void {
    const { ram } = this.#options;
    const csr = this.#get(reg.FQCSR);
    if ((csr & reg.QUEUE_ON) === 0 || (csr & (reg.QUEUE_MEMORY_FAULT | reg.FQ_OVERFLOW)) !== 0) return;
    const tail = this.#get(reg.FQT);
    const next = (tail + 1) & (this.#entries(reg.FQB) - 1);
    const at = this.#baseOf(reg.FQB) + tail * reg.RECORD_SIZE;
    const error = !ram.holds(at, reg.RECORD_SIZE)
      ? reg.QUEUE_MEMORY_FAULT
      : next === this.#get(reg.FQH)
        ? reg.FQ_OVERFLOW
        : 0;
    if (error === 0) {
      const high = Math.floor(iova / 0x1_0000_0000);
      const type = isWrite ? reg.UNTRANSLATED_WRITE : reg.UNTRANSLATED_READ;
      const isGuestPage = why === 'read-page' || why === 'write-page';
      ram.setU64(at, reg.causeOf(why), ((type << 2) | (device << 8)) >>> 0);
      ram.setU64(at + 8, 0, 0);
      ram.setU64(at + 16, iova >>> 0, high);
      // iotval2: the GPA, in bits 63:2.
      ram.setU64(at + 24, isGuestPage ? (iova & ~3) >>> 0 : 0, isGuestPage ? high : 0);
      this.#set(reg.FQT, next);
    } else this.#set(reg.FQCSR, csr | error);
    this.#interrupt(reg.FQCSR, reg.PENDING_FAULTS);
  }

  /** The pages of a guest whose translations it remembers, the oldest first. */
  pagesOf(gscid: number): RememberedPage[] {
    const own = [...this.#translations.values()].filter((each) => each.gscid === gscid);
    return own.map(({ page, flags }) => ({ page, isWrite: (flags & PTE_D) !== 0 }));
  }
  /** Translations that it remembers for a guest. */
  remembered(gscid: number): number {
    let count = 0;
    for (const each of this.#translations.values()) if (each.gscid === gscid) count += 1;
    return count;
  }

  reset(): void {
    this.#words.fill(0);
    this.#set(reg.CAPABILITIES, reg.CAPABILITIES_LO);
    this.#set(reg.CAPABILITIES + 4, reg.CAPABILITIES_HI);
    this.#set(reg.FCTL, reg.FCTL_WSI);
    this.#contexts.clear();
    this.#translations.clear();
  }

  capture(): PartState {
    return partState(IOMMU, {
      registers: this.#words,
      contexts: [...this.#contexts.values()],
      translations: [...this.#translations.values()],
    });
  }
  restore(saved: PartState): void {
    const { registers, contexts, translations } = stateIn(IOMMU, saved);
    refill(this.#words, registers, 'registers of an IOMMU');
    this.#contexts.clear();
    for (const context of contexts) this.#contexts.set(context.device, context);
    this.#translations.clear();
    for (const each of translations) this.#translations.set(keyOf(each.gscid, each.page), each);
  }
}

/** By which a translation is remembered: {@link GPA_LIMIT} leaves 29 bits of a page's number. */
function keyOf(gscid: number, page: number): number {
  return gscid * 2 ** 29 + page;
}
