/** A word of the guest's, at a virtual address: what the SBI implementation reads for a guest, through the guest's own translation. */
import { PAGE_SIZE } from '#base/addresses';
import { NOTHING_AWAITED } from '../../memory/address-space.ts';
import { rootOf } from '../../memory/vsatp.ts';
import { probeWalk, type WalkResult } from '../../memory/walk.ts';
import { walkContextAtExit } from '../exit-vm.ts';
import { LOAD_ACCESS_FAULT, LOAD_PAGE_FAULT } from '../status-bits.ts';
import type { SbiCall } from './call.ts';

const WORD = 8;
/** A walk has three tables of the guest's, each of which may have to be brought, and a page at its end. */
const MOST_WALKS = 5;
const word = new Uint8Array(WORD);
const view = new DataView(word.buffer);

/** Where a walk stopped for want of a page: the table of the guest's that it could not read, or not mark as used. */
function missingTable(call: SbiCall, { steps }: WalkResult): number {
  const last = steps.findLast(({ stage }) => stage === 'VS');
  if (last === undefined) return rootOf(call.hart.csrLo('vsatp'), call.hart.csrHi('vsatp'));
  return last.kind === 'leaf' ? last.entryGpa - (last.entryGpa % PAGE_SIZE) : last.leadsTo;
}

/** The guest physical address behind a virtual one; -1 when the call waits for a page, or the guest is told of a fault. */
function translated(call: SbiCall, lo: number, hi: number): number {
  const { memory } = call.vm;
  for (let walks = 0; walks < MOST_WALKS; walks++) {
    const walk = probeWalk(walkContextAtExit(call.vm, call.hart), lo, hi, 'load');
    // What the G-stage lacks of the word itself is brought by who reads it.
    if (walk.gpa >= 0) return walk.gpa;
    if (walk.fault?.stage === 'VS') {
      call.refuse(LOAD_PAGE_FAULT, lo, hi);
      return -1;
    }
    if (walk.vsMode === 'bare' || !memory.prepareWrite(missingTable(call, walk), WORD)) break;
  }
  unreadable(call, lo, hi);
  return -1;
}

/** No memory answers there, or its page is on its way. */
function unreadable(call: SbiCall, lo: number, hi: number): void {
  const { awaited } = call.vm.memory;
  if (awaited === NOTHING_AWAITED) call.refuse(LOAD_ACCESS_FAULT, lo, hi);
  else call.awaited = awaited;
}

/**
 * Reads the doubleword at a guest virtual address; its halves, or nothing when the call waits for a page or the guest is told of a
 * fault. A word may cross pages, as misaligned loads may.
 */
export function readGuestWord(
  call: SbiCall,
  lo: number,
  hi: number,
): { readonly lo: number; readonly hi: number } | undefined {
  const inPage = Math.min(WORD, PAGE_SIZE - (lo % PAGE_SIZE));
  for (let done = 0; done < WORD; done += inPage) {
    const at = (lo + done) >>> 0;
    const atHi = at < lo ? (hi + 1) >>> 0 : hi;
    const gpa = translated(call, at, atHi);
    if (gpa < 0) return undefined;
    const part = word.subarray(done, Math.min(done + inPage, WORD));
    if (!call.vm.memory.read(gpa, part)) {
      unreadable(call, at, atHi);
      return undefined;
    }
  }
  return { lo: view.getUint32(0, true), hi: view.getUint32(4, true) };
}
