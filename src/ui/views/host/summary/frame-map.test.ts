import { expect, test } from 'vitest';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import { frameOwnerByte } from '#base/views';
import { HYPERVISOR_COLOR, vmColor } from '../../../parts/palette.ts';
import { cellToFit, frameAt, geometryFor, MapPainter, rowsOf } from './frame-map.ts';

test('a row fills the width, and has a multiple of eight frames', () => {
  for (const width of [330, 700, 1100, 1460])
    for (const cell of [1, 2, 3, 4, 8, 12]) {
      const { columns } = geometryFor(65536, width, cell);
      expect(columns % 8).toBe(0);
      expect(columns * cell).toBeLessThanOrEqual(width);
      expect(columns * cell).toBeGreaterThan(width - 8 * cell);
    }
  expect(geometryFor(65536, 100, 8).columns).toBe(16);
});

test('points and frames agree', () => {
  const geometry = geometryFor(1000, 600, 8);
  expect(geometry.columns).toBe(72);
  expect(frameAt(geometry, 0, 0)).toBe(0);
  expect(frameAt(geometry, 8 * 71 + 7, 8)).toBe(143);
  expect(frameAt(geometry, 8 * 72, 0)).toBeUndefined();
  expect(frameAt(geometry, 0, 8 * 14)).toBeUndefined();
  expect(rowsOf(geometry)).toBe(14);
});

test('the cell that fits shows every frame', () => {
  for (const frames of [4096, 65536, 262144]) {
    const cell = cellToFit(frames, 900, 420);
    const geometry = geometryFor(frames, 900, cell);
    if (cell > 1) expect(rowsOf(geometry) * cell).toBeLessThanOrEqual(420);
  }
});

function hexOf(pixel: Uint8ClampedArray): string {
  return `#${[...pixel].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

test("a page table has the hypervisor's colour at any size, and its VM's as a cross where there is room", () => {
  const colours = (cell: number): Set<string> => {
    const geometry = geometryFor(16, 16 * cell, cell);
    const size = { width: 16 * cell, height: cell };
    const data = new Uint8ClampedArray(size.width * size.height * 4);
    const owners = new Uint8Array(16).fill(frameOwnerByte(3));
    const states = new Uint8Array(16).fill(FRAME_STATE['page-table']);
    new MapPainter(cell, false).paint({ ...size, data }, geometry, 0, owners, states);
    const found = new Set<string>();
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] === 255) found.add(hexOf(data.subarray(at, at + 3)));
    return found;
  };
  expect(colours(2)).toEqual(new Set([HYPERVISOR_COLOR]));
  expect(colours(8)).toEqual(new Set([HYPERVISOR_COLOR, vmColor(3)]));
});
