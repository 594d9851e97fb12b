import { describe, expect, test } from 'vitest';
import {
  bringing,
  cellBeside,
  clamped,
  frameAt,
  geometryFor,
  LARGEST_CELL,
  placeOf,
  zoomed,
} from './frame-map.ts';

const WINDOW = { width: 1000, height: 400 };

describe('where frames stand', () => {
  test.each([1000, 65_536, 262_144])(
    '%i frames fit into the window, and fill most of its width',
    (frames) => {
      for (const width of [320, 700, 1000, 1400]) {
        const { columns, rows, fit } = geometryFor(frames, { width, height: 400 });
        expect(columns * rows).toBeGreaterThanOrEqual(frames);
        expect(rows * fit).toBeLessThanOrEqual(400);
        expect(columns * fit).toBeLessThanOrEqual(width);
        if (frames > 10_000) expect(columns * fit).toBeGreaterThan(width * 0.9);
        expect(columns % 8).toBe(0);
      }
    },
  );

  test('frames are whole pixels as long as there are enough of these', () => {
    expect(geometryFor(65_536, WINDOW).fit).toBe(2);
    expect(geometryFor(262_144, WINDOW).fit).toBe(1);
    expect(geometryFor(262_144, { width: 320, height: 400 }).fit).toBeLessThan(1);
  });
});

describe('what is seen of them', () => {
  const geometry = geometryFor(65_536, WINDOW);

  test('sizes grow from all frames to the largest, and come back the same', () => {
    let cell = geometry.fit;
    let steps = 0;
    for (; cell < LARGEST_CELL; steps++) cell = cellBeside(cell, geometry.fit, 1);
    expect([cell, steps]).toEqual([LARGEST_CELL, 9]);
    for (; cell > geometry.fit; steps--) cell = cellBeside(cell, geometry.fit, -1);
    expect(cell).toBe(geometry.fit);
    expect(cellBeside(0.6, 0.6, 1)).toBe(1);
    expect(cellBeside(1, 0.6, -1)).toBe(0.6);
  });

  test('the frame under the pointer stays there while the map grows', () => {
    const point = { x: 431, y: 117 };
    const all = { cell: geometry.fit, x: 0, y: 0 };
    const near = zoomed(all, 16, point);
    expect(frameAt(geometry, near, point)).toBe(frameAt(geometry, all, point));
    expect(zoomed(near, geometry.fit, point)).toEqual(all);
  });

  test('a frame is found where it is drawn, and none beside the map', () => {
    const view = clamped({ cell: 12, x: 777, y: 555 }, geometry, WINDOW);
    for (const frame of [0, 1, 4711, 65_535]) {
      const there = bringing(view, geometry, WINDOW, frame);
      const { x, y } = placeOf(geometry, there, frame);
      expect(x >= 0 && x + 12 <= WINDOW.width && y >= 0 && y + 12 <= WINDOW.height).toBe(true);
      expect(frameAt(geometry, there, { x: x + 6, y: y + 6 })).toBe(frame);
    }
    const all = { cell: geometry.fit, x: 0, y: 0 };
    expect(frameAt(geometry, all, { x: -1, y: 0 })).toBeUndefined();
    expect(frameAt(geometry, all, { x: 0, y: 399 })).toBeUndefined();
  });

  test('a frame that is seen moves nothing; the window stays on the map', () => {
    const view = { cell: 12, x: 100, y: 100 };
    expect(bringing(view, geometry, WINDOW, geometry.columns * 20 + 30)).toBe(view);
    expect(clamped({ cell: 12, x: -5, y: 1e6 }, geometry, WINDOW)).toEqual({
      ...{ cell: 12, x: 0, y: geometry.rows * 12 - WINDOW.height },
    });
    expect(clamped({ cell: 2, x: 5, y: 5 }, geometry, WINDOW)).toEqual({ cell: 2, x: 0, y: 0 });
  });
});
