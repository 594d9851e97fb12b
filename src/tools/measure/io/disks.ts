/** What keeps disks: commits that crashes interrupt, and images that somebody has changed. */
import { crashAt, operationsOf } from '#lab/disks/fixtures/crash-points';
import { someImage, touched } from '#lab/disks/fixtures/hostile-images';
import { imageCrashAt, imageOperationsOf } from '#lab/disks/fixtures/image-crashes';
import { shelfCrashAt, shelfOperationsOf } from '#lab/disks/fixtures/shelf-crashes';
import { IMAGE_FORMATS } from '#lab/disks/formats/disk-image';
import { HEADER_FIELDS } from '#lab/disks/formats/qcow2/layout';
import type { Figure, FigureGroup } from '../figure.ts';

const CRASH_POINTS = 1000;
const MUTANTS_PER_FIELD = 600;
const EDGES = [0, 1, 2, 8, 9, 21, 22, 511, 512, 4096, 0x7fff_ffff, 0x8000_0000, 0xffff_f000, 0xffff_ffff];

/** Numbers by chance, the same in every run. */
function chance(): (below: number) => number {
  let state = 0x9e37_79b9;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** What is interrupted by crashes, and the figures that say what came of it. */
interface Crashing {
  operationsOf(seed: number): number | Promise<number>;
  /** What is wrong afterwards, if anything. */
  crashAt(point: number, seed: number): string | undefined | Promise<string | undefined>;
  readonly points: string;
  readonly recovered: string;
}
const COMMITS: Crashing = {
  ...{ operationsOf, crashAt },
  points: 'crash points in disk commits',
  recovered: 'crash points that recover the last commit',
};
const IMAGES: Crashing = {
  ...{ operationsOf: shelfOperationsOf, crashAt: shelfCrashAt },
  points: 'crash points in images taken in, sealed, deleted',
  recovered: 'crash points that leave all images whole',
};

/** Of both formats in turn. */
const WRITTEN_BACK: Crashing = {
  operationsOf: (seed) => imageOperationsOf(seed, formatOf(seed)),
  crashAt: (point, seed) => imageCrashAt(point, seed, formatOf(seed)),
  points: 'crash points in images written back',
  recovered: 'crash points that leave the image as of one flush',
};
const formatOf = (seed: number) => IMAGE_FORMATS[seed % IMAGE_FORMATS.length] ?? 'raw';

async function crashes(of: Crashing, say: (text: string) => void): Promise<Figure[]> {
  let points = 0;
  let recovered = 0;
  for (let seed = 1; points < CRASH_POINTS; seed++) {
    const operations = await of.operationsOf(seed);
    for (let point = 1; point <= operations && points < CRASH_POINTS; point++) {
      points += 1;
      const wrong = await of.crashAt(point, seed);
      if (wrong === undefined) recovered += 1;
      else say(`seed ${seed}, ${wrong}`);
    }
  }
  return [
    { name: of.points, value: points },
    { name: of.recovered, value: recovered },
  ];
}

function mutants(): Figure[] {
  const base = someImage();
  const below = chance();
  let images = 0;
  let isRead = 0;
  let outside = 0;
  for (const { offset, width } of Object.values(HEADER_FIELDS))
    for (let n = 0; n < MUTANTS_PER_FIELD; n++) {
      const bytes = base.slice();
      const view = new DataView(bytes.buffer);
      const value = n < EDGES.length ? EDGES[n]! : n % 2 === 0 ? below(bytes.length) : below(0x1_0000_0000);
      if (width === 1) view.setUint8(offset, value & 0xff);
      else view.setUint32(offset + width - 4, value);
      if (width === 8 && n % 4 === 3) view.setUint32(offset, below(0x1_0000_0000));
      const found = touched(bytes);
      images += 1;
      outside += found.outside;
      if (found.isRead) isRead += 1;
    }
  return [
    { name: 'qcow2 images with a mutated header field', value: images },
    { name: 'qcow2 images with a mutated header field: still read', value: isRead },
    { name: 'qcow2 images: reads outside of the file', value: outside },
  ];
}

export const DISKS: FigureGroup = {
  id: 'disks',
  measure: async ({ say }) => [
    ...(await crashes(COMMITS, say)),
    ...(await crashes(IMAGES, say)),
    ...(await crashes(WRITTEN_BACK, say)),
    ...mutants(),
  ],
};
