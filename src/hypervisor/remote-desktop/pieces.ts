/** A picture in pieces, of which a snapshot keeps each content once. */
import { SnapshotFormatError } from '#base/state/bytes';
import { PIECE } from './state.ts';

export function piecesOf(pixels: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(pixels.length / PIECE) }, (_, at) =>
    pixels.subarray(PIECE * at, PIECE * (at + 1)),
  );
}
export function fromPieces(pieces: readonly Uint8Array[], width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(4 * width * height);
  let at = 0;
  for (const each of pieces) {
    if (at + each.length > pixels.length) throw new SnapshotFormatError('a screen of another size');
    pixels.set(each, at);
    at += each.length;
  }
  if (at !== pixels.length) throw new SnapshotFormatError('a screen of another size');
  return pixels;
}
