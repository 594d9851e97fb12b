/**
 * How one device reaches memory through the IOMMU: every address that it uses is translated, page by page, or refused. What a driver
 * has told it are guest physical addresses; it never learns where they lie.
 */
import { PAGE_SIZE } from '#base/addresses';
import type { VirtualNs } from '#base/virtual-time';
import type { PhysicalMemory } from '../../memory.ts';
import type { Counters } from '../counters.ts';
import {
  type GuestMemory,
  type MovePiece,
  type PinAnswer,
  readNumber,
  writeNumber,
} from '../guest-memory.ts';
import { WALK_NS } from './costs.ts';
import { type Iommu, REFUSED } from './device.ts';
import type { DmaCounter } from './metrics.ts';

/** What addresses of a device become: an IOMMU's affair, where there is one. */
type Translation = Pick<Iommu, 'translate' | 'hasWalked'>;

/** A device's way to memory where there is no IOMMU: its addresses are those of memory. */
export function directPort(ram: PhysicalMemory): DmaPort {
  const translate = (_: number, at: number): number => (ram.holds(at, 1) ? at : REFUSED);
  return new DmaPort({ translate, hasWalked: false }, ram, 0);
}

export class DmaPort implements GuestMemory {
  /** Who counts, as long as there is somebody. */
  counters: Counters<DmaCounter> | undefined;
  /** Time of walks that the device has not waited for yet. */
  #owedNs: VirtualNs = 0;
  /** Who is to know of each walk when it is made; else it is asked for. */
  onWalk: ((ns: VirtualNs) => void) | undefined;
  /** Nothing is ever waited for: who passes a device through pins all that it may reach. */
  readonly awaited = -1;
  readonly #iommu: Translation;
  readonly #ram: PhysicalMemory;
  readonly #device: number;

  constructor(iommu: Translation, ram: PhysicalMemory, device: number) {
    this.#iommu = iommu;
    this.#ram = ram;
    this.#device = device;
  }

  /** How long the walks since the last call have taken: the device's to wait for. */
  takeWalkNs(): VirtualNs {
    const owed = this.#owedNs;
    this.#owedNs = 0;
    return owed;
  }

  /** Has the IOMMU remember where a range lies, as far as it may be read: a look-up that finds it is none that a device would make. */
  reach(iova: number, total: number): void {
    for (let at = 0; at < total; at += PAGE_SIZE - ((iova + at) % PAGE_SIZE)) {
      const spa = this.#iommu.translate(this.#device, iova + at, false);
      if (this.#iommu.hasWalked) this.#countWalk(true);
      if (spa === REFUSED) return;
    }
  }

  read(iova: number, target: Uint8Array): boolean {
    const pieces = this.#pieces(iova, target.length, false);
    if (pieces === undefined) return false;
    for (const { spa, at, length } of pieces) target.set(this.#ram.view(spa, length), at);
    return true;
  }
  write(iova: number, source: Uint8Array): boolean {
    const pieces = this.#pieces(iova, source.length, true);
    if (pieces === undefined) return false;
    for (const { spa, at, length } of pieces) this.#ram.write(spa, source.subarray(at, at + length));
    return true;
  }
  moveOut(iova: number, length: number, take: MovePiece, from: number): boolean {
    const pieces = this.#pieces(iova, length, false);
    if (pieces === undefined) return false;
    for (const piece of pieces) take(this.#ram.view(piece.spa, piece.length), from + piece.at);
    return true;
  }
  moveIn(iova: number, length: number, fill: MovePiece, from: number): boolean {
    const pieces = this.#pieces(iova, length, true);
    if (pieces === undefined) return false;
    for (const { spa, at, length: bytes } of pieces) {
      fill(this.#ram.view(spa, bytes), from + at);
      this.#ram.wrote(spa, bytes);
    }
    return true;
  }
  fill(iova: number, length: number, value: number): boolean {
    const pieces = this.#pieces(iova, length, true);
    if (pieces === undefined) return false;
    for (const piece of pieces) this.#ram.fill(piece.spa, piece.length, value);
    return true;
  }

  /** All of a range, or nothing of it. */
  #pieces(
    iova: number,
    total: number,
    isWrite: boolean,
  ): { readonly spa: number; readonly at: number; readonly length: number }[] | undefined {
    const { counters } = this;
    const pieces = [];
    for (let at = 0; at < total; ) {
      const length = Math.min(PAGE_SIZE - ((iova + at) % PAGE_SIZE), total - at);
      const spa = this.#iommu.translate(this.#device, iova + at, isWrite);
      this.#countWalk(this.#iommu.hasWalked);
      if (spa === REFUSED) {
        if (counters !== undefined) counters.dmaRefused += 1;
        return undefined;
      }
      pieces.push({ spa, at, length });
      at += length;
    }
    if (counters !== undefined) {
      counters[isWrite ? 'dmaWrites' : 'dmaReads'] += 1;
      counters.dmaBytes += total;
    }
    return pieces;
  }

  #countWalk(hasWalked: boolean): void {
    const { counters } = this;
    if (hasWalked && this.onWalk === undefined) this.#owedNs += WALK_NS;
    if (hasWalked) this.onWalk?.(WALK_NS);
    if (counters === undefined) return;
    counters[hasWalked ? 'dmaWalks' : 'dmaRemembered'] += 1;
    if (hasWalked) counters.dmaWalkNs += WALK_NS;
  }

  readU16(iova: number): number {
    return readNumber(this, iova, 2);
  }
  readU32(iova: number): number {
    return readNumber(this, iova, 4);
  }
  writeU16(iova: number, value: number): boolean {
    return writeNumber(this, iova, 2, value);
  }
  writeU32(iova: number, value: number): boolean {
    return writeNumber(this, iova, 4, value);
  }

  /** Hardware pins nothing: whether an access may be made shows when it is made. */
  pin(): PinAnswer {
    return 'pinned';
  }
  unpin(): void {}
}
