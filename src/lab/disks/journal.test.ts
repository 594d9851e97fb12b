import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { BLOCK_BYTES } from '#machine/devices/disk/layers/keeper';
import { Fate, FaultyFile } from '../storage/fixtures/faulty-file.ts';
import { MemorySyncFile } from '../storage/sync-file.ts';
import { crashAt, operationsOf } from './fixtures/crash-points.ts';
import { shelfCrashAt, shelfOperationsOf } from './fixtures/shelf-crashes.ts';
import { DiskJournal } from './journal.ts';

const SIZE: number = 64 * BLOCK_BYTES;
const block = (fill: number): Uint8Array => new Uint8Array(BLOCK_BYTES).fill(fill);

test('a crash at any operation leaves the last commit, and it can be gone on with', () => {
  const seed = 7;
  const operations = operationsOf(seed);
  expect(operations).toBeGreaterThan(50);
  const wrong: string[] = [];
  for (let point = 1; point <= operations; point++) {
    const found = crashAt(point, seed);
    if (found !== undefined) wrong.push(found);
  }
  expect(wrong).toEqual([]);
});

test('a crash while images are taken in, sealed or deleted leaves all of them whole', async () => {
  const seed = 3;
  const operations = await shelfOperationsOf(seed);
  expect(operations).toBeGreaterThan(20);
  const wrong: string[] = [];
  for (let point = 1; point <= operations; point++) {
    const found = await shelfCrashAt(point, seed);
    if (found !== undefined) wrong.push(found);
  }
  expect(wrong).toEqual([]);
});

test('a log whose most is out of date is written anew, and does not grow for ever', () => {
  const files = [new MemorySyncFile(), new MemorySyncFile()] as const;
  const journal = must(DiskJournal.open(files, SIZE));
  journal.slackBytes = 16 * BLOCK_BYTES;
  for (let n = 1; n <= 500; n++)
    must(journal.commit({ layer: undefined, isWhole: false, blocks: new Map([[n % 4, block(n % 256)]]) }));
  expect(journal.fileBytes).toBeLessThan(64 * BLOCK_BYTES);
  const again = must(DiskJournal.open(files, SIZE));
  expect([...must(again.blocks())].map(([index, { 0: fill }]) => [index, fill]).sort()).toEqual([
    [0, 500 % 256],
    [1, 497 % 256],
    [2, 498 % 256],
    [3, 499 % 256],
  ]);
});

test('where the browser gives no more room, a commit is refused, and the last one stays', () => {
  const fate = new Fate(0, 1);
  const files = [new FaultyFile(fate), new FaultyFile(fate)] as const;
  const journal = must(DiskJournal.open(files, SIZE));
  must(journal.commit({ layer: undefined, isWhole: false, blocks: new Map([[1, block(1)]]) }));
  for (const file of files) file.quotaBytes = 3 * BLOCK_BYTES;
  const large = { layer: undefined, isWhole: false, blocks: new Map([1, 2, 3].map((n) => [n, block(9)])) };
  expect(journal.commit(large)).toMatchObject({ ok: false, error: { code: 'storage.full' } });
  const left = [new FaultyFile(fate, files[0].left), new FaultyFile(fate, files[1].left)] as const;
  expect([...must(must(DiskJournal.open(left, SIZE)).blocks()).keys()]).toEqual([1]);
  for (const file of files) file.quotaBytes = Number.POSITIVE_INFINITY;
  must(journal.commit(large));
  expect([...must(journal.blocks()).keys()]).toEqual([1, 2, 3]);
});

test('wherever the room ends, what is there is what was committed last', () => {
  const commits = Array.from({ length: 12 }, (_, n) => {
    const blocks = new Map([0, 1, 2].slice(0, 1 + (n % 3)).map((at) => [(n + at) % 5, block(n + 1)]));
    return { layer: undefined, isWhole: false, blocks };
  });
  /** Commits until one is refused: what the disk must hold, and whether any was. */
  const run = (quotaBytes: number): { readonly wasFull: boolean; readonly wrong: string[] } => {
    const fate = new Fate(0, 1);
    const files = [new FaultyFile(fate), new FaultyFile(fate)] as const;
    for (const file of files) file.quotaBytes = quotaBytes;
    const held = new Map<number, number>();
    let wasFull = false;
    const opened = DiskJournal.open(files, SIZE);
    for (const commit of opened.ok ? commits : []) {
      const made = must(opened).commit(commit);
      if (!made.ok) expect(made.error.code).toBe('storage.full');
      if (!made.ok) wasFull = true;
      else for (const [at, bytes] of commit.blocks) held.set(at, bytes[0]!);
    }
    const left = [new FaultyFile(fate, files[0].left), new FaultyFile(fate, files[1].left)] as const;
    const found = new Map(
      [...must(must(DiskJournal.open(left, SIZE)).blocks())].map(([at, b]) => [at, b[0]!]),
    );
    const indices = new Set([...held.keys(), ...found.keys()]);
    const wrong = [...indices].filter((at) => held.get(at) !== found.get(at));
    return { wasFull: wasFull || !opened.ok, wrong: wrong.map((at) => `${quotaBytes}: block ${at}`) };
  };
  const runs = Array.from({ length: 60 }, (_, step) => run((step * BLOCK_BYTES) / 2));
  expect(runs.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(runs.filter(({ wasFull }) => wasFull).length).toBeGreaterThan(20);
  expect(runs.at(-1)!.wasFull).toBe(false);
});

test('a guest that writes what looks like a commit onto its disk makes none', () => {
  const files = [new MemorySyncFile(), new MemorySyncFile()] as const;
  const journal = must(DiskJournal.open(files, SIZE));
  must(journal.commit({ layer: undefined, isWhole: false, blocks: new Map([[1, block(1)]]) }));
  const log = new Uint8Array(files[0].sizeBytes + files[1].sizeBytes);
  files[files[0].sizeBytes > 0 ? 0 : 1].read(0, log);
  must(
    journal.commit({ layer: undefined, isWhole: false, blocks: new Map([[2, log.slice(0, BLOCK_BYTES)]]) }),
  );
  expect([...must(must(DiskJournal.open(files, SIZE)).blocks()).keys()]).toEqual([1, 2]);
});
