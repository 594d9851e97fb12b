/** The port to a place for files that are too large for records: the browser's own file system, or memory where there is none. */
import { ok, type Result } from '#base/result';
import { MemorySyncFile, type SyncFile } from './sync-file.ts';

export interface FilePlace {
  /** False: what is kept here goes with the tab. */
  readonly lasts: boolean;
  /** The bytes of a file; nothing where there is none. */
  read(name: string): Promise<Result<Uint8Array | undefined>>;
  /** Writes a file whole, and makes sure of it. */
  write(name: string, bytes: Uint8Array): Promise<Result<null>>;
  remove(name: string): Promise<Result<null>>;
  /** A file that nobody else has open, made where it is not there; `storage.locked` when another tab has it. */
  open(name: string): Promise<Result<SyncFile>>;
}

export class MemoryFiles implements FilePlace {
  readonly lasts: boolean;
  readonly #files = new Map<string, Uint8Array>();
  readonly #open = new Map<string, SyncFile>();

  /** @param lasts where a test plays a browser that keeps files */
  constructor(lasts = false) {
    this.lasts = lasts;
  }

  async read(name: string): Promise<Result<Uint8Array | undefined>> {
    return ok(this.#files.get(name));
  }
  async write(name: string, bytes: Uint8Array): Promise<Result<null>> {
    this.#files.set(name, bytes);
    return ok(null);
  }
  async remove(name: string): Promise<Result<null>> {
    this.#files.delete(name);
    return ok(null);
  }
  async open(name: string): Promise<Result<SyncFile>> {
    const file = this.#open.get(name) ?? new MemorySyncFile();
    this.#open.set(name, file);
    return ok(file);
  }
}
