import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexDigits, Sha256, sha256 } from './sha256.ts';

// FIPS 180-2, appendix B.
test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
])('the digest of the standard', (text, digest) => {
  expect(hexDigits(sha256(new TextEncoder().encode(text)))).toBe(digest);
});

test('property: it is that of the platform, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), async (pieces) => {
      const hash = new Sha256();
      for (const piece of pieces) hash.add(piece);
      const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
      expect(hash.digest()).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)));
    }),
    { numRuns: 60 },
  );
});
