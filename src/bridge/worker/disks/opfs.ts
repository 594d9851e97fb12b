/**
 * The browser's own file system as a place for files. Handles are synchronous and exclusive: a file that is open here can be opened
 * nowhere else, which keeps two tabs apart without any lock of ours.
 */
import { fail, ok, type Result } from '#base/result';
import type { FilePlace, PlacedFile } from '#lab/storage/file-place';
import type { SyncFile } from '#lab/storage/sync-file';

/** What was thrown, as a refusal of the port. */
function refusal(error: unknown): Result<never> {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return fail('storage.full');
  return name === 'NoModificationAllowedError' ? fail('storage.locked') : fail('storage.unavailable');
}

function attempt<T>(work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    return refusal(error);
  }
}

class OpfsFile implements SyncFile {
  readonly #handle: FileSystemSyncAccessHandle;

  constructor(handle: FileSystemSyncAccessHandle) {
    this.#handle = handle;
  }

  get sizeBytes(): number {
    const size = attempt(() => this.#handle.getSize());
    return size.ok ? size.value : 0;
  }
  read(at: number, target: Uint8Array): Result<number> {
    return attempt(() => this.#handle.read(target as Uint8Array<ArrayBuffer>, { at }));
  }
  write(at: number, bytes: Uint8Array): Result<null> {
    const written = attempt(() => this.#handle.write(bytes as Uint8Array<ArrayBuffer>, { at }));
    // Some browsers write as much as there is room for, and say so.
    if (!written.ok) return written;
    return written.value === bytes.length ? ok(null) : fail('storage.full');
  }
  truncate(sizeBytes: number): Result<null> {
    return attempt(() => {
      this.#handle.truncate(sizeBytes);
      return null;
    });
  }
  flush(): Result<null> {
    return attempt(() => {
      this.#handle.flush();
      return null;
    });
  }
  close(): void {
    this.#handle.close();
  }
}

export class OpfsFiles implements FilePlace {
  readonly lasts = true;
  readonly #folder: FileSystemDirectoryHandle;

  /** The place, where the browser has one that can be written so; nothing otherwise. */
  static async find(): Promise<OpfsFiles | undefined> {
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('virtlab-disks', { create: true });
      const files = new OpfsFiles(folder);
      // Private windows of some browsers have the calls and refuse them.
      const tried = await files.open('probe');
      if (tried.ok) tried.value.close();
      return tried.ok || tried.error.code === 'storage.locked' ? files : undefined;
    } catch {
      return undefined;
    }
  }
  private constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  async #attempt<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await work();
    } catch (error) {
      return refusal(error);
    }
  }

  read(name: string): Promise<Result<Uint8Array | undefined>> {
    return this.#attempt(async () => {
      const file = await this.#find(name);
      return ok(file && new Uint8Array(await file.arrayBuffer()));
    });
  }
  beginning(name: string, bytes: number): Promise<Result<Uint8Array | undefined>> {
    return this.#attempt(async () => {
      const file = await this.#find(name);
      return ok(file && new Uint8Array(await file.slice(0, bytes).arrayBuffer()));
    });
  }
  list(): Promise<Result<readonly PlacedFile[]>> {
    return this.#attempt(async () => {
      const files: PlacedFile[] = [];
      for await (const name of this.#folder.keys()) {
        const file = await this.#find(name);
        if (file !== undefined) files.push({ name, sizeBytes: file.size, changedMs: file.lastModified });
      }
      return ok(files);
    });
  }
  /** A file as it is now, whoever writes it. */
  async #find(name: string): Promise<File | undefined> {
    try {
      return await (await this.#folder.getFileHandle(name)).getFile();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
      throw error;
    }
  }
  async write(name: string, bytes: Uint8Array): Promise<Result<null>> {
    const file = await this.open(name);
    if (!file.ok) return file;
    const steps = [() => file.value.truncate(0), () => file.value.write(0, bytes), () => file.value.flush()];
    let done: Result<null> = ok(null);
    for (const step of steps) if (done.ok) done = step();
    file.value.close();
    // Half a layer is of no use to anybody.
    if (!done.ok) await this.remove(name);
    return done;
  }
  remove(name: string): Promise<Result<null>> {
    return this.#attempt(async () => {
      await this.#folder.removeEntry(name);
      return ok(null);
    });
  }
  open(name: string): Promise<Result<SyncFile>> {
    return this.#attempt(async () => {
      const handle = await this.#folder.getFileHandle(name, { create: true });
      return ok(new OpfsFile(await handle.createSyncAccessHandle()));
    });
  }
}
