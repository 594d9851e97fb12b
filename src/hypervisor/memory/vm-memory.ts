/**
 * The memory of one VM as bytes: the only way by which devices and the hypervisor reach guest RAM. Every page is reached by
 * `access`, as a vCPU's fault reaches it, and its leaf gets A and D as from a hart; whole ranges are served or refused.
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import type { GivenPage, GuestMemory, GuestPages, PinAnswer } from '#machine/devices/guest-memory';
import { AddressSpace, NOTHING_AWAITED } from './address-space.ts';
import type { AddressSpaceState } from './address-space-state.ts';
import { giveBack, takeAllBack, takeBack } from './balloon.ts';
import { GIVE_NS } from './costs.ts';
import { ABSENT, READ, SHORTAGE, WAIT, WRITE } from './page-access.ts';
import { PTE_A, PTE_D } from './page-table-entry.ts';

/**
 * Pins of a VM at a time: more than all its devices need, each of which holds its rings and requests of some 20 MiB at most. A page may
 * have all of them.
 */
export const MOST_PINS = 0xffff;

export class VmMemory extends AddressSpace implements GuestMemory, GuestPages {
  #pinned = 0;

  read(gpa: number, target: Uint8Array): boolean {
    if (this.slotOf(gpa, target.length) === undefined) return this.#outside();
    for (let done = 0; done < target.length; ) {
      const chunk = Math.min(PAGE_SIZE - ((gpa + done) % PAGE_SIZE), target.length - done);
      const spa = this.#readable(gpa + done);
      if (spa === ABSENT) target.fill(0, done, done + chunk);
      else if (spa < 0) return false;
      else target.set(this.ram.view(spa, chunk), done);
      done += chunk;
    }
    return true;
  }

  write(gpa: number, source: Uint8Array): boolean {
    if (!this.#hold(gpa, source.length)) return false;
    for (let done = 0; done < source.length; ) {
      const chunk = Math.min(PAGE_SIZE - ((gpa + done) % PAGE_SIZE), source.length - done);
      this.ram.write(this.#writable(gpa + done), source.subarray(done, done + chunk));
      done += chunk;
    }
    this.#letGo(gpa, source.length);
    return true;
  }

  fill(gpa: number, length: number, value: number): boolean {
    if (!this.#hold(gpa, length)) return false;
    for (let done = 0; done < length; ) {
      const chunk = Math.min(PAGE_SIZE - ((gpa + done) % PAGE_SIZE), length - done);
      this.ram.fill(this.#writable(gpa + done), chunk, value);
      done += chunk;
    }
    this.#letGo(gpa, length);
    return true;
  }

  readU16(gpa: number): number {
    if (gpa % 2 !== 0) return this.#readBytes(gpa, 2);
    const spa = this.#readable(gpa);
    return spa === ABSENT ? 0 : spa < 0 ? -1 : this.ram.u16(spa);
  }

  readU32(gpa: number): number {
    if (gpa % 4 !== 0) return this.#readBytes(gpa, 4);
    const spa = this.#readable(gpa);
    return spa === ABSENT ? 0 : spa < 0 ? -1 : this.ram.u32(spa);
  }

  writeU16(gpa: number, value: number): boolean {
    if (gpa % 2 !== 0) return this.#writeBytes(gpa, 2, value);
    const spa = this.#writable(gpa);
    if (spa >= 0) this.ram.setU16(spa, value);
    return spa >= 0;
  }

  writeU32(gpa: number, value: number): boolean {
    if (gpa % 4 !== 0) return this.#writeBytes(gpa, 4, value);
    const spa = this.#writable(gpa);
    if (spa >= 0) this.ram.setU32(spa, value);
    return spa >= 0;
  }

  /** Pages of all slots. */
  get pages(): number {
    return this.slots.reduce((sum, { states }) => sum + states.length, 0);
  }
  lend(gpa: number): GivenPage {
    return this.#charged(giveBack(this, gpa, 'ballooned'));
  }
  takeBack(gpa: number): boolean {
    return takeBack(this, gpa);
  }
  takeAllBack(): void {
    takeAllBack(this);
  }
  report(gpa: number): GivenPage {
    return this.#charged(giveBack(this, gpa, 'absent'));
  }
  #charged(given: GivenPage): GivenPage {
    if (given === 'given') this.pressure.charge(GIVE_NS);
    return given;
  }

  /** Pages that devices hold, counted as often as they do. */
  get pinned(): number {
    return this.#pinned;
  }

  /** What is absent and only read stays absent: it needs no frame to be there. */
  pin(gpa: number, length: number, writable: boolean): PinAnswer {
    const slot = this.slotOf(gpa, length);
    const first = gpa - (gpa % PAGE_SIZE);
    const count = Math.ceil((gpa + length - first) / PAGE_SIZE);
    if (slot === undefined || this.#pinned + count > MOST_PINS) return 'refused';
    let answer: PinAnswer = 'pinned';
    let held = 0;
    for (let at = first; at < gpa + length && answer !== 'refused'; at += PAGE_SIZE) {
      const spa = this.access(at, writable ? WRITE : READ, writable);
      // All that must come is asked for, so that it comes together.
      if (spa === WAIT || spa === SHORTAGE) answer = 'wait';
      else if (spa < 0 && spa !== ABSENT) answer = 'refused';
      else if (answer === 'pinned') {
        // At once: the frame that the next page needs may be taken from this one.
        slot.pins[slot.pageOf(at)]! += 1;
        held += 1;
      }
    }
    if (answer === 'pinned') this.#pinned += count;
    else this.#letGo(first, held * PAGE_SIZE);
    return answer;
  }

  unpin(gpa: number, length: number): void {
    const slot = this.slotOf(gpa, length);
    invariant(slot !== undefined, 'what is unpinned was pinned');
    const first = gpa - (gpa % PAGE_SIZE);
    const count = Math.ceil((gpa + length - first) / PAGE_SIZE);
    const page = slot.pageOf(gpa);
    for (let at = page; at < page + count; at++) {
      invariant(slot.pins[at]! > 0, 'a page is unpinned as often as it was pinned');
      slot.pins[at]! -= 1;
    }
    this.#pinned -= count;
  }

  override release(): void {
    super.release();
    this.#pinned = 0;
  }
  /** Pins are not part of the state: who holds pages pins them again. */
  override restore(state: AddressSpaceState): void {
    super.restore(state);
    this.#pinned = 0;
  }

  /** Where a device reads: what has no frame reads as zeros, and stays without one. */
  #readable(gpa: number): number {
    const spa = this.access(gpa, READ, false);
    if (spa >= 0) this.mark(gpa, PTE_A);
    return spa;
  }
  /** Where a device writes. */
  #writable(gpa: number): number {
    const spa = this.access(gpa, WRITE);
    if (spa >= 0) this.mark(gpa, PTE_A | PTE_D);
    return spa;
  }

  /** Makes all pages of a range writable; false when one cannot be. */
  prepareWrite(gpa: number, length: number): boolean {
    if (!this.#hold(gpa, length)) return false;
    this.#letGo(gpa, length);
    return true;
  }

  /** The same, and keeps them there: the frame that one page needs may be taken from another. */
  #hold(gpa: number, length: number): boolean {
    const slot = this.slotOf(gpa, length);
    if (slot === undefined) return this.#outside();
    const first = gpa - (gpa % PAGE_SIZE);
    for (let at = first; at < gpa + length; at += PAGE_SIZE) {
      if (this.access(at, WRITE) < 0) {
        this.#letGo(first, at - first);
        return false;
      }
      slot.pins[slot.pageOf(at)]! += 1;
    }
    return true;
  }
  #letGo(gpa: number, length: number): void {
    for (let at = gpa - (gpa % PAGE_SIZE); at < gpa + length; at += PAGE_SIZE) {
      const slot = this.slotOf(at)!;
      slot.pins[slot.pageOf(at)]! -= 1;
    }
  }

  /** Refuses; nothing is waited for. */
  #outside(): false {
    this.awaited = NOTHING_AWAITED;
    return false;
  }

  #readBytes(gpa: number, size: number): number {
    const bytes = new Uint8Array(size);
    return this.read(gpa, bytes) ? bytes.reduceRight((value, byte) => value * 256 + byte, 0) : -1;
  }
  #writeBytes(gpa: number, size: number, value: number): boolean {
    return this.write(
      gpa,
      Uint8Array.from({ length: size }, (_, at) => (value >>> (8 * at)) & 0xff),
    );
  }
}
