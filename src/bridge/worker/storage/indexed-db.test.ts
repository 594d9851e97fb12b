import 'fake-indexeddb/auto';
import { afterEach, expect, test, vi } from 'vitest';
import { testsOfStorage } from '#lab/storage/fixtures/storage-tests';
import { IndexedDbStorage } from './indexed-db.ts';

let count = 0;
const empty = (): IndexedDbStorage => new IndexedDbStorage(`test-${count++}`);

testsOfStorage(empty);

afterEach(() => vi.restoreAllMocks());

const put = { put: [['a', Uint8Array.of(1)]] } as const;

test('a browser without a database says so, and is asked again the next time', async () => {
  const storage = empty();
  vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
    throw new DOMException('no', 'SecurityError');
  });
  expect(await storage.commit(put)).toMatchObject({ error: { code: 'storage.unavailable' } });
  expect((await storage.commit(put)).ok).toBe(true);
});

test('no room is said as such, and nothing is written', async () => {
  const storage = empty();
  await storage.commit({ put: [['b', Uint8Array.of(1)]] });
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
    throw new DOMException('no', 'QuotaExceededError');
  });
  expect(await storage.commit({ ...put, remove: ['b'] })).toMatchObject({ error: { code: 'storage.full' } });
  expect(await storage.keys('')).toEqual({ ok: true, value: ['b'] });
});

test('two connections see one content', async () => {
  const [one, two] = [new IndexedDbStorage('same'), new IndexedDbStorage('same')];
  await one.commit(put);
  expect(await two.get('a')).toEqual({ ok: true, value: Uint8Array.of(1) });
});
