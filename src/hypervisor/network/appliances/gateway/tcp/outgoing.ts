/**
 * What a server has to send on a connection: chunks one behind the other, each either bytes or part of a file that a formula makes. So a
 * file of megabytes is sent, sent again and kept in a snapshot without one byte of it being held.
 */
import { SnapshotFormatError } from '#base/state/bytes';
import { declare } from '#base/state/declare';
import { bytes, integer, list, type Type, u8, upTo } from '#base/state/types';
import { FILES } from '../internet/files.ts';

/** Chunks of one connection, and the bytes of those that are held. */
export const MOST_CHUNKS = 32;
export const MOST_HELD_BYTES = 65_536;

/** So many bytes: of the file by that place in the list of files, or these. */
interface Chunk {
  readonly length: number;
  /** Place of the file and one; 0 for bytes. */
  readonly file: number;
  readonly held: Uint8Array;
}
export interface OutgoingState {
  /** Bytes before the first chunk: they have been acknowledged. */
  readonly start: number;
  readonly chunks: readonly Chunk[];
}
export const OUTGOING: Type<OutgoingState> = declare<OutgoingState>('outgoing stream', {
  start: integer,
  chunks: list(
    declare<Chunk>('chunk', { length: integer, file: u8, held: bytes(upTo(MOST_HELD_BYTES)) }),
    upTo(MOST_CHUNKS),
  ),
});

export class Outgoing {
  #start = 0;
  #chunks: Chunk[] = [];

  /** Bytes from the beginning of the stream to the end of what is to be sent. */
  get end(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, this.#start);
  }
  /** Bytes for which there is room. */
  get room(): number {
    if (this.#chunks.length >= MOST_CHUNKS) return 0;
    return MOST_HELD_BYTES - this.#chunks.reduce((sum, { held }) => sum + held.length, 0);
  }

  /** False where there is no room for them. */
  write(data: Uint8Array): boolean {
    if (data.length > this.room) return false;
    if (data.length > 0) this.#chunks.push({ length: data.length, file: 0, held: data.slice() });
    return true;
  }
  writeFile(file: number): boolean {
    const length = FILES[file]?.bytes ?? 0;
    if (this.room === 0) return false;
    this.#chunks.push({ length, file: file + 1, held: new Uint8Array(0) });
    return true;
  }

  /** What lies from there on, so many bytes at most: fewer at the end. */
  read(from: number, most: number): Uint8Array {
    const data = new Uint8Array(Math.max(0, Math.min(most, this.end - from)));
    let filled = 0;
    let start = this.#start;
    for (const { length, file, held } of this.#chunks) {
      const offset = from + filled - start;
      start += length;
      if (offset >= length || offset < 0) continue;
      const part = Math.min(length - offset, data.length - filled);
      const target = data.subarray(filled, filled + part);
      if (file === 0) target.set(held.subarray(offset, offset + part));
      else FILES[file - 1]!.read(offset, target);
      filled += part;
      if (filled === data.length) break;
    }
    return data;
  }

  /** Everything before has arrived. */
  forget(before: number): void {
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#start + first.length > before) return;
      this.#start += first.length;
      this.#chunks.shift();
    }
  }

  capture(): OutgoingState {
    return { start: this.#start, chunks: [...this.#chunks] };
  }
  restore({ start, chunks }: OutgoingState): void {
    for (const { length, file, held } of chunks) {
      const isRight = file === 0 ? length === held.length : length === FILES[file - 1]?.bytes;
      if (!isRight) throw new SnapshotFormatError('a chunk of another length');
    }
    this.#start = start;
    this.#chunks = [...chunks];
  }
}
