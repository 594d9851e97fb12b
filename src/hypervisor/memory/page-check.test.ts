/** What a saved memory must be: each place of the stores is that of one page. */
import { expect, test } from 'vitest';
import { BASE, MemoryRig } from './fixtures/rig.ts';
import { checkPlaces } from './page-check.ts';
import { swapOut } from './swap/swapping.ts';

const PAGE = 4096;

test('two pages at one place, a place where nothing lies and a stored page of nobody are refused', () => {
  const { vm, vms, swap, compressed } = new MemoryRig();
  for (const gpa of [BASE, BASE + PAGE]) {
    vm.writeU32(gpa, 1);
    swapOut(vm, gpa);
  }
  const [slot] = vm.slots;
  const check = (): void => checkPlaces(vms, swap, compressed);
  const [first, second] = slot!.frames;
  check();
  slot!.frames[1] = first!;
  expect(check).toThrow('not its own');
  slot!.frames[1] = 40;
  expect(check).toThrow('not its own');
  slot!.frames[1] = second!;
  expect(() => checkPlaces([], swap, compressed)).toThrow('nobody');
});
