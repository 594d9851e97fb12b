/**
 * Inflates hostile bytes (RFC 1951) in bounded space and time. Codes are decoded bit by bit from their counts, so that a
 * block costs what it holds: decoders that build a table per block can be made to build a thousand tables of 32,768
 * entries by 12 KB of empty blocks (0.2 to 0.4 s with the library that deflates).
 */
import { fail, ok, type Result } from '#base/result';

const LONGEST_CODE = 15;
/** Deflaters start a block every few thousand symbols; a document of the longest size has some forty. */
const MOST_BLOCKS = 256;
const END_OF_BLOCK = 256;
const LAST_LENGTH_SYMBOL = 285;

/** §3.2.5: base and extra bits of match lengths (symbols 257 to 285) and of distances. */
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
/** §3.2.7: the order in which the lengths of the code-length code are written. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A canonical prefix code: how many codes there are of each length, and the symbols in order of their codes. */
interface PrefixCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** The code of these lengths; `undefined` when more codes are wanted than there is room for. */
function prefixCode(lengths: Uint8Array): PrefixCode | undefined {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]! += 1;
  let room = 1;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    room = room * 2 - counts[length]!;
    if (room < 0) return undefined;
  }
  const next = new Uint16Array(LONGEST_CODE + 1);
  for (let length = 1; length < LONGEST_CODE; length++) next[length + 1] = next[length]! + counts[length]!;
  const symbols = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length !== 0) symbols[next[length]!++] = symbol;
  }
  return { counts, symbols };
}

/** §3.2.6. */
const FIXED_LITERALS = prefixCode(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
);
const FIXED_DISTANCES = prefixCode(new Uint8Array(30).fill(5));

/** What stopped a step; `undefined` while all is well. */
type Trouble = 'damaged' | 'too-long' | undefined;

class Inflater {
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  #bit = 0;
  #length = 0;
  /** The length before the symbol that is being read: it may go on behind the last byte. */
  #sound = 0;

  constructor(input: Uint8Array, limit: number) {
    this.#input = input;
    this.#output = new Uint8Array(limit);
  }

  /** All blocks, and nothing behind them. */
  run(): Result<Uint8Array> {
    const trouble = this.blocks();
    if (trouble === 'too-long') return fail('link.documentTooLong', { limit: this.#output.length });
    if (trouble !== undefined || this.end !== this.#input.length) return fail('link.damaged');
    return ok(this.content);
  }

  /** What the bits that are there have made. */
  get content(): Uint8Array {
    return this.#output.slice(0, this.#overrun() ? this.#sound : this.#length);
  }

  /** All blocks; `cut` when they go on behind the last byte. */
  blocks(): Trouble | 'cut' {
    let isLast = false;
    for (let blocks = 0; !isLast; blocks++) {
      if (blocks === MOST_BLOCKS) return 'damaged';
      isLast = this.#bits(1) === 1;
      const trouble = this.#block(this.#bits(2));
      // Bits that are not there read as 0: what they seem to say is nothing.
      if (this.#overrun()) return 'cut';
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  }

  /** Bytes that were read. */
  get end(): number {
    return Math.ceil(this.#bit / 8);
  }

  /** True when more bits have been read than there are; those read as 0. */
  #overrun(): boolean {
    return this.#bit > this.#input.length * 8;
  }

  #bits(count: number): number {
    let value = 0;
    for (let place = 0; place < count; place++, this.#bit++)
      value |= (((this.#input[this.#bit >>> 3] ?? 0) >>> (this.#bit & 7)) & 1) << place;
    return value;
  }

  /** The next symbol; `undefined` for bits that are no code. */
  #symbol({ counts, symbols }: PrefixCode): number | undefined {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.#bits(1);
      const count = counts[length]!;
      if (code - first < count) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return undefined;
  }

  #block(kind: number): Trouble {
    if (kind === 0) return this.#stored();
    if (kind === 1) return this.#compressed(FIXED_LITERALS, FIXED_DISTANCES);
    if (kind === 2) return this.#dynamic();
    return 'damaged';
  }

  #stored(): Trouble {
    this.#bit = (this.#bit + 7) & ~7;
    this.#sound = this.#length;
    const length = this.#bits(16);
    if ((this.#bits(16) ^ length) !== 0xffff) return 'damaged';
    const at = this.#bit >>> 3;
    this.#bit += length * 8;
    if (this.#overrun()) return 'damaged';
    if (this.#length + length > this.#output.length) return 'too-long';
    this.#output.set(this.#input.subarray(at, at + length), this.#length);
    this.#length += length;
    return undefined;
  }

  /** §3.2.7: the two codes come as lengths, which are in a code of their own, with repetitions. */
  #dynamic(): Trouble {
    const literals = this.#bits(5) + 257;
    const distances = this.#bits(5) + 1;
    const written = this.#bits(4) + 4;
    if (literals > LAST_LENGTH_SYMBOL + 1 || distances > DISTANCE_BASE.length) return 'damaged';
    const codeLengths = new Uint8Array(CODE_LENGTH_ORDER.length);
    for (const symbol of CODE_LENGTH_ORDER.slice(0, written)) codeLengths[symbol] = this.#bits(3);
    const code = prefixCode(codeLengths);
    if (code === undefined) return 'damaged';
    const lengths = new Uint8Array(literals + distances);
    for (let at = 0; at < lengths.length; ) {
      const symbol = this.#symbol(code);
      if (symbol === undefined || (symbol === 16 && at === 0)) return 'damaged';
      const value = symbol < 16 ? symbol : symbol === 16 ? lengths[at - 1]! : 0;
      const times =
        symbol < 16
          ? 1
          : symbol === 16
            ? 3 + this.#bits(2)
            : symbol === 17
              ? 3 + this.#bits(3)
              : 11 + this.#bits(7);
      if (at + times > lengths.length) return 'damaged';
      lengths.fill(value, at, at + times);
      at += times;
    }
    return this.#compressed(
      prefixCode(lengths.subarray(0, literals)),
      prefixCode(lengths.subarray(literals)),
    );
  }

  #compressed(literals: PrefixCode | undefined, distances: PrefixCode | undefined): Trouble {
    if (literals === undefined || distances === undefined) return 'damaged';
    while (!this.#overrun()) {
      this.#sound = this.#length;
      const symbol = this.#symbol(literals);
      if (symbol === END_OF_BLOCK) return undefined;
      if (symbol === undefined || symbol > LAST_LENGTH_SYMBOL) return 'damaged';
      if (symbol < END_OF_BLOCK) {
        if (this.#length === this.#output.length) return 'too-long';
        this.#output[this.#length++] = symbol;
      } else {
        const trouble = this.#match(symbol - END_OF_BLOCK - 1, distances);
        if (trouble !== undefined) return trouble;
      }
    }
    return 'damaged';
  }

  /** Repeats bytes of before; the repetition may run into what it writes. */
  #match(lengthIndex: number, distances: PrefixCode): Trouble {
    const length = LENGTH_BASE[lengthIndex]! + this.#bits(LENGTH_EXTRA[lengthIndex]!);
    const symbol = this.#symbol(distances);
    if (symbol === undefined || symbol >= DISTANCE_BASE.length) return 'damaged';
    const distance = DISTANCE_BASE[symbol]! + this.#bits(DISTANCE_EXTRA[symbol]!);
    if (distance > this.#length) return 'damaged';
    if (this.#length + length > this.#output.length) return 'too-long';
    for (let count = 0; count < length; count++, this.#length++)
      this.#output[this.#length] = this.#output[this.#length - distance]!;
    return undefined;
  }
}

/** What deflated bytes hold as far as they go, and where they end by what they say themselves; that may be behind the last byte. */
export interface PackedBeginning {
  readonly content: Uint8Array;
  /** Absent where they go on. */
  readonly end?: number;
}

/** Reads deflated bytes whose end may be missing, whatever stands behind them; `undefined` when they are none. */
export function packedBeginning(bytes: Uint8Array, limit: number): PackedBeginning | undefined {
  const inflater = new Inflater(bytes, limit);
  const trouble = inflater.blocks();
  if (trouble === undefined) return { content: inflater.content, end: inflater.end };
  return trouble === 'cut' ? { content: inflater.content } : undefined;
}

/** Inflates all of `packed`; never makes nor keeps more than `limit` bytes. */
export function inflate(packed: Uint8Array, limit: number): Result<Uint8Array> {
  return new Inflater(packed, limit).run();
}
