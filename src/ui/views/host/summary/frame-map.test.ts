import { expect, test } from 'vitest';
import { cellToFit, frameAt, geometryFor, rowsOf } from './frame-map.ts';

test('a row of the map is a power of two of frames', () => {
  expect(geometryFor(65536, 1000, 3).columns).toBe(256);
  expect(geometryFor(65536, 100, 8).columns).toBe(16);
});

test('points and frames agree', () => {
  const geometry = geometryFor(1000, 600, 8);
  expect(geometry.columns).toBe(64);
  expect(frameAt(geometry, 0, 0)).toBe(0);
  expect(frameAt(geometry, 8 * 63 + 7, 8)).toBe(127);
  expect(frameAt(geometry, 8 * 64, 0)).toBeUndefined();
  expect(frameAt(geometry, 0, 8 * 16)).toBeUndefined();
  expect(rowsOf(geometry)).toBe(16);
});

test('the cell that fits shows every frame', () => {
  for (const frames of [4096, 65536, 262144]) {
    const cell = cellToFit(frames, 900, 420);
    const geometry = geometryFor(frames, 900, cell);
    if (cell > 1) expect(rowsOf(geometry) * cell).toBeLessThanOrEqual(420);
  }
});
