/**
 * The port to a file that is written while a machine stands still: everything is done when a call comes back, but only `flush` makes
 * sure that it outlives the tab. A refusal says why: `storage.full`, or `storage.unavailable` for a file that is gone.
 */
import { ok, type Result } from '#base/result';

export interface SyncFile {
  readonly sizeBytes: number;
  /** Fills as much of `target` as there is; how much that was. */
  read(at: number, target: Uint8Array): Result<number>;
  /** Behind the end the file grows. */
  write(at: number, bytes: Uint8Array): Result<null>;
  truncate(sizeBytes: number): Result<null>;
  flush(): Result<null>;
  close(): void;
}

/** In memory: it lasts as long as the tab. */
export class MemorySyncFile implements SyncFile {
  #bytes = new Uint8Array();
  #length = 0;

  get sizeBytes(): number {
    return this.#length;
  }
  read(at: number, target: Uint8Array): Result<number> {
    const there = this.#bytes.subarray(
      Math.min(at, this.#length),
      Math.min(at + target.length, this.#length),
    );
    target.set(there);
    return ok(there.length);
  }
  write(at: number, bytes: Uint8Array): Result<null> {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, at);
    this.#length = Math.max(this.#length, end);
    return ok(null);
  }
  truncate(sizeBytes: number): Result<null> {
    this.#bytes.fill(0, Math.min(sizeBytes, this.#length));
    this.#length = Math.min(this.#length, sizeBytes);
    return ok(null);
  }
  flush(): Result<null> {
    return ok(null);
  }
  close(): void {}
}
