import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { type Fault, FaultyStorage } from '../storage/fixtures/faulty-storage.ts';
import { MemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { digest, hash, MadeUpLab, randomNumbers } from './fixtures/made-up-lab.ts';
import { forgetLab, keptLabs } from './kept-labs.ts';
import { CheckpointStore, type StoreLimits } from './store.ts';

const LIMITS: StoreLimits = { bytes: 1 << 30, checkpoints: 8 };

const when = (takenAtMs: number) => ({ takenAtMs, note: '', title: 'a lab' });

async function open(storage: Storage): Promise<CheckpointStore> {
  const place = { storage, key: 'k', hash, pause: async () => undefined };
  return must(await CheckpointStore.open(place));
}

/** Runs and keeps, so many times. */
async function keepSome(store: CheckpointStore, lab: MadeUpLab, times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    lab.run(30);
    must(await store.keep(lab.take(store.known), when(n * 1000), LIMITS));
  }
}

/** The newest checkpoint is the lab as it was at that time. */
async function expectWhole(store: CheckpointStore, lab: MadeUpLab): Promise<number> {
  const { info, image, damaged } = must(await store.newest());
  expect(damaged).toBe(0);
  expect(digest(image)).toBe(lab.past.get(info.at));
  return info.at;
}

test('what is kept comes back as it was, by whoever opens the store again', async () => {
  const storage = new MemoryStorage();
  const lab = new MadeUpLab(1, 600);
  const store = await open(storage);
  expect(await store.newest()).toMatchObject({ error: { code: 'checkpoint.none' } });
  await keepSome(store, lab, 12);
  expect(await expectWhole(store, lab)).toBe(12);
  const again = await open(storage);
  expect(again.checkpoints).toEqual(store.checkpoints);
  expect(again.bytes).toBe(store.bytes);
  expect(await expectWhole(again, lab)).toBe(12);
});

test('a checkpoint writes what has changed, and not the rest again', async () => {
  const storage = new MemoryStorage();
  const lab = new MadeUpLab(2, 4000);
  const store = await open(storage);
  lab.run(20_000);
  must(await store.keep(lab.take(store.known), when(0), LIMITS));
  const all = (await storage.room()).usedBytes;
  expect(store.known).not.toEqual([]);
  lab.run(50);
  must(await store.keep(lab.take(store.known), when(0), LIMITS));
  // 50 pages and two lists of places, not 8000 pages.
  expect((await storage.room()).usedBytes - all).toBeLessThan(all / 20);
  await expectWhole(store, lab);
});

test('there are never more than allowed: old times become rarer, and nothing is left of what went', async () => {
  const storage = new MemoryStorage();
  const lab = new MadeUpLab(3, 200);
  const store = await open(storage);
  await keepSome(store, lab, 60);
  const numbers = store.checkpoints.map(({ number }) => number);
  expect(numbers).toHaveLength(LIMITS.checkpoints);
  expect(numbers.slice(-3)).toEqual([58, 59, 60]);
  const gaps = numbers.slice(1).map((number, at) => number - numbers[at]!);
  expect(gaps[0]).toBeGreaterThan(gaps.at(-1)!);
  const { usedBytes } = await storage.room();
  expect(usedBytes - store.bytes).toBeLessThan(500);
  expect(must(await storage.keys('lab/k/checkpoint/'))).toHaveLength(LIMITS.checkpoints);
});

test('the bytes that are allowed are enough, or it says so and what is there stays', async () => {
  const storage = new MemoryStorage();
  const lab = new MadeUpLab(4, 1000, 1);
  const store = await open(storage);
  const limits = { bytes: 1 << 20, checkpoints: 8 };
  for (let n = 0; n < 30; n++) {
    lab.run(400);
    const first = await store.keep(lab.take(store.known), when(n), limits);
    if (!first.ok) expect(first.error.code).toBe('checkpoint.needsAll');
    if (!first.ok) must(await store.keep(lab.take(store.known), when(n), limits));
    expect((await storage.room()).usedBytes).toBeLessThanOrEqual(limits.bytes);
    await expectWhole(store, lab);
  }
  lab.run(3000);
  const small = { bytes: 1 << 18, checkpoints: 8 };
  for (const code of ['checkpoint.needsAll', 'checkpoint.tooLarge'])
    expect(await store.keep(lab.take([]), when(99), small)).toMatchObject({ error: { code } });
  expect(await expectWhole(store, lab)).toBe(30);
});

test('a checkpoint that is damaged is not taken for one: the one before it is', async () => {
  const random = randomNumbers(5);
  for (let round = 0; round < 40; round++) {
    const storage = new MemoryStorage();
    const lab = new MadeUpLab(round, 300);
    await keepSome(await open(storage), lab, 3);
    const [newest] = must(await storage.keys('lab/k/checkpoint/')).slice(-1);
    const segment = must(await storage.keys('lab/k/segment/')).at(-1);
    const name = round % 2 === 0 ? newest! : segment!;
    const bytes = must(await storage.get(name))!;
    if (round % 4 < 2) bytes[random(bytes.length)]! ^= 1 << random(8);
    const damaged = round % 4 < 2 ? bytes : bytes.slice(0, random(bytes.length));
    await storage.commit({ put: [[name, damaged]] });
    const store = await open(storage);
    const { info, image } = must(await store.newest());
    expect(info.at).toBe(2);
    expect(digest(image)).toBe(lab.past.get(2));
    // And it goes on from there.
    await keepSome(store, lab, 1);
    await expectWhole(store, lab);
  }
});

const FAULTS: readonly Fault[] = ['full', 'lost', 'killed-before', 'killed-after', 'torn'];

test.each(FAULTS)(
  'whatever the write at which it happens (%s), the last checkpoint that was kept is there',
  async (fault) => {
    const seen = new Set<number>();
    for (let at = 1; at <= 60; at++) {
      const inner = new MemoryStorage();
      const faulty = new FaultyStorage(inner, at, fault);
      const lab = new MadeUpLab(at, 100);
      let kept = 0;
      let begun = 0;
      const work = async (): Promise<void> => {
        const store = await open(faulty);
        for (let n = 1; n <= 16; n++) {
          lab.run(40);
          begun = n;
          const result = await store.keep(lab.take(store.known), when(n * 1000), LIMITS);
          if (!result.ok) return;
          kept = n;
        }
      };
      await Promise.race([work().catch(() => undefined), faulty.happened]);
      const store = await open(inner);
      const found = await store.newest();
      if (!found.ok) expect([found.error.code, kept]).toEqual(['checkpoint.none', 0]);
      else {
        const { info, image } = found.value;
        expect(info.at === kept || (fault === 'killed-after' && info.at === begun)).toBe(true);
        expect(digest(image)).toBe(lab.past.get(info.at));
        seen.add(info.at);
      }
      // Nothing is left of what did not come about, and the store goes on.
      must(await store.keep(lab.take([]), when(1e6), LIMITS));
      expect((await inner.room()).usedBytes - store.bytes).toBeLessThan(1000);
    }
    expect(seen.size).toBeGreaterThan(5);
  },
);

test('a store that goes on after a write that failed has lost nothing', async () => {
  const storage = new FaultyStorage(new MemoryStorage(), 7, 'full');
  const lab = new MadeUpLab(6, 100);
  const store = await open(storage);
  let refused = 0;
  for (let n = 0; n < 12; n++) {
    lab.run(40);
    const result = await store.keep(lab.take(store.known), when(n), LIMITS);
    if (!result.ok) refused += 1;
    else await expectWhole(store, lab);
  }
  expect(refused).toBe(1);
});

test('of two tabs that write one lab, the one that came later does; the other is told and spoils nothing', async () => {
  const storage = new MemoryStorage();
  const lab = new MadeUpLab(7, 300);
  const first = await open(storage);
  await keepSome(first, lab, 2);
  const second = await open(storage);
  lab.run(30);
  expect(await first.keep(lab.take(first.known), when(0), LIMITS)).toMatchObject({
    error: { code: 'storage.changed' },
  });
  expect(await expectWhole(second, lab)).toBe(2);
  await keepSome(second, lab, 2);
  await expectWhole(await open(storage), lab);
});

test('labs are listed with what they take, and forgotten whole', async () => {
  const storage = new MemoryStorage();
  const store = await open(storage);
  await keepSome(store, new MadeUpLab(8, 300), 2);
  expect(must(await keptLabs(storage))).toEqual([
    { key: 'k', title: 'a lab', bytes: store.bytes, takenAtMs: 1000 },
  ]);
  must(await store.clear());
  expect(must(await keptLabs(storage))).toEqual([]);
  expect(await store.newest()).toMatchObject({ error: { code: 'checkpoint.none' } });
  await keepSome(store, new MadeUpLab(8, 300), 1);
  must(await forgetLab(storage, 'k'));
  expect(must(await storage.keys(''))).toEqual([]);
});
