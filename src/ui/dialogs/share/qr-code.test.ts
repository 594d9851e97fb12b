import fc from 'fast-check';
import jsQR from 'jsqr';
import { expect, test } from 'vitest';
import { MOST_CHARACTERS, pathOf, type QrCode, qrCodeOf, svgOf } from './qr-code.ts';

const PIXELS = 4;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What a camera reads, given a picture in which a module is some pixels wide. */
function scanned({ size, rows }: QrCode): string | undefined {
  const width = size * PIXELS;
  const pixels = new Uint8ClampedArray(width * width * 4);
  for (let at = 0; at < width * width; at++) {
    const [x, y] = [Math.floor((at % width) / PIXELS), Math.floor(at / width / PIXELS)];
    pixels.fill(rows[y]?.[x] === true ? 0 : 255, at * 4, at * 4 + 3);
    pixels[at * 4 + 3] = 255;
  }
  return jsQR(pixels, width, width, { inversionAttempts: 'dontInvert' })?.data;
}

test('a code is read as the link that it was made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 1, maxLength: 1200 }), (text) => {
      const url = `https://lab.example/#1${text}`;
      expect(scanned(qrCodeOf(url))).toBe(url);
    }),
    { numRuns: 20 },
  );
});

test('the longest link that fits is read, and one character more is no code', () => {
  const longest = 'aB3-_'.repeat(1000).slice(0, MOST_CHARACTERS);
  expect(scanned(qrCodeOf(longest))).toBe(longest);
  expect(() => qrCodeOf(`${longest}x`)).toThrow();
});

test('around a code are four modules of nothing', () => {
  const { size, rows } = qrCodeOf('https://lab.example/#1abc');
  for (let at = 0; at < size; at++)
    for (const edge of [0, 1, 2, 3, size - 4, size - 3, size - 2, size - 1])
      expect([rows[edge]?.[at], rows[at]?.[edge]]).toEqual([false, false]);
});

test('the picture blackens what is black, and nothing else', () => {
  const code = qrCodeOf('https://lab.example/#1abc');
  const drawn = code.rows.map((row) => row.map(() => false));
  for (const [, x, y, width, left] of pathOf(code).matchAll(/M(\d+) (\d+)h(\d+)v1H(\d+)z/g)) {
    expect(left).toBe(x);
    drawn[Number(y)]!.fill(true, Number(x), Number(x) + Number(width));
  }
  expect(drawn).toEqual(code.rows);
  expect(svgOf(code)).toContain(pathOf(code));
});
