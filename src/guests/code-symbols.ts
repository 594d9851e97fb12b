/**
 * Names of places in a guest's code, and of its variables, from the symbol table of its ELF file, and of ELF files in it that are
 * not loaded (the programs of the teaching kernel), or from the tables that a Linux image has in itself, for people who look at it. A
 * file may state anything: what is wrong has no names.
 */
import {
  isElf,
  type LoadedPart,
  loadedAt,
  loadedParts,
  programsIn,
  symbolSection,
  type Wide,
} from './elf.ts';
import { kallsyms } from './kallsyms.ts';

/** A name, and how far behind its place an address lies. */
export interface NamedPlace {
  readonly name: string;
  readonly offset: number;
}

interface CodeSymbol {
  readonly lo: number;
  readonly hi: number;
  readonly size: number;
  readonly name: string;
}

/** A variable, or a number that has a name. */
export interface NamedValue {
  readonly lo: number;
  readonly hi: number;
  /** Bytes of the variable; 0 of a number. */
  readonly size: number;
}

/** A name of code or of a variable, and where it begins. */
export interface SymbolPlace {
  readonly name: string;
  readonly kind: 'code' | 'variable';
  readonly lo: number;
  readonly hi: number;
}

/** System V ABI, "Symbol Table". */
const SYMBOL_SIZE = 24;
const TYPE_NONE = 0;
const TYPE_OBJECT = 1;
const TYPE_FUNCTION = 2;
/** Sections with a number from here on are none: absolute values, common blocks. */
const RESERVED_SECTIONS = 0xff00;
const ABSOLUTE = 0xfff1;
const MOST_SYMBOLS = 200_000;
const LONGEST_NAME = 128;
/** Code without a size (assembly) reaches so far at most: functions that have no name may follow. */
const NO_SIZE_REACH = 128;

function nameAt(strings: Uint8Array, at: number): string {
  const part = strings.subarray(at, at + LONGEST_NAME);
  const end = part.indexOf(0);
  return new TextDecoder().decode(part.subarray(0, end < 0 ? part.length : end));
}

/** Functions, and labels of assembly; `$x` and the like mark kinds of content (RISC-V psABI, mapping symbols). */
function symbolAt(view: DataView, strings: Uint8Array, at: number): CodeSymbol | undefined {
  const kind = view.getUint8(at + 4) & 15;
  const section = view.getUint16(at + 6, true);
  if ((kind !== TYPE_FUNCTION && kind !== TYPE_NONE) || section === 0 || section >= RESERVED_SECTIONS)
    return undefined;
  const name = nameAt(strings, view.getUint32(at, true));
  if (name === '' || name.startsWith('$') || name.startsWith('.L')) return undefined;
  const size = view.getUint32(at + 20, true) > 0 ? 0xffff_ffff : view.getUint32(at + 16, true);
  return { lo: view.getUint32(at + 8, true), hi: view.getUint32(at + 12, true), size, name };
}

/** A variable, or an absolute symbol that is no code: its name and value. */
function valueAt(view: DataView, strings: Uint8Array, at: number): readonly [string, NamedValue] | undefined {
  const kind = view.getUint8(at + 4) & 15;
  const section = view.getUint16(at + 6, true);
  const isVariable = kind === TYPE_OBJECT && section !== 0 && section < RESERVED_SECTIONS;
  if (!isVariable && !(kind === TYPE_NONE && section === ABSOLUTE)) return undefined;
  const size = view.getUint32(at + 20, true) > 0 ? 0xffff_ffff : view.getUint32(at + 16, true);
  const value = { lo: view.getUint32(at + 8, true), hi: view.getUint32(at + 12, true), size };
  return [nameAt(strings, view.getUint32(at, true)), value];
}

/** By address; of several at one place the one with a size comes last. */
function byAddress(a: CodeSymbol, b: CodeSymbol): number {
  return a.hi - b.hi || a.lo - b.lo || a.size - b.size;
}

function halvesOf(address: number): Wide {
  return { lo: address >>> 0, hi: Math.floor(address / 0x1_0000_0000) };
}

/** The same place by the address that it is loaded at; what is not loaded stays where it is. */
function movedTo<Place extends Wide>(parts: readonly LoadedPart[], place: Place): Place {
  const address = loadedAt(parts, place);
  return address === undefined ? place : { ...place, ...halvesOf(address) };
}

/** Index of the first symbol behind an address, of symbols by address. */
function firstAfter(symbols: readonly CodeSymbol[], lo: number, hi: number): number {
  let [from, to] = [0, symbols.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const symbol = symbols[middle]!;
    if (symbol.hi < hi || (symbol.hi === hi && symbol.lo <= lo)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Types of symbols of a kernel that are code (`nm`); a lower-case letter is local to its file. */
const CODE_TYPES = 'tTwW';
/** Types that are no place: absolute values, and what has no type. */
const NO_PLACE_TYPES = 'aAnN';

/** The symbols of a Linux image, each as long as there is to the next. */
function ofKernel(image: Uint8Array): (CodeSymbol & { readonly variable: boolean })[] {
  const all = kallsyms(image);
  return all.flatMap(({ lo, hi, type, name }, index) => {
    if (NO_PLACE_TYPES.includes(type) || name === '' || name.startsWith('$') || name.startsWith('.L'))
      return [];
    let next = index + 1;
    while (all[next]?.lo === lo && all[next]?.hi === hi) next++;
    const end = all[next];
    const size = end === undefined ? NO_SIZE_REACH : (end.hi - hi) * 0x1_0000_0000 + end.lo - lo;
    return [{ lo, hi, size, name, variable: !CODE_TYPES.includes(type) }];
  });
}

/** A place with its name as it is sought. */
interface Sought {
  readonly place: SymbolPlace;
  readonly lower: string;
}

/** Names by the addresses that the image was linked for; those of its code before it translates: {@link CodeSymbols.asLoaded}. */
export class CodeSymbols {
  readonly #bytes: Uint8Array;
  readonly #parts: readonly LoadedPart[];
  #loaded: CodeSymbols | undefined;
  /** By address. */
  readonly #list: readonly CodeSymbol[];
  /** The first of a name; the image's own before those of programs that it has in itself. */
  readonly #byName: ReadonlyMap<string, CodeSymbol>;
  readonly #values = new Map<string, NamedValue>();
  /** By address. */
  readonly #variables: readonly CodeSymbol[];
  #sorted: readonly Sought[] | undefined;

  /** Of an image as its file is; anything but an ELF file has no names. */
  constructor(bytes: Uint8Array, by: 'linked' | 'loaded' = 'linked') {
    this.#bytes = bytes;
    this.#parts = loadedParts(bytes);
    const placed = <Place extends Wide>(place: Place): Place =>
      by === 'linked' ? place : movedTo(this.#parts, place);
    const found: CodeSymbol[] = [];
    const byName = new Map<string, CodeSymbol>();
    // Programs run only when there is translation, at the addresses that they were linked for.
    const files = isElf(bytes) ? [bytes, ...(by === 'linked' ? programsIn(bytes) : [])] : [];
    for (const file of files) {
      const own = this.#read(file, placed).sort(byAddress);
      for (const symbol of own) if (!byName.has(symbol.name)) byName.set(symbol.name, symbol);
      found.push(...own.slice(0, MOST_SYMBOLS - found.length));
    }
    if (files.length === 0) {
      for (const { variable, ...symbol } of ofKernel(bytes)) {
        if (variable) this.#values.set(symbol.name, symbol);
        else {
          found.push(symbol);
          if (!byName.has(symbol.name)) byName.set(symbol.name, symbol);
        }
      }
    }
    this.#list = found.sort(byAddress);
    this.#byName = byName;
    this.#variables = [...this.#values]
      .flatMap(([name, value]) => (value.size > 0 ? [{ name, ...value }] : []))
      .sort(byAddress);
  }

  /** The symbols of one file that name code; its values are noted, unless they have been by an earlier file. */
  #read(file: Uint8Array, placed: <Place extends Wide>(place: Place) => Place): CodeSymbol[] {
    const table = symbolSection(file);
    if (table === undefined) return [];
    const { symbols, strings } = table;
    const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    const end = Math.min(symbols.length, MOST_SYMBOLS * SYMBOL_SIZE);
    const found: CodeSymbol[] = [];
    for (let at = 0; at + SYMBOL_SIZE <= end; at += SYMBOL_SIZE) {
      const symbol = symbolAt(view, strings, at);
      if (symbol !== undefined) found.push(placed(symbol));
      const value = valueAt(view, strings, at);
      // A number is no place.
      if (value !== undefined && !this.#values.has(value[0]))
        this.#values.set(value[0], value[1].size > 0 ? placed(value[1]) : value[1]);
    }
    return found;
  }

  /** The same names by the physical addresses that the image is loaded at: what a hart names that does not translate. */
  asLoaded(): CodeSymbols {
    this.#loaded ??= new CodeSymbols(this.#bytes, 'loaded');
    return this.#loaded;
  }
  /** Where what was linked for an address is loaded. */
  loadedAt(lo: number, hi: number): Wide | undefined {
    const address = loadedAt(this.#parts, { lo, hi });
    return address === undefined ? undefined : halvesOf(address);
  }
  /** Where a name begins. */
  find(name: string): { readonly lo: number; readonly hi: number } | undefined {
    return this.#byName.get(name);
  }
  /** A variable, or a number, by its name. */
  value(name: string): NamedValue | undefined {
    return this.#values.get(name);
  }
  /** Names of code and variables that have a text in them, whatever its case: those that begin with it first, then by name. */
  matching(part: string): readonly SymbolPlace[] {
    const wanted = part.toLowerCase();
    // A kernel has a hundred thousand names, and is asked with every key: they are put in order once.
    this.#sorted ??= this.#places()
      .map((place) => ({ place, lower: place.name.toLowerCase() }))
      .sort(({ place: a }, { place: b }) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    const found = this.#sorted.filter(({ lower }) => lower.includes(wanted));
    const begins = ({ lower }: Sought): boolean => lower.startsWith(wanted);
    return [...found.filter(begins), ...found.filter((each) => !begins(each))].map(({ place }) => place);
  }
  /** The variable that an address lies in. */
  variableAt(lo: number, hi: number): NamedPlace | undefined {
    const variable = this.#variables[firstAfter(this.#variables, lo, hi) - 1];
    if (variable?.hi !== hi) return undefined;
    const offset = lo - variable.lo;
    return offset < variable.size ? { name: variable.name, offset } : undefined;
  }
  /** The symbol that an address lies in. */
  at(lo: number, hi: number): NamedPlace | undefined {
    const last = firstAfter(this.#list, lo, hi) - 1;
    const symbol = this.#list[last];
    if (symbol === undefined || symbol.hi !== hi) return undefined;
    const offset = lo - symbol.lo;
    const reach = symbol.size === 0 ? NO_SIZE_REACH : symbol.size;
    return offset < reach ? { name: symbol.name, offset } : undefined;
  }
  /** Names that begin in a page, by their offsets in it. */
  inPage(lo: number, hi: number): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const end = firstAfter(this.#list, lo + 4095, hi);
    for (let index = end - 1; index >= 0; index--) {
      const symbol = this.#list[index]!;
      if (symbol.hi !== hi || symbol.lo < lo) break;
      if (!names.has(symbol.lo - lo)) names.set(symbol.lo - lo, symbol.name);
    }
    return names;
  }

  #places(): SymbolPlace[] {
    const places = this.#list.map(({ name, lo, hi }): SymbolPlace => ({ name, kind: 'code', lo, hi }));
    for (const [name, { lo, hi, size }] of this.#values)
      if (size > 0) places.push({ name, kind: 'variable', lo, hi });
    return places;
  }
}
