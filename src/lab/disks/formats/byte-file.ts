/** Bytes by position, whoever has them: a file of the command line, one that was dropped on a page, an array. Callers stay inside. */

export interface ByteSource {
  readonly sizeBytes: number;
  /** Fills `target` from `at` on; all of it lies inside. */
  read(at: number, target: Uint8Array): void;
}

/** One that can be written, and grows with what is written behind its end. */
export interface ByteFile extends ByteSource {
  write(at: number, bytes: Uint8Array): void;
}

/** Bytes that are here. */
export function bytesAsSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (at, target) => target.set(bytes.subarray(at, at + target.length)),
  };
}

const FIRST_ROOM = 64 * 1024;

/** A file in memory; what was skipped is zero. */
export class MemoryFile implements ByteFile {
  #bytes: Uint8Array;
  #length: number;

  constructor(content: Uint8Array = new Uint8Array()) {
    this.#bytes = content.slice();
    this.#length = content.length;
  }

  get sizeBytes(): number {
    return this.#length;
  }

  /** All of it; it changes with the file. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  read(at: number, target: Uint8Array): void {
    target.set(this.#bytes.subarray(at, at + target.length));
  }

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(FIRST_ROOM, 2 * this.#bytes.length, end));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, at);
    this.#length = Math.max(this.#length, end);
  }
}
