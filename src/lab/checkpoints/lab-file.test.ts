/** A file of a lab (R12): it opens as it was written, or it is refused whole. */

import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { digest, hash, MadeUpLab, randomNumbers } from './fixtures/made-up-lab.ts';
import { isLabFile, readLabFile, writeLabFile } from './lab-file.ts';

const TOOLS = { hash, pause: async () => undefined };
const HEADER = 28;

async function fileOf(lab: MadeUpLab): Promise<Uint8Array> {
  return must(await writeLabFile(lab.take([]), TOOLS));
}
const codeOf = async (bytes: Uint8Array): Promise<string> => {
  const read = await readLabFile(bytes, TOOLS);
  return read.ok ? 'opened' : read.error.code;
};

function smallLab(): MadeUpLab {
  const lab = new MadeUpLab(1, 40);
  lab.run(40);
  return lab;
}

test('a lab comes back from its file, small or of many segments', async () => {
  for (const pieces of [1, 40, 3000]) {
    const lab = new MadeUpLab(pieces, pieces);
    lab.run(2 * pieces);
    const file = await fileOf(lab);
    expect(isLabFile(file)).toBe(true);
    expect(digest(must(await readLabFile(file, TOOLS)))).toBe(lab.past.get(1));
  }
});

test('a file of something else, and one of a later version, are said to be that', async () => {
  const file = await fileOf(smallLab());
  expect(await codeOf(new TextEncoder().encode('{"version":1}'))).toBe('labFile.foreign');
  expect(await codeOf(new Uint8Array(0))).toBe('labFile.foreign');
  const newer = file.slice();
  newer[8] = 2;
  expect(await codeOf(newer)).toBe('labFile.version');
});

test('every bit of the header and 10,000 random bits and truncations are noticed', async () => {
  const file = await fileOf(smallLab());
  const flipped = (bit: number): Uint8Array => {
    const copy = file.slice();
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  };
  for (let bit = 0; bit < HEADER * 8; bit++) expect(await codeOf(flipped(bit))).not.toBe('opened');
  const random = randomNumbers(2);
  for (let n = 0; n < 10_000; n++) {
    const at = random(file.length * 8);
    const damaged = n % 4 === 0 ? file.subarray(0, at >> 3) : flipped(at);
    expect(await codeOf(damaged)).not.toBe('opened');
  }
});

test('a file with a right hash and wrong content is refused, or is a lab', async () => {
  const file = await fileOf(smallLab());
  const random = randomNumbers(3);
  let refused = 0;
  for (let n = 0; n < 2000; n++) {
    const copy = file.slice(0, n % 3 === 0 ? HEADER + random(file.length - HEADER) : file.length);
    if (n % 3 !== 0) copy[HEADER + random(copy.length - HEADER)] = random(256);
    copy.set(new TextEncoder().encode(hash(copy.subarray(HEADER))), 12);
    const code = await codeOf(copy);
    expect(['opened', 'labFile.damaged']).toContain(code);
    if (code !== 'opened') refused += 1;
  }
  expect(refused).toBeGreaterThan(1500);
});

test('a small file that unpacks to more than it says is refused', async () => {
  const file = await fileOf(smallLab());
  const bomb = file.slice();
  // The first block claims to be shorter than it is, then longer than any may be.
  for (const size of [16, 2 ** 32 - 1]) {
    new DataView(bomb.buffer).setUint32(HEADER, size, true);
    bomb.set(new TextEncoder().encode(hash(bomb.subarray(HEADER))), 12);
    expect(await codeOf(bomb)).toBe('labFile.damaged');
  }
});
