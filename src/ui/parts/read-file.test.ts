/** What a person gives is read whole, or refused with a reason. */
import { expect, test } from 'vitest';
import { LIMITS } from '#base/catalogue/limits';
import { readFile } from './read-file.ts';

test('a file is its bytes', async () => {
  expect(await readFile(new File([Uint8Array.of(1, 2, 3)], 'a.vm'))).toEqual({
    ok: true,
    value: Uint8Array.of(1, 2, 3),
  });
});

test('one that is too large is refused before it is read', async () => {
  const file = Object.assign(new Blob([]), { name: 'a.vm' });
  Object.defineProperty(file, 'size', { value: LIMITS.fileBytes + 1 });
  Object.defineProperty(file, 'arrayBuffer', { value: () => expect.fail('it was read') });
  expect(await readFile(file)).toMatchObject({ error: { code: 'image-too-large' } });
});

test('one that has changed since it was chosen is refused, and says why', async () => {
  const file = Object.assign(new Blob([]), { name: 'a.vm' });
  const gone = () => Promise.reject(new DOMException('it has changed', 'NotReadableError'));
  Object.defineProperty(file, 'arrayBuffer', { value: gone });
  expect(await readFile(file)).toEqual({
    ok: false,
    error: { code: 'file.unreadable', data: { path: 'a.vm', reason: 'it has changed' } },
  });
});
