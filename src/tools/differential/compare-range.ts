/** Many images, one after the other: while QEMU runs one, our machine runs it too, and the next is built. */
import type { EngineModule } from '#machine/engine-module';
import { differences, report } from './compare.ts';
import { buildRange, type Image } from './harness.ts';
import { runOnMachine, runOnQemu } from './run.ts';

/** Streams in one image. */
export const BATCH = 20_000;

/** What became of one image. */
export interface Batch {
  readonly image: Image;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
  /** The first few differences in words, and how many there are. */
  readonly reports: readonly string[];
  readonly differing: number;
}

const REPORTS = 3;

/** Streams `first` to `end` of a seed, image by image. */
export async function* compareRange(
  engine: EngineModule,
  qemu: string,
  seed: number,
  first: number,
  end: number,
): AsyncGenerator<Batch> {
  let next = first < end ? buildRange(seed, first, Math.min(BATCH, end - first)) : undefined;
  for (let at = first; next !== undefined; at += BATCH) {
    const image = next;
    const running = runOnQemu(qemu, image);
    const ours = runOnMachine(engine, image);
    const after = at + BATCH;
    next = after < end ? buildRange(seed, after, Math.min(BATCH, end - after)) : undefined;
    const theirs = await running;
    const found = differences(image, ours, theirs);
    const reports = found.slice(0, REPORTS).map((difference) => report(image, difference));
    yield { image, ours, theirs, reports, differing: found.length };
  }
}
