/** Sizes and counts of options are within the limits that the lab has, and an error says which they are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCount, parseSize } from './options.ts';

const RANGE = { least: 65_536, most: 1_073_741_824 };

test('property: a size within the limits is taken as it is written, any other is refused', () => {
  const units = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, KiB: 1024, m: 1024 ** 2 };
  const written = fc.record({ digits: fc.nat(2_000_000_000), unit: fc.constantFrom(...Object.keys(units)) });
  fc.assert(
    fc.property(written, ({ digits, unit }) => {
      const bytes = digits * units[unit as keyof typeof units];
      const parsed = parseSize(`${digits}${unit}`, 'memory', RANGE);
      expect(parsed.ok ? parsed.value : undefined).toBe(
        bytes >= RANGE.least && bytes <= RANGE.most ? bytes : undefined,
      );
    }),
    { examples: [[{ digits: 64, unit: 'K' }], [{ digits: 1, unit: 'G' }], [{ digits: 0, unit: 'M' }]] },
  );
});

test('what is refused is told the limits, in the words that an option takes', () => {
  expect(parseSize('0', 'memory', RANGE)).toEqual({
    ok: false,
    error: { code: 'option.size', data: { option: 'memory', least: '64K', most: '1G', text: '0' } },
  });
  expect(parseSize('1', 'memory', { least: 512, most: 3 << 20 })).toMatchObject({
    error: { data: { least: '512', most: '3M' } },
  });
  expect(parseCount('9', 'harts', 8)).toEqual({
    ok: false,
    error: { code: 'option.count', data: { option: 'harts', most: 8, text: '9' } },
  });
});

test.each(['0', '-1', '1.5', '', 'x', '9'.repeat(16)])('“%s” is no count', (text) => {
  expect(parseCount(text, 'harts').ok).toBe(false);
});
