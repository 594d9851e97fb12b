/**
 * ELF64 executables for RISC-V: program headers to segments, and symbols by name. Reads only; every offset and count
 * of the file is checked before it is used, nothing is allocated by a size that the file states.
 */
import { addressOf } from '#base/addresses';
import { formatOf } from '#base/catalogue/file-formats';
import { fail, ok, type Result } from '#base/result';

/** A piece of guest memory: `data`, then zeros up to `memorySize`. */
export interface Segment {
  readonly address: number;
  readonly memorySize: number;
  /** A view of the file, not a copy. */
  readonly data: Uint8Array;
}

/** What an executable asks of a loader. */
export interface ElfImage {
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** Where what a symbol names is loaded; `undefined` when the file has none of that name, or its tables are damaged. */
  readonly symbols: (name: string) => number | undefined;
}

/** A 64-bit address as the file states it, in halves: kernels are linked in the upper half, where numbers are not exact. */
export interface Wide {
  readonly lo: number;
  readonly hi: number;
}

/** A piece of the file that is loaded: where it was linked to be, and where it goes. */
export interface LoadedPart {
  readonly linkedAt: Wide;
  readonly isExecutable: boolean;
  readonly segment: Segment;
}

/** Sizes of the records, and the few values of fields that we accept (System V ABI, "Object files"). */
const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const CLASS_64 = 2;
const DATA_LITTLE = 1;
const TYPE_EXECUTABLE = 2;
/** Position-independent executables (OpenSBI is one) relocate themselves; they are loaded where they were linked. */
const TYPE_SHARED = 3;
/** RISC-V psABI, "ELF object files". */
const MACHINE_RISCV = 243;
/** Other machines that people have files of (System V ABI, "e_machine"). */
const MACHINES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'x86 (32-bit)',
  4: 'm68k',
  8: 'MIPS',
  15: 'PA-RISC',
  20: 'PowerPC',
  21: 'PowerPC (64-bit)',
  22: 'S/390',
  40: 'Arm (32-bit)',
  42: 'SuperH',
  43: 'SPARC (64-bit)',
  50: 'Itanium',
  62: 'x86-64',
  83: 'AVR',
  94: 'Xtensa',
  183: 'arm64',
  247: 'BPF',
  258: 'LoongArch',
};
const SEGMENT_LOAD = 1;
/** Names the program that loads the libraries of this one. */
const SEGMENT_INTERPRETER = 3;
const SECTION_SYMBOLS = 2;
const SECTION_PROGRAM_DATA = 1;
/** Flag of a section that is loaded. */
const SECTION_ALLOCATED = 2;
const FLAG_EXECUTE = 1;
/** Real kernels have fewer than ten; a file with more is not worth the work. */
const MAX_SEGMENTS = 256;

/** True when the bytes begin as an ELF file does, of whatever machine. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

function halves(view: DataView, at: number): Wide {
  return { lo: view.getUint32(at, true), hi: view.getUint32(at + 4, true) };
}

/** How far `to` lies behind `from`; nothing when it lies before it, or farther than a number can say. */
function distance(from: Wide, to: Wide): number | undefined {
  const high = to.hi - from.hi - (to.lo < from.lo ? 1 : 0);
  return high < 0 ? undefined : addressOf(to.lo - from.lo, high);
}

/** A 64-bit field that states a place in the file or in memory, as an exact number; nothing when it is none. */
function wide(view: DataView, at: number): number | undefined {
  return addressOf(view.getUint32(at, true), view.getUint32(at + 4, true));
}

/** True when `count` records of `size` bytes from `offset` lie inside the file. */
function inside(view: DataView, offset: number | undefined, count: number, size: number): offset is number {
  return offset !== undefined && offset + count * size <= view.byteLength;
}

/** Is this an ELF64 little-endian RISC-V executable? The first thing that it is not is the answer. */
function checkHeader(bytes: Uint8Array, view: DataView): Result<true> {
  if (view.byteLength < 20) return fail('elf.truncated', { part: 'header' });
  const isLittle = view.getUint8(5) === DATA_LITTLE;
  const machine = view.getUint16(18, isLittle);
  // The machine says most: of an arm64 program nobody needs to know more. A damaged byte order does not hide ours.
  if (view.getUint16(18, true) !== MACHINE_RISCV && machine !== MACHINE_RISCV)
    return fail('elf.notRiscv', { machine, name: MACHINES[machine] ?? `e_machine ${machine}` });
  if (view.getUint8(4) !== CLASS_64) return fail('elf.not64');
  if (!isLittle) return fail('elf.notLittleEndian');
  if (view.byteLength < HEADER_SIZE) return fail('elf.truncated', { part: 'header' });
  const type = view.getUint16(16, true);
  if (type !== TYPE_EXECUTABLE && type !== TYPE_SHARED)
    return fail('elf.notExecutable', { type, format: formatOf(bytes)?.id ?? 'elf' });
  return ok(true);
}

/** One loadable program header. Loaders of boards and hypervisors use the physical address, and so do we. */
function programHeader(bytes: Uint8Array, view: DataView, at: number, index: number): Result<LoadedPart> {
  const fileSize = wide(view, at + 32);
  const memorySize = wide(view, at + 40);
  const address = wide(view, at + 24);
  const offset = wide(view, at + 8);
  if (fileSize === undefined || !inside(view, offset, 1, fileSize))
    return fail('elf.truncated', { part: 'segment', index });
  if (memorySize === undefined || memorySize < fileSize) return fail('elf.badSegment', { index });
  if (address === undefined || !Number.isSafeInteger(address + memorySize))
    return fail('elf.badAddress', { index });
  return ok({
    linkedAt: halves(view, at + 16),
    isExecutable: (view.getUint32(at + 4, true) & FLAG_EXECUTE) !== 0,
    segment: { address, memorySize, data: bytes.subarray(offset, offset + fileSize) },
  });
}

/** Where an address as it was linked is loaded, if it lies in one of these; the end of a part counts where none begins. */
export function loadedAt(parts: readonly LoadedPart[], linked: Wide): number | undefined {
  let atEnd: number | undefined;
  for (const { linkedAt, segment } of parts) {
    const offset = distance(linkedAt, linked);
    if (offset === undefined || offset > segment.memorySize) continue;
    if (offset < segment.memorySize) return segment.address + offset;
    atEnd ??= segment.address + offset;
  }
  return atEnd;
}

/** The entry is an address as it was linked, or the physical one already. Code is looked at first: segments may overlap. */
function physicalEntry(entry: Wide, parts: readonly LoadedPart[]): number | undefined {
  const code = parts.filter(({ isExecutable }) => isExecutable);
  return loadedAt(code, entry) ?? loadedAt(parts, entry) ?? addressOf(entry.lo, entry.hi);
}

/** Parses an ELF64 RISC-V executable. */
export function parseElf(bytes: Uint8Array): Result<ElfImage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = checkHeader(bytes, view);
  if (!header.ok) return header;
  const parts = partsOf(bytes, view);
  if (!parts.ok) return parts;
  const entry = physicalEntry(halves(view, 24), parts.value);
  if (entry === undefined) return fail('elf.badAddress', { index: 'e_entry' });
  return ok({
    entry,
    segments: parts.value.map(({ segment }) => segment),
    symbols: (name) => findSymbol(bytes, parts.value, name),
  });
}

/** What of a file is loaded, and where to; nothing of a file that is no executable of ours. */
export function loadedParts(bytes: Uint8Array): readonly LoadedPart[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = checkHeader(bytes, view).ok ? partsOf(bytes, view) : undefined;
  return parts?.ok === true ? parts.value : [];
}

/** The parts that a checked header's program headers name. Those that take no memory state nothing that counts. */
function partsOf(bytes: Uint8Array, view: DataView): Result<readonly LoadedPart[]> {
  const count = view.getUint16(56, true);
  if (count > MAX_SEGMENTS) return fail('elf.tooManySegments', { count, limit: MAX_SEGMENTS });
  if (count > 0 && view.getUint16(54, true) !== PROGRAM_HEADER_SIZE)
    return fail('elf.badHeader', { field: 'e_phentsize' });
  const table = wide(view, 32);
  if (!inside(view, table, count, PROGRAM_HEADER_SIZE))
    return fail('elf.truncated', { part: 'program headers' });

  const parts: LoadedPart[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * PROGRAM_HEADER_SIZE;
    if (view.getUint32(at, true) === SEGMENT_INTERPRETER) return fail('elf.userProgram');
    const isEmpty = wide(view, at + 32) === 0 && wide(view, at + 40) === 0;
    if (view.getUint32(at, true) !== SEGMENT_LOAD || isEmpty) continue;
    const parsed = programHeader(bytes, view, at, index);
    if (!parsed.ok) return parsed;
    parts.push(parsed.value);
  }
  return parts.length === 0 ? fail('elf.noSegments') : ok(parts);
}

/** The symbol table of an ELF file, and the strings that its names are in. */
export interface SymbolSection {
  readonly symbols: Uint8Array;
  readonly strings: Uint8Array;
}

/** Where the headers of sections begin; none where they make no sense. */
function sectionHeaders(bytes: Uint8Array, view: DataView): readonly number[] {
  if (bytes.length < HEADER_SIZE) return [];
  const sections = wide(view, 40);
  const count = view.getUint16(60, true);
  if (view.getUint16(58, true) !== SECTION_HEADER_SIZE) return [];
  if (!inside(view, sections, count, SECTION_HEADER_SIZE)) return [];
  return Array.from({ length: count }, (_, index) => sections + index * SECTION_HEADER_SIZE);
}

/** Programs that a kernel has in itself may have symbols of their own: ELF files in sections that are not loaded, at most so many. */
const MOST_PROGRAMS = 8;

/** The ELF files that lie in sections of a file which are not loaded. */
export function programsIn(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const programs: Uint8Array[] = [];
  for (const at of sectionHeaders(bytes, view)) {
    if (view.getUint32(at + 4, true) !== SECTION_PROGRAM_DATA) continue;
    if ((view.getUint32(at + 8, true) & SECTION_ALLOCATED) !== 0) continue;
    const content = sectionBytes(bytes, view, at);
    if (content !== undefined && isElf(content)) programs.push(content);
    if (programs.length === MOST_PROGRAMS) break;
  }
  return programs;
}

/** The first symbol table that the file has; a hostile file could repeat one big table in every section header. */
export function symbolSection(bytes: Uint8Array): SymbolSection | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers = sectionHeaders(bytes, view);
  for (const at of headers) {
    if (view.getUint32(at + 4, true) !== SECTION_SYMBOLS) continue;
    const strings = headers[view.getUint32(at + 40, true)];
    if (strings === undefined) continue;
    const found = sectionBytes(bytes, view, strings);
    const symbols = sectionBytes(bytes, view, at);
    if (found !== undefined && symbols !== undefined) return { symbols, strings: found };
  }
  return undefined;
}

/** Looks a symbol up in the file's symbol table. */
function findSymbol(bytes: Uint8Array, parts: readonly LoadedPart[], name: string): number | undefined {
  const table = symbolSection(bytes);
  const linked = table && findInTable(table.symbols, table.strings, new TextEncoder().encode(name));
  return linked && (loadedAt(parts, linked) ?? addressOf(linked.lo, linked.hi));
}

/** Content of a section, or nothing when it does not lie inside the file. */
function sectionBytes(bytes: Uint8Array, view: DataView, header: number): Uint8Array | undefined {
  const offset = wide(view, header + 24);
  const size = wide(view, header + 32);
  if (size === undefined || !inside(view, offset, 1, size)) return undefined;
  return bytes.subarray(offset, offset + size);
}

function findInTable(symbols: Uint8Array, strings: Uint8Array, wanted: Uint8Array): Wide | undefined {
  const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
  for (let at = 0; at + SYMBOL_SIZE <= symbols.length; at += SYMBOL_SIZE) {
    const nameAt = view.getUint32(at, true);
    const isUndefined = view.getUint16(at + 6, true) === 0;
    if (isUndefined || strings[nameAt + wanted.length] !== 0) continue;
    if (wanted.every((byte, index) => strings[nameAt + index] === byte)) return halves(view, at + 8);
  }
  return undefined;
}
