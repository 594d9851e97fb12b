/** The browser's files where it gives no more room, or another tab has one: each refusal says which. */
import { afterEach, expect, test, vi } from 'vitest';
import { OpfsFiles } from './opfs.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser that has room for so many bytes of each file. */
function browser({ room = Number.POSITIVE_INFINITY, isLocked = false, writesLess = false } = {}) {
  const files = new Map<string, number>();
  const handleOf = (name: string) => ({
    createSyncAccessHandle: async () => {
      if (isLocked) throw new DOMException('locked', 'NoModificationAllowedError');
      return {
        getSize: () => files.get(name) ?? 0,
        truncate: (size: number) => void files.set(name, size),
        write: (bytes: Uint8Array, { at }: { at: number }) => {
          const isTooMuch = at + bytes.length > room;
          if (isTooMuch && !writesLess) throw new DOMException('no room', 'QuotaExceededError');
          files.set(name, isTooMuch ? room : at + bytes.length);
          return isTooMuch ? room - at : bytes.length;
        },
        flush: () => undefined,
        close: () => undefined,
      };
    },
    getFile: async () => ({ size: files.get(name) ?? 0, lastModified: 1_000 }),
  });
  const folder = {
    getFileHandle: async (name: string, options?: { create: boolean }) => {
      if (!files.has(name) && options?.create !== true) throw new DOMException('none', 'NotFoundError');
      if (!files.has(name)) files.set(name, 0);
      return handleOf(name);
    },
    removeEntry: async (name: string) => void files.delete(name),
    keys: async function* () {
      yield* files.keys();
    },
  };
  const root = { getDirectoryHandle: async () => folder };
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root } });
  return files;
}

test.each([false, true])(
  'a file for which there is no room is refused, and nothing of it stays (%s)',
  async (writesLess) => {
    const files = browser({ room: 1000, writesLess });
    const place = await OpfsFiles.find();
    expect(await place?.write('image', new Uint8Array(2000))).toMatchObject({
      error: { code: 'storage.full' },
    });
    expect([...files.keys()]).toEqual(['probe']);
    expect(await place?.write('image', new Uint8Array(800))).toMatchObject({ ok: true });
    expect(await place?.list()).toMatchObject({
      value: [{ name: 'probe' }, { name: 'image', sizeBytes: 800, changedMs: 1_000 }],
    });
  },
);

test('a file that another tab has is refused as that', async () => {
  browser({ isLocked: true });
  const place = await OpfsFiles.find();
  expect(await place?.open('kept-data.a')).toMatchObject({ error: { code: 'storage.locked' } });
});
