/**
 * The memory of one VM as bytes: the only way by which devices and the hypervisor reach guest RAM. Every page is reached by
 * `access`, as a vCPU's fault reaches it, and its leaf gets A and D as from a hart; whole ranges are served or refused.
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import {
  type GivenPage,
  type GuestMemory,
  type GuestPages,
  type MovePiece,
  type PinAnswer,
  readNumber,
  writeNumber,
} from '#machine/devices/guest-memory';
import { PTE_A, PTE_D } from '#machine/page-tables/page-table-entry';
import { AddressSpace, NOTHING_AWAITED } from './address-space.ts';
import type { AddressSpaceState } from './address-space-state.ts';
import { giveBack, takeAllBack, takeBack } from './balloon.ts';
import { GIVE_NS } from './costs.ts';
import type { Memslot } from './memslot.ts';
import { ABSENT, READ, SHORTAGE, WAIT, WRITE } from './page-access.ts';

/**
 * Pins of a VM at a time: more than all its devices need, each of which holds its rings and requests of some 20 MiB at most. A page may
 * have all of them.
 */
export const MOST_PINS = 0xffff;

const ZEROS = new Uint8Array(PAGE_SIZE);

/** That a range touches. */
function pagesIn(gpa: number, length: number): number {
  return Math.ceil(((gpa % PAGE_SIZE) + length) / PAGE_SIZE);
}

export class VmMemory extends AddressSpace implements GuestMemory, GuestPages {
  #pinned = 0;

  read(gpa: number, target: Uint8Array): boolean {
    const { length } = target;
    const slot = this.slotOf(gpa, length);
    if (slot === undefined) return this.#outside();
    const pages = pagesIn(gpa, length);
    if (slot.allowsAll(slot.pageOf(gpa), pages, READ)) {
      this.#asItIs();
      for (let done = 0; done < length; ) {
        const bytes = this.#run(slot, gpa + done, gpa + length);
        target.set(this.ram.view(this.#placeOf(slot, gpa + done), bytes), done);
        done += bytes;
      }
      this.mark(gpa - (gpa % PAGE_SIZE), PTE_A, pages);
      return true;
    }
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
    const { length } = source;
    const slot = this.slotOf(gpa, length);
    if (slot === undefined) return this.#outside();
    const pages = pagesIn(gpa, length);
    const isReady = slot.allowsAll(slot.pageOf(gpa), pages, WRITE);
    if (!isReady && !this.#hold(gpa, length)) return false;
    this.#asItIs();
    for (let done = 0; done < length; ) {
      const bytes = this.#run(slot, gpa + done, gpa + length);
      const isWhole = bytes === length;
      this.ram.write(this.#placeOf(slot, gpa + done), isWhole ? source : source.subarray(done, done + bytes));
      done += bytes;
    }
    this.mark(gpa - (gpa % PAGE_SIZE), PTE_A | PTE_D, pages);
    if (!isReady) this.#letGo(gpa, length);
    return true;
  }

  moveOut(gpa: number, length: number, take: MovePiece, from: number): boolean {
    const slot = this.slotOf(gpa, length);
    if (slot === undefined) return this.#outside();
    const end = gpa + length;
    if (slot.allowsAll(slot.pageOf(gpa), pagesIn(gpa, length), READ)) {
      this.awaited = NOTHING_AWAITED;
      for (let at = gpa; at < end; ) {
        const bytes = this.#run(slot, at, end);
        take(this.ram.view(this.#placeOf(slot, at), bytes), from + at - gpa);
        at += bytes;
      }
      this.mark(gpa - (gpa % PAGE_SIZE), PTE_A, pagesIn(gpa, length));
      return true;
    }
    for (let at = gpa; at < end; ) {
      const bytes = Math.min(PAGE_SIZE - (at % PAGE_SIZE), end - at);
      const spa = this.#readable(at);
      if (spa < 0 && spa !== ABSENT) return false;
      take(spa === ABSENT ? ZEROS.slice(0, bytes) : this.ram.view(spa, bytes), from + at - gpa);
      at += bytes;
    }
    return true;
  }

  moveIn(gpa: number, length: number, fill: MovePiece, from: number): boolean {
    const slot = this.slotOf(gpa, length);
    if (slot === undefined) return this.#outside();
    const isReady = slot.allowsAll(slot.pageOf(gpa), pagesIn(gpa, length), WRITE);
    if (!isReady && !this.#hold(gpa, length)) return false;
    this.awaited = NOTHING_AWAITED;
    for (let at = gpa, end = gpa + length; at < end; ) {
      const bytes = this.#run(slot, at, end);
      const spa = this.#placeOf(slot, at);
      fill(this.ram.view(spa, bytes), from + at - gpa);
      this.ram.wrote(spa, bytes);
      at += bytes;
    }
    this.mark(gpa - (gpa % PAGE_SIZE), PTE_A | PTE_D, pagesIn(gpa, length));
    if (!isReady) this.#letGo(gpa, length);
    return true;
  }

  /** All pages of a range can be accessed as they are: nothing is to be done before, nor waited for. */
  #asItIs(): void {
    this.work = 'use';
    this.awaited = NOTHING_AWAITED;
  }
  /** Where an address lies whose page can be accessed as it is. */
  #placeOf(slot: Memslot, gpa: number): number {
    const page = slot.pageOf(gpa);
    return this.frames.own(slot.frames[page]!, this.owner, slot.gfnOf(page)) * PAGE_SIZE + (gpa % PAGE_SIZE);
  }
  /** Bytes from an address on, up to an end, that lie in adjacent frames. */
  #run(slot: Memslot, gpa: number, end: number): number {
    let page = slot.pageOf(gpa);
    let next = gpa - (gpa % PAGE_SIZE) + PAGE_SIZE;
    for (; next < end && slot.frames[page + 1] === slot.frames[page]! + 1; next += PAGE_SIZE) {
      page += 1;
      this.frames.own(slot.frames[page]!, this.owner, slot.gfnOf(page));
    }
    return Math.min(next, end) - gpa;
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
    if (gpa % 2 !== 0) return readNumber(this, gpa, 2);
    const spa = this.#readable(gpa);
    return spa === ABSENT ? 0 : spa < 0 ? -1 : this.ram.u16(spa);
  }

  readU32(gpa: number): number {
    if (gpa % 4 !== 0) return readNumber(this, gpa, 4);
    const spa = this.#readable(gpa);
    return spa === ABSENT ? 0 : spa < 0 ? -1 : this.ram.u32(spa);
  }

  writeU16(gpa: number, value: number): boolean {
    if (gpa % 2 !== 0) return writeNumber(this, gpa, 2, value);
    const spa = this.#writable(gpa);
    if (spa >= 0) this.ram.setU16(spa, value);
    return spa >= 0;
  }

  writeU32(gpa: number, value: number): boolean {
    if (gpa % 4 !== 0) return writeNumber(this, gpa, 4, value);
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
    const count = pagesIn(gpa, length);
    if (slot === undefined || this.#pinned + count > MOST_PINS) return 'refused';
    let answer: PinAnswer = 'pinned';
    let held = 0;
    if (slot.allowsAll(slot.pageOf(gpa), count, writable ? WRITE : READ)) {
      for (let page = slot.pageOf(gpa); held < count; held++) slot.pins[page + held]! += 1;
      this.awaited = NOTHING_AWAITED;
      this.#pinned += count;
      return answer;
    }
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
    const count = pagesIn(gpa, length);
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
}
