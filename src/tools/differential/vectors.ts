/** Hashes of QEMU's results for the streams of one seed: what machines without QEMU compare with. `npm run fuzz -- --record` writes them. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Image, resultOf, windowOf } from './harness.ts';

const FILE: string = fileURLToPath(new URL('vectors.json', import.meta.url));
/** A hash that differs tells of this many streams. */
export const BLOCK = 100;

export interface Vectors {
  readonly seed: number;
  readonly streams: number;
  /** Of the results and data of each block of streams. */
  readonly hashes: readonly string[];
}

/** The hashes of what a run of an image left. */
export function hashesOf(image: Image, ram: Uint8Array): string[] {
  const hashes: string[] = [];
  for (let first = 0; first < image.streams.length; first += BLOCK) {
    const hash = createHash('sha256');
    const end = Math.min(first + BLOCK, image.streams.length);
    for (let index = first; index < end; index++)
      hash.update(resultOf(ram, index)).update(windowOf(ram, index));
    hashes.push(hash.digest('hex').slice(0, 16));
  }
  return hashes;
}

/** The recorded hashes. */
export function readVectors(): Vectors {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;
}

/** Records the hashes of a run by QEMU. */
export function writeVectors(vectors: Vectors): void {
  writeFileSync(FILE, `${JSON.stringify(vectors, null, 1)}\n`);
}
