/**
 * The symbols that a Linux kernel has in itself (CONFIG_KALLSYMS), read from its image. Nothing in the image says where the tables
 * are: they are found by the table of tokens, of which the digits are recognised, and every other table is checked against the ones
 * that were found before it. The layout is that of scripts/kallsyms.c (6.4 and later, and up to 6.1). A file may hold anything: what
 * does not fit together has no symbols, and every loop is bounded by the file.
 */

/** A symbol with its type, as `nm` has it. */
export interface KernelSymbol {
  readonly lo: number;
  readonly hi: number;
  readonly type: string;
  readonly name: string;
}

const TOKENS = 256;
const DIGIT_ZERO = 0x30;
/** The tokens of the digits, one after the other; each is its own character in every kernel that has names with digits. */
const DIGITS = Uint8Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? DIGIT_ZERO + n / 2 : 0));
const LONGEST_TOKEN = 128;
/** A name in `kallsyms_markers` of so many. */
const NAMES_PER_MARKER = 256;
const MOST_SYMBOLS = 400_000;
/** Places that look like the digits, at most. */
const MOST_PLACES = 64;
const LONGEST_NAME = 512;
/** Names that are looked at in all to find where they begin: a file can have many places that look so. */
const MOST_TRIES = 4 * MOST_SYMBOLS;
/** Bytes that a name takes in its compressed form, at most, with its length. */
const MOST_NAME_BYTES = LONGEST_NAME + 2;
/** Where a 64-bit kernel is linked, if its image leaves the base to be filled in when it starts (KERNEL_LINK_ADDR). */
const LINK_HI = 0xffff_ffff;
const LINK_LO = 0x8000_0000;

interface Tables {
  readonly view: DataView;
  readonly image: Uint8Array;
  readonly tokens: readonly Uint8Array[];
  /** Where the table of tokens begins, and where its index ends. */
  readonly tokensAt: number;
  readonly indexEnd: number;
}

interface Names {
  readonly count: number;
  /** Where the number of symbols stands, and where the names begin. */
  readonly countAt: number;
  readonly namesAt: number;
}

function up(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** Where the tokens of the digits may stand. */
function placesOfDigits(image: Uint8Array): number[] {
  const places: number[] = [];
  let at = image.indexOf(DIGIT_ZERO);
  while (at >= 0 && places.length < MOST_PLACES) {
    const from = at;
    if (DIGITS.every((byte, index) => image[from + index] === byte)) places.push(at);
    at = image.indexOf(DIGIT_ZERO, at + 1);
  }
  return places;
}

/** The tables of tokens around the digits, if the index behind the tokens says the same. */
function tablesAt(image: Uint8Array, view: DataView, digits: number): Tables | undefined {
  let tokensAt = digits;
  for (let token = 0; token < DIGIT_ZERO; token++) {
    // The one before the last ends with the zero in front of it.
    const from = Math.max(0, tokensAt - 2 - LONGEST_TOKEN);
    const before = image.subarray(from, Math.max(from, tokensAt - 1)).lastIndexOf(0);
    if (before < 0) return undefined;
    tokensAt = from + before + 1;
  }
  const tokens: Uint8Array[] = [];
  const offsets: number[] = [];
  let at = tokensAt;
  for (let token = 0; token < TOKENS; token++) {
    const length = image.subarray(at, at + LONGEST_TOKEN).indexOf(0);
    if (length < 0) return undefined;
    const end = at + length;
    offsets.push(at - tokensAt);
    tokens.push(image.subarray(at, end));
    at = end + 1;
  }
  for (const align of [8, 4, 2]) {
    const indexAt = up(at, align);
    if (indexAt + TOKENS * 2 > image.length) return undefined;
    if (offsets.every((offset, token) => view.getUint16(indexAt + token * 2, true) === offset))
      return { view, image, tokens, tokensAt, indexEnd: indexAt + TOKENS * 2 };
  }
  return undefined;
}

/** Offsets of each 256th name, which stand before the tokens, the last one first in the file’s way back; and where they begin. */
function markersBefore({ view, tokensAt }: Tables): {
  readonly markers: readonly number[];
  readonly at: number;
} {
  const markers: number[] = [];
  let at = (tokensAt & ~3) - 4;
  // The table of tokens is aligned: a zero may stand between.
  if (at >= 0 && view.getUint32(at, true) === 0) at -= 4;
  for (let last = Number.POSITIVE_INFINITY; at >= 0; at -= 4) {
    const marker = view.getUint32(at, true);
    if (marker >= last) return { markers: [], at };
    markers.push(marker);
    if (marker === 0) break;
    last = marker;
  }
  return { markers: markers.reverse(), at: Math.max(at, 0) };
}

/** The length of the compressed name at a place, and of what says it: one byte, or two for long names (since 6.1). */
function lengthAt(image: Uint8Array, at: number): readonly [length: number, bytes: number] {
  const first = image[at] ?? 0;
  return (first & 0x80) === 0 ? [first, 1] : [(first & 0x7f) | ((image[at + 1] ?? 0) << 7), 2];
}

/** How many names may still be looked at. */
interface Budget {
  left: number;
}

/** True when there are so many names, each 256th of which is where its marker says. */
function isNames(
  image: Uint8Array,
  names: Names,
  markers: readonly number[],
  end: number,
  budget: Budget,
): boolean {
  let at = names.namesAt;
  for (let name = 0; name < names.count; name++) {
    budget.left -= 1;
    if (budget.left < 0) return false;
    if (name % NAMES_PER_MARKER === 0 && at - names.namesAt !== markers[name / NAMES_PER_MARKER])
      return false;
    const [length, bytes] = lengthAt(image, at);
    if (length === 0 || length > LONGEST_NAME) return false;
    at += bytes + length;
    if (at > end) return false;
  }
  return end - at < 8;
}

/** The names that the markers speak of. */
function namesBefore(tables: Tables, budget: Budget): Names | undefined {
  const { image, view } = tables;
  const { markers, at: markersAt } = markersBefore(tables);
  const last = markers.at(-1);
  if (last === undefined || markers.length < 2) return undefined;
  const latest = (markersAt - last) & ~7;
  const earliest = Math.max(0, latest - NAMES_PER_MARKER * MOST_NAME_BYTES);
  for (let namesAt = latest; namesAt >= earliest + 8; namesAt -= 8) {
    const count = view.getUint32(namesAt - 8, true);
    const isCount =
      count > (markers.length - 1) * NAMES_PER_MARKER && count <= markers.length * NAMES_PER_MARKER;
    if (!isCount || count > MOST_SYMBOLS) continue;
    const names = { count, countAt: namesAt - 8, namesAt };
    if (isNames(image, names, markers, markersAt, budget)) return names;
  }
  return undefined;
}

interface Addresses {
  readonly offsetsAt: number;
  readonly lo: number;
  readonly hi: number;
}

/** Offsets that rise, and the base that they are from; undefined where there are no such. */
function addressesAt(
  { view, image }: Tables,
  count: number,
  offsetsAt: number,
  baseAt: number,
): Addresses | undefined {
  if (offsetsAt < 0 || baseAt < 0 || offsetsAt + count * 4 > image.length || baseAt + 8 > image.length)
    return undefined;
  let last = 0;
  for (let n = 0; n < count; n++) {
    const offset = view.getUint32(offsetsAt + n * 4, true);
    if (offset < last) return undefined;
    last = offset;
  }
  const [lo, hi] = [view.getUint32(baseAt, true), view.getUint32(baseAt + 4, true)];
  if (last === 0) return undefined;
  if (lo === 0 && hi === 0) return { offsetsAt, lo: LINK_LO, hi: LINK_HI };
  return (lo & 0xfff) === 0 && hi >= 0xffff_0000 ? { offsetsAt, lo, hi } : undefined;
}

/** They stand behind the index of tokens, since 6.4, or before the number of symbols. */
function addressesOf(tables: Tables, { count, countAt }: Names): Addresses | undefined {
  const behind = up(tables.indexEnd, 8);
  const bytes = up(count * 4, 8);
  return (
    addressesAt(tables, count, behind, behind + bytes) ??
    addressesAt(tables, count, countAt - 8 - bytes, countAt - 8)
  );
}

function symbolsOf(
  { image, view, tokens }: Tables,
  { count, namesAt }: Names,
  addresses: Addresses,
): KernelSymbol[] {
  const texts = tokens.map((token) => String.fromCharCode(...token));
  const symbols: KernelSymbol[] = [];
  let at = namesAt;
  for (let n = 0; n < count; n++) {
    const [length, bytes] = lengthAt(image, at);
    at += bytes;
    let text = '';
    for (const token of image.subarray(at, at + length))
      if (text.length < LONGEST_NAME) text += texts[token] ?? '';
    at += length;
    const lo = addresses.lo + view.getUint32(addresses.offsetsAt + n * 4, true);
    const hi = addresses.hi + (lo > 0xffff_ffff ? 1 : 0);
    symbols.push({ lo: lo >>> 0, hi: hi >>> 0, type: text.charAt(0), name: text.slice(1) });
  }
  return symbols;
}

/** The symbols of a kernel by their addresses; none of an image that has no tables of them, or such as do not fit together. */
export function kallsyms(image: Uint8Array): readonly KernelSymbol[] {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const budget: Budget = { left: MOST_TRIES };
  for (const digits of placesOfDigits(image)) {
    const tables = tablesAt(image, view, digits);
    const names = tables && namesBefore(tables, budget);
    const addresses = tables && names && addressesOf(tables, names);
    if (tables && names && addresses) return symbolsOf(tables, names, addresses);
  }
  return [];
}
