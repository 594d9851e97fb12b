/** A file on disk as bytes by position: images may be larger than memory. What the system refuses is thrown, and said by whoever opened. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import type { ByteFile } from '#lab/disks/formats/byte-file';

export class DiskFile implements ByteFile {
  readonly #handle: number;
  #length: number;

  constructor(handle: number) {
    this.#handle = handle;
    this.#length = fstatSync(handle).size;
  }

  get sizeBytes(): number {
    return this.#length;
  }

  read(at: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const count = readSync(this.#handle, target, done, target.length - done, at + done);
      // It became shorter while it was read.
      if (count === 0) throw new Error('the file ends here');
      done += count;
    }
  }

  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#handle, bytes, done, bytes.length - done, at + done);
    this.#length = Math.max(this.#length, at + bytes.length);
  }
}

/**
 * Opens a file for as long as some work takes.
 * @param flags those of Node: `r` to read, `wx+` for a new file
 */
export async function withDiskFile<T>(
  path: string,
  flags: 'r' | 'r+' | 'wx+',
  work: (file: DiskFile) => Result<T> | Promise<Result<T>>,
): Promise<Result<T>> {
  const failed = (error: unknown): Result<T> =>
    flags === 'r'
      ? fail('file.unreadable', { path, reason: messageOf(error) })
      : fail('file.unwritable', { path, reason: messageOf(error) });
  let handle: number;
  try {
    handle = openSync(path, flags);
  } catch (error) {
    return failed(error);
  }
  try {
    const done = await work(new DiskFile(handle));
    return done.ok
      ? ok(done.value)
      : { ok: false, error: { ...done.error, where: done.error.where ?? path } };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return failed(error);
  } finally {
    closeSync(handle);
  }
}
