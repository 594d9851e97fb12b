/**
 * How an attempt to pin memory ends: all of it is there and stays; a part of it will come, and then it can be tried again; or it is
 * no memory that may be used so, or more than may be pinned at a time.
 */
export type PinAnswer = 'pinned' | 'wait' | 'refused';

/** Takes what lies in a piece of guest RAM, or fills it: `at` counts from the start of what is moved. The piece is good for this call only. */
export type MovePiece = (piece: Uint8Array, at: number) => void;

/**
 * The only way by which devices reach a guest's RAM. Addresses and lengths come from guests: what is not backed by
 * memory is refused, nothing is thrown, and nothing that is returned aliases guest RAM. Data that is moved and not looked at (of a
 * disk, say) goes without a copy between: {@link MovePiece} is given the RAM itself, piece by piece.
 */
export interface GuestMemory {
  /** Copies `target.length` bytes out of guest RAM; false (and `target` unspecified) unless all of them are RAM. */
  read(gpa: number, target: Uint8Array): boolean;
  /** Copies `source` into guest RAM; false, with nothing written, unless all of it is RAM that may be written. */
  write(gpa: number, source: Uint8Array): boolean;
  /** Gives `length` bytes of guest RAM to `take`; false, and some may have been given, unless all of them are RAM. */
  moveOut(gpa: number, length: number, take: MovePiece, at: number): boolean;
  /** Has `fill` fill `length` bytes of guest RAM; false, with nothing written, unless all of them are RAM that may be written. */
  moveIn(gpa: number, length: number, fill: MovePiece, at: number): boolean;
  /** Sets `length` bytes to `value`; false, with nothing written, unless all of them are RAM. */
  fill(gpa: number, length: number, value: number): boolean;
  /** Reads a little-endian half word; -1 when it is not RAM. */
  readU16(gpa: number): number;
  /** Reads a little-endian word as an unsigned number; -1 when it is not RAM. */
  readU32(gpa: number): number;
  /** Writes a little-endian half word; false when it is not RAM. */
  writeU16(gpa: number, value: number): boolean;
  /** Writes a little-endian word; false when it is not RAM. */
  writeU32(gpa: number, value: number): boolean;
  /** After a refusal: the guest frame that must be waited for, or -1 when waiting would not help. */
  readonly awaited: number;
  /** Holds a range in RAM until {@link unpin}: to read or write it then never means to wait. Pins are counted. */
  pin(gpa: number, length: number, writable: boolean): PinAnswer;
  /** Gives up one pin of a range that was pinned as a whole. */
  unpin(gpa: number, length: number): void;
}

/** Reads a little-endian number byte by byte, wherever it lies; -1 when it is not RAM. */
export function readNumber(memory: Pick<GuestMemory, 'read'>, gpa: number, size: number): number {
  const bytes = new Uint8Array(size);
  return memory.read(gpa, bytes) ? bytes.reduceRight((value, byte) => value * 256 + byte, 0) : -1;
}
/** Writes one; false when it is not RAM. */
export function writeNumber(
  memory: Pick<GuestMemory, 'write'>,
  gpa: number,
  size: number,
  value: number,
): boolean {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (value >>> (8 * at)) & 0xff);
  return memory.write(gpa, bytes);
}

/**
 * What came of a page that a guest gives back: it is given, it was already (or has nothing to give), a device holds it or it is on
 * its way, or it is no page of the guest's.
 */
export type GivenPage = 'given' | 'already' | 'held' | 'outside';

/** Pages that a guest gives back to whoever gave them: the frame goes, and the page is zeros when it is touched again. */
export interface GuestPages {
  /** Pages of the guest's memory. */
  readonly pages: number;
  /** Takes the page at an address, which the guest promises not to use. */
  lend(gpa: number): GivenPage;
  /** Ends the promise; false where there was none, or the guest did not keep it. */
  takeBack(gpa: number): boolean;
  /** Ends all promises. */
  takeAllBack(): void;
  /** Takes the content of a page that the guest uses for nothing at the moment. */
  report(gpa: number): GivenPage;
}
