/** Files that a person names: whole, or a sentence that says why not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result';

export function readPath(path: string): Result<Uint8Array> {
  try {
    return ok(new Uint8Array(readFileSync(path)));
  } catch (error) {
    return fail('file.unreadable', { path, reason: reasonOf(error) });
  }
}

export function writePath(path: string, bytes: Uint8Array): Result<null> {
  try {
    writeFileSync(path, bytes);
    return ok(null);
  } catch (error) {
    return fail('file.unwritable', { path, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
