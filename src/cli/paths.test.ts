/** Files of the commands have the limit that the page has: what is written can be opened there, and what is opened here, too. */
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LIMITS } from '#base/catalogue/limits';
import { readPath, writePath } from './paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-paths-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOO_LARGE = { ok: false, error: { code: 'image-too-large', data: { limit: LIMITS.fileBytes } } };

test('a file beyond the limit is not read', () => {
  const path = join(folder, 'large');
  const file = openSync(path, 'w');
  ftruncateSync(file, LIMITS.fileBytes + 1);
  closeSync(file);
  expect(readPath(path)).toMatchObject(TOO_LARGE);
});

test('nothing beyond the limit is written', () => {
  const path = join(folder, 'none');
  expect(writePath(path, { length: LIMITS.fileBytes + 1 } as Uint8Array)).toMatchObject(TOO_LARGE);
  expect(existsSync(path)).toBe(false);
});
