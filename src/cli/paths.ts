/** Files that a person names: whole, or a sentence that says why not. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { LIMITS } from '#base/catalogue/limits';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';

export function readPath(path: string, limit: number = LIMITS.fileBytes): Result<Uint8Array> {
  try {
    const { size } = statSync(path);
    return size > limit ? tooLarge(path, size, limit) : ok(new Uint8Array(readFileSync(path)));
  } catch (error) {
    return fail('file.unreadable', { path, reason: messageOf(error) });
  }
}

export function writePath(path: string, bytes: Uint8Array): Result<null> {
  if (bytes.length > LIMITS.fileBytes) return tooLarge(path, bytes.length);
  try {
    writeFileSync(path, bytes);
    return ok(null);
  } catch (error) {
    return fail('file.unwritable', { path, reason: messageOf(error) });
  }
}

/** No page takes it, so that no command writes it. */
function tooLarge(path: string, bytes: number, limit: number = LIMITS.fileBytes): Result<never> {
  return fail('image-too-large', { name: path, bytes, limit });
}
