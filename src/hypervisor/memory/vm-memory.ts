/**
 * The memory of one VM: memslots, the frames behind them and the G-stage table that the hart walks, kept in step. It is
 * the only way by which devices and the hypervisor reach guest RAM, and never touches a frame that is not this VM's.
 */
import { PAGE_SIZE } from '#base/addresses';
import { invariant } from '#base/result';
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';
import type { GuestMemory } from '#machine/devices/guest-memory';
import type { PhysicalMemory } from '#machine/memory';
import { FIRST_FRAME, FRAME_DATA, type FrameAllocator, NO_FRAME } from './frame-allocator.ts';
import { GPA_LIMIT, GStageTable, MODE_SV39X4 } from './g-stage-table.ts';
import { type Memslot, UNBACKED } from './memslot.ts';

/** Address space of one VM. A page has a frame exactly when the G-stage maps it. */
export class VmMemory implements GuestMemory {
  readonly owner: number;
  readonly slots: readonly Memslot[];
  readonly #ram: PhysicalMemory;
  readonly #frames: FrameAllocator;
  readonly #table: GStageTable;
  #backed = 0;

  constructor(ram: PhysicalMemory, frames: FrameAllocator, owner: number, slots: readonly Memslot[]) {
    this.owner = owner;
    this.slots = slots;
    this.#ram = ram;
    this.#frames = frames;
    this.#table = new GStageTable(ram, frames, owner);
    for (const slot of slots) invariant(slot.base + slot.sizeBytes <= GPA_LIMIT, 'a memslot fits Sv39x4');
  }

  /** Frame number of the G-stage root. */
  get root(): number {
    return this.#table.root;
  }
  /** Frames of guest RAM in use. */
  get dataFrames(): number {
    return this.#backed;
  }
  /** Frames that the G-stage table takes. */
  get tableFrames(): number {
    return this.#table.tableFrames;
  }
  /** High half of hgatp: MODE 63:60, VMID 57:44, PPN 43:0 (18.2.10); the low half is {@link root}. */
  hgatpHi(vmid: number): number {
    return ((MODE_SV39X4 << 28) | (vmid << 12)) >>> 0;
  }

  /** Builds an empty address space; false on a shortage of frames. */
  create(): boolean {
    return this.#table.create();
  }

  /** Backs every page of every slot (allocation "fixed"); false on a shortage. */
  allocateAll(): boolean {
    for (const slot of this.slots)
      for (let gpa = slot.base; gpa < slot.base + slot.sizeBytes; gpa += PAGE_SIZE)
        if (this.allocate(gpa) === NO_FRAME) return false;
    return true;
  }

  /** The slot that holds an address. */
  slotOf(gpa: number, length = 1): Memslot | undefined {
    for (const slot of this.slots) if (slot.holds(gpa, length)) return slot;
    return undefined;
  }

  /** Frame of the page of `gpa`, which a slot must hold: the one it has or a new one; {@link NO_FRAME} on a shortage. */
  allocate(gpa: number): number {
    const slot = this.slotOf(gpa);
    invariant(slot !== undefined, 'only pages of a memslot are backed');
    const page = slot.pageOf(gpa);
    const present = slot.frames[page]!;
    if (present !== UNBACKED) return present;
    const spfn = this.#frames.allocate(this.owner, FRAME_DATA, Math.floor(gpa / PAGE_SIZE));
    if (spfn === NO_FRAME) return NO_FRAME;
    if (!this.#table.map(gpa, spfn)) {
      this.#frames.release(spfn);
      return NO_FRAME;
    }
    slot.frames[page] = spfn;
    this.#backed += 1;
    return spfn;
  }

  /** SPA of a guest address; -1 when no frame is behind it (yet). */
  translate(gpa: number): number {
    const slot = this.slotOf(gpa);
    if (slot === undefined) return -1;
    const spfn = slot.frames[slot.pageOf(gpa)]!;
    return spfn === UNBACKED ? -1 : spfn * PAGE_SIZE + (gpa % PAGE_SIZE);
  }

  /** Flags of the G-stage entry of a page; 0 when it is not mapped. */
  flagsOf(gpa: number): number {
    return this.root === NO_FRAME ? 0 : this.#table.flagsOf(gpa);
  }

  /** Gives all frames back: RAM and tables. Harts must not run in it any more, and fence before they run another VM. */
  release(): void {
    for (const slot of this.slots) {
      for (const spfn of slot.frames) if (spfn !== UNBACKED) this.#frames.release(spfn);
      slot.frames.fill(UNBACKED);
    }
    this.#backed = 0;
    this.#table.release();
  }

  read(gpa: number, target: Uint8Array): boolean {
    const slot = this.slotOf(gpa, target.length);
    if (slot === undefined) return false;
    for (let done = 0; done < target.length; ) {
      const offset = (gpa + done) % PAGE_SIZE;
      const chunk = Math.min(PAGE_SIZE - offset, target.length - done);
      const spfn = slot.frames[slot.pageOf(gpa + done)]!;
      // A page that was never touched reads as zeros and stays without a frame.
      if (spfn === UNBACKED) target.fill(0, done, done + chunk);
      else target.set(this.#ram.view(spfn * PAGE_SIZE + offset, chunk), done);
      done += chunk;
    }
    return true;
  }

  write(gpa: number, source: Uint8Array): boolean {
    const slot = this.slotOf(gpa, source.length);
    if (slot === undefined || !this.#backRange(gpa, source.length)) return false;
    for (let done = 0; done < source.length; ) {
      const offset = (gpa + done) % PAGE_SIZE;
      const chunk = Math.min(PAGE_SIZE - offset, source.length - done);
      const spfn = slot.frames[slot.pageOf(gpa + done)]!;
      this.#ram.write(spfn * PAGE_SIZE + offset, source.subarray(done, done + chunk));
      done += chunk;
    }
    return true;
  }

  fill(gpa: number, length: number, value: number): boolean {
    const slot = this.slotOf(gpa, length);
    if (slot === undefined || !this.#backRange(gpa, length)) return false;
    for (let done = 0; done < length; ) {
      const offset = (gpa + done) % PAGE_SIZE;
      const chunk = Math.min(PAGE_SIZE - offset, length - done);
      this.#ram.fill(slot.frames[slot.pageOf(gpa + done)]! * PAGE_SIZE + offset, chunk, value);
      done += chunk;
    }
    return true;
  }

  readU16(gpa: number): number {
    if (this.slotOf(gpa, 2) === undefined) return -1;
    if (gpa % 2 !== 0) return this.#byte(gpa) | (this.#byte(gpa + 1) << 8);
    const spa = this.translate(gpa);
    return spa < 0 ? 0 : this.#ram.u16(spa);
  }

  readU32(gpa: number): number {
    if (this.slotOf(gpa, 4) === undefined) return -1;
    if (gpa % 4 !== 0) return (this.readU16(gpa) + this.readU16(gpa + 2) * 0x1_0000) >>> 0;
    const spa = this.translate(gpa);
    return spa < 0 ? 0 : this.#ram.u32(spa);
  }

  writeU16(gpa: number, value: number): boolean {
    if (this.slotOf(gpa, 2) === undefined || !this.#backRange(gpa, 2)) return false;
    if (gpa % 2 === 0) this.#ram.setU16(this.translate(gpa), value);
    else {
      this.#ram.setU8(this.translate(gpa), value & 0xff);
      this.#ram.setU8(this.translate(gpa + 1), (value >>> 8) & 0xff);
    }
    return true;
  }

  writeU32(gpa: number, value: number): boolean {
    if (this.slotOf(gpa, 4) === undefined || !this.#backRange(gpa, 4)) return false;
    if (gpa % 4 === 0) this.#ram.setU32(this.translate(gpa), value);
    else {
      this.writeU16(gpa, value & 0xffff);
      this.writeU16(gpa + 2, value >>> 16);
    }
    return true;
  }

  save(w: StateWriter): void {
    w.section('vm-memory');
    for (const slot of this.slots) slot.save(w);
    this.#table.save(w);
  }
  load(r: StateReader): void {
    r.section('vm-memory');
    this.#backed = 0;
    for (const slot of this.slots) {
      slot.load(r);
      for (const spfn of slot.frames) {
        if (spfn === UNBACKED) continue;
        if (this.#frames.owners[spfn - FIRST_FRAME] !== this.owner)
          throw new SnapshotFormatError('a memslot names a frame of another owner');
        this.#backed += 1;
      }
    }
    this.#table.load(r);
    const { root } = this.#table;
    if (root !== NO_FRAME && this.#frames.owners[root - FIRST_FRAME] !== this.owner)
      throw new SnapshotFormatError('a G-stage root in a frame of another owner');
  }

  #byte(gpa: number): number {
    const spa = this.translate(gpa);
    return spa < 0 ? 0 : this.#ram.u8(spa);
  }

  /** Backs the pages of a range inside one slot; false on a shortage (pages backed so far stay). */
  #backRange(gpa: number, length: number): boolean {
    for (let at = gpa - (gpa % PAGE_SIZE); at < gpa + length; at += PAGE_SIZE)
      if (this.allocate(at) === NO_FRAME) return false;
    return true;
  }
}
