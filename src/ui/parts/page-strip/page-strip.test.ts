import { expect, test } from 'vitest';
import { pageAt, stripFor } from './page-strip.ts';

test.each([512, 8192, 262_144])(
  'a strip of %i pages has all of them, in rows that begin at round addresses',
  (pages) => {
    for (const width of [320, 700, 1100]) {
      const strip = stripFor(pages, width);
      expect(strip.columns * strip.rows).toBeGreaterThanOrEqual(pages);
      expect(strip.columns % 8).toBe(0);
      expect(strip.columns * strip.cell).toBeLessThanOrEqual(width);
      expect(strip.cell).toBeGreaterThanOrEqual(1);
    }
  },
);

test('a page is found where it stands, and none beside them', () => {
  const strip = stripFor(1024, 1000);
  for (const page of [0, 1, 99, 1023]) {
    const x = (page % strip.columns) * strip.cell + 1;
    const y = Math.floor(page / strip.columns) * strip.cell + 1;
    expect(pageAt(strip, x, y)).toBe(page);
  }
  expect(pageAt(strip, -1, 0)).toBeUndefined();
  expect(pageAt(strip, 0, strip.rows * strip.cell)).toBeUndefined();
});
