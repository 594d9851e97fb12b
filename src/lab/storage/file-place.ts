/** The port to a place for files that are too large for records: the browser's own file system, or memory where there is none. */
import { ok, type Result } from '#base/result';
import { MemorySyncFile, type SyncFile } from './sync-file.ts';

export interface PlacedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was written last, in milliseconds since 1970; 0 where nobody knows. */
  readonly changedMs: number;
}

export interface FilePlace {
  /** False: what is kept here goes with the tab. */
  readonly lasts: boolean;
  /** The bytes of a file; nothing where there is none. */
  read(name: string): Promise<Result<Uint8Array | undefined>>;
  /** Writes a file whole, and makes sure of it. */
  write(name: string, bytes: Uint8Array): Promise<Result<null>>;
  remove(name: string): Promise<Result<null>>;
  /** The first bytes of a file, whoever has it open; nothing where there is none. */
  beginning(name: string, bytes: number): Promise<Result<Uint8Array | undefined>>;
  /** All that there is. */
  list(): Promise<Result<readonly PlacedFile[]>>;
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
    const open = this.#open.get(name);
    if (open === undefined) return ok(this.#files.get(name));
    const bytes = new Uint8Array(open.sizeBytes);
    const read = open.read(0, bytes);
    return read.ok ? ok(bytes) : read;
  }
  async beginning(name: string, bytes: number): Promise<Result<Uint8Array | undefined>> {
    const all = await this.read(name);
    return all.ok ? ok(all.value?.subarray(0, bytes)) : all;
  }
  async list(): Promise<Result<readonly PlacedFile[]>> {
    const whole = [...this.#files].map(([name, { length }]) => ({ name, sizeBytes: length, changedMs: 0 }));
    const open = [...this.#open].map(([name, { sizeBytes }]) => ({ name, sizeBytes, changedMs: 0 }));
    return ok([...whole, ...open]);
  }
  async write(name: string, bytes: Uint8Array): Promise<Result<null>> {
    this.#files.set(name, bytes);
    return ok(null);
  }
  async remove(name: string): Promise<Result<null>> {
    this.#files.delete(name);
    this.#open.delete(name);
    return ok(null);
  }
  async open(name: string): Promise<Result<SyncFile>> {
    const file = this.#open.get(name) ?? new MemorySyncFile();
    this.#open.set(name, file);
    return ok(file);
  }
}
