/** A file on disk as bytes by position: images may be larger than memory. What the system refuses is thrown, and said by whoever opened. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { messageOf } from '#base/error-message';
import { fail, ok, type Result } from '#base/result';
import type { ByteFile } from '#lab/disks/formats/byte-file';
import type { SyncFile } from '#lab/storage/sync-file';

/** Fills as much of `target` as there is; how much that was. */
function readAt(handle: number, at: number, target: Uint8Array): number {
  for (let done = 0; done < target.length; ) {
    const count = readSync(handle, target, done, target.length - done, at + done);
    if (count === 0) return done;
    done += count;
  }
  return target.length;
}
function writeAt(handle: number, at: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(handle, bytes, done, bytes.length - done, at + done);
}

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
    // It became shorter while it was read.
    if (readAt(this.#handle, at, target) < target.length) throw new Error('the file ends here');
  }

  write(at: number, bytes: Uint8Array): void {
    writeAt(this.#handle, at, bytes);
    this.#length = Math.max(this.#length, at + bytes.length);
  }
}

const NO_ROOM: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** A file that is written while a machine stands still, and is safe once it was flushed. */
export class KeptFile implements SyncFile {
  readonly #path: string;
  readonly #handle: number;

  /** @param flags those of Node: `r+` for a file that is there, `w+` for a new one */
  static open(path: string, flags: 'r+' | 'w+'): Result<KeptFile> {
    try {
      return ok(new KeptFile(path, openSync(path, flags)));
    } catch (error) {
      return fail('file.unwritable', { path, reason: messageOf(error) });
    }
  }
  private constructor(path: string, handle: number) {
    this.#path = path;
    this.#handle = handle;
  }

  get sizeBytes(): number {
    return fstatSync(this.#handle).size;
  }
  read(at: number, target: Uint8Array): Result<number> {
    return this.#try(() => readAt(this.#handle, at, target));
  }
  write(at: number, bytes: Uint8Array): Result<null> {
    return this.#try(() => {
      writeAt(this.#handle, at, bytes);
      return null;
    });
  }
  truncate(sizeBytes: number): Result<null> {
    return this.#try(() => {
      ftruncateSync(this.#handle, sizeBytes);
      return null;
    });
  }
  flush(): Result<null> {
    return this.#try(() => {
      fsyncSync(this.#handle);
      return null;
    });
  }
  close(): void {
    closeSync(this.#handle);
  }

  #try<T>(work: () => T): Result<T> {
    try {
      return ok(work());
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (NO_ROOM.includes(error.code)) return fail('storage.full');
      return fail('file.unwritable', { path: this.#path, reason: messageOf(error) });
    }
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
