/** A state of a page, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';

const TEST = 'src/hypervisor/memory/breadth-state.test.ts';

export const PAGE_STATE: Example = {
  thing: 'a state of a frame or a page',
  own: {
    'src/hypervisor/memory/discarding.ts': `
/** Pages whose content nobody wants any more. */
import { PAGE_STATE } from '#base/catalogue/page-states';
import type { AddressSpace } from './address-space.ts';

export function discard(space: AddressSpace, gpa: number): boolean {
  if (!space.isReclaimable(gpa) || !space.isolate(gpa)) return false;
  const slot = space.slotOf(gpa)!;
  space.remove(slot, slot.pageOf(gpa), PAGE_STATE.discarded);
  return true;
}
`,
    [TEST]: `
import { expect, test } from 'vitest';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { discard } from './discarding.ts';
import { BASE, MemoryRig } from './fixtures/rig.ts';
import { WRITE } from './page-access.ts';

test('a page goes into the state, and a write brings it out', () => {
  const { vm } = new MemoryRig();
  expect(vm.access(BASE, WRITE)).toBeGreaterThan(0);
  expect(discard(vm, BASE)).toBe(true);
  const slot = vm.slotOf(BASE)!;
  expect(slot.states[0]).toBe(PAGE_STATE.discarded);
  expect(vm.access(BASE, WRITE)).toBeGreaterThan(0);
  expect(slot.states[0]).toBe(PAGE_STATE.backed);
});
`,
  },
  rows: [
    {
      path: 'src/base/catalogue/page-states.ts',
      before: '] as const;',
      text: "  { id: 'discarded', mapped: '', read: 'allocate', write: 'allocate', execute: 'allocate', peek: 'zeros' },\n",
    },
    {
      path: 'src/base/texts/en.ts',
      before: "    arriving: 'on its way",
      text: "    discarded: 'given up',\n",
    },
    { path: 'src/base/texts/zh.ts', before: '    arriving:', text: "    discarded: '已放弃',\n" },
  ],
  test: TEST,
};
