/** A file that a person gives. */

import { LIMITS } from '#base/catalogue/limits';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';

/** Its bytes. It is refused before it is read when it is too large; where it has changed or is gone since it was chosen, the browser refuses. */
export async function readFile(file: Blob & { readonly name: string }): Promise<Result<Uint8Array>> {
  const { name, size: bytes } = file;
  const limit = LIMITS.fileBytes;
  if (bytes > limit) return fail('image-too-large', { name, bytes, limit });
  try {
    return ok(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    const reason = messageOf(error);
    return fail('file.unreadable', { path: name, reason });
  }
}
