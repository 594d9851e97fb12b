/**
 * One bit of a page-table entry, set or cleared by hand. In the guest's own table anything may be written, as the guest could. In the
 * G-stage the hypervisor keeps what it answers for: which frame an entry leads to, and that there is an entry, or a VM
 * would get out; what a page may be used for can be narrowed, and what was noted of accesses can be forgotten.
 */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATES } from '#base/catalogue/page-states';
import { fail, ok, type Result } from '#base/result';
import { PTE_A, PTE_D, PTE_R, PTE_SIZE, PTE_W } from '#machine/page-tables/page-table-entry';
import { pageNumber } from './noted-pages.ts';
import { PEEK, RIGHTS } from './page-access.ts';
import type { VmMemory } from './vm-memory.ts';

/** Which bit, and what it shall be. */
export interface EntryEdit {
  /** Number of the bit, as the specification counts them. */
  readonly bit: number;
  readonly set: boolean;
}

/** Where an entry is edited: its VM by name, and an address. */
interface Place {
  readonly vm: string;
  readonly memory: VmMemory;
  readonly gpa: number;
}

/** Names of the low bits, for who reads why one was refused. */
const NAMES = 'VRWXUGAD';

function nameOf(bit: number): string {
  return NAMES[bit] ?? (bit < 10 ? 'RSW' : bit < 54 ? 'PPN' : 'N, PBMT');
}

/** Writes a bit of the entry that lies at a guest-physical address. Who caches it must be told by the caller. */
export function editGuestEntry({ vm, memory, gpa }: Place, { bit, set }: EntryEdit): Result<null> {
  const where = `0x${gpa.toString(16)}`;
  if (memory.slotOf(gpa, PTE_SIZE) === undefined)
    return fail('vm.noSuchRange', { vm, gpa: where, bytes: PTE_SIZE });
  const word = gpa + (bit < 32 ? 0 : 4);
  // What is not in a frame is no table that a hart could walk at once: nothing is brought back for it.
  const before = memory.access(word, PEEK) < 0 ? -1 : memory.readU32(word);
  const mask = 1 << (bit % 32);
  if (before < 0 || !memory.writeU32(word, (set ? before | mask : before & ~mask) >>> 0))
    return fail('vm.entryAway', { gpa: where });
  return ok(null);
}

/** Changes a bit of the G-stage leaf that maps a guest-physical page, or says why it stays. */
export function editHostEntry(place: Place, { bit, set }: EntryEdit, isLogged: boolean): Result<null> {
  const { vm, memory, gpa } = place;
  const where = `0x${gpa.toString(16)}`;
  if (memory.slotOf(gpa) === undefined) return fail('vm.noSuchRange', { vm, gpa: where, bytes: PAGE_SIZE });
  const mask = bit < 8 ? 1 << bit : 0;
  if ((mask & (RIGHTS | PTE_A | PTE_D)) === 0) return fail('vm.entryIsHosts', { vm, bit: nameOf(bit) });
  if ((mask & RIGHTS) !== 0) return editRights(place, mask, nameOf(bit), set);
  if (memory.flagsOf(gpa) === 0) return fail('vm.entryNone', { vm, gpa: where });
  if (mask === PTE_D && isLogged) return fail('vm.entryLogged', { vm });
  if (set) memory.mark(gpa, mask);
  else {
    // Who needs to know what is so still knows: without D a page is not written out.
    const noted = mask === PTE_A ? memory.accessed : memory.written;
    noted.keep(pageNumber(Math.floor(gpa / PAGE_SIZE)));
  }
  return ok(null);
}

/** R, W and X are what the hypervisor allows and the state of the page both: only the first is a person's to change. */
function editRights({ vm, memory, gpa }: Place, mask: number, name: string, set: boolean): Result<null> {
  const slot = memory.slotOf(gpa)!;
  const page = slot.pageOf(gpa);
  const before = slot.rights[page]! & RIGHTS;
  const rights = set ? before | mask : before & ~mask;
  if ((rights & (PTE_R | PTE_W)) === PTE_W) return fail('vm.entryReserved');
  if (rights === before && ((memory.flagsOf(gpa) & mask) !== 0) !== set)
    return fail('vm.entryByState', { bit: name, state: PAGE_STATES[slot.states[page]!]!.id });
  if (memory.inOneRun) return fail('vm.entryIsHosts', { vm, bit: name });
  return memory.protect(gpa, rights) ? ok(null) : fail('vm.hostMemoryExhausted');
}
