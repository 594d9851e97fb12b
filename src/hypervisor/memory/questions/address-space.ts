/** The guest-physical address space of a VM: its memslots, and of every page its state, its frame and what its G-stage entry permits. */
import { PAGE_SIZE } from '#base/addresses';
import { PAGE_STATES, type PageStateId } from '#base/catalogue/page-states';
import { type Hex64, hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import type { AddressSpace } from '../address-space.ts';

/** One memslot, page by page. */
export interface SlotPages {
  readonly base: Hex64;
  readonly pages: number;
  /** Position in the table of page states. */
  readonly states: Uint8Array;
  /** Its spfn; of a swapped page its place in the swap area; else 0. */
  readonly frames: Uint32Array;
  /** Flags of its G-stage leaf, as the specification numbers them; 0: not mapped. */
  readonly flags: Uint8Array;
}
export interface AddressSpacePages {
  readonly slots: readonly SlotPages[];
  /** Pages in each state that there is. */
  readonly counts: Readonly<Partial<Record<PageStateId, number>>>;
  readonly tableFrames: number;
}

export const addressSpace: Question<'address-space', OfVm, AddressSpacePages> = defineVmQuestion({
  id: 'address-space',
  text: {
    en: 'the guest-physical pages of a VM: state, frame and G-stage flags of each',
    zh: '虚拟机的客户物理页：每页的状态、页帧与 G 阶段标志',
  },
  ask: ({ memory }) => ok(pagesOf(memory)),
});

function pagesOf(memory: AddressSpace): AddressSpacePages {
  const counts: Partial<Record<PageStateId, number>> = {};
  const slots = memory.slots.map((slot) => {
    for (const [state, { id }] of PAGE_STATES.entries()) {
      const count = slot.counts[state]!;
      if (count > 0) counts[id] = (counts[id] ?? 0) + count;
    }
    const flags = new Uint8Array(slot.sizeBytes / PAGE_SIZE);
    memory.flagsIn(slot, (page, bits) => {
      flags[page] = bits;
    });
    return {
      ...{ base: hexNumber(slot.base), pages: flags.length, flags },
      ...{ states: slot.states.slice(), frames: slot.frames.slice() },
    };
  });
  return { slots, counts, tableFrames: memory.tableFrames };
}
