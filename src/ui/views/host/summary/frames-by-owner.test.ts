import { expect, test } from 'vitest';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import { frameOwnerByte } from '#base/views';
import { framesByOwner } from './frames-by-owner.ts';

test('every frame counts once: free, a page table, or the memory of a VM', () => {
  const { free, data, shared, 'page-table': table } = FRAME_STATE;
  const owners = Uint8Array.from([
    0,
    frameOwnerByte(0),
    frameOwnerByte(0),
    frameOwnerByte(2),
    frameOwnerByte(2),
  ]);
  const counts = framesByOwner({ owners, states: Uint8Array.from([free, data, table, shared, data]) }, table);
  expect(counts).toMatchObject({ free: 1, tables: 1 });
  expect(counts.vms.slice(0, 3)).toEqual([1, 0, 2]);
});
