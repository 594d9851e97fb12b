/**
 * The engine area: addresses of everything that WebAssembly and TypeScript share, as data. The build renders the same
 * table as constants for the engine's AssemblyScript. Order is layout; sizes are bytes.
 */
import { LIMITS } from '#base/catalogue/limits';
import { ENGINE_CSR_SLOTS } from '#isa/csr-slots';

/** Harts that one host can have. */
export const MAX_HARTS: number = LIMITS.harts;
/** Entries of each of a hart's three TLBs (read, write, execute). */
export const TLB_ENTRIES = 512;
/** Decoded pages kept. */
export const DECODED_PAGES = 1024;
/** Parts of them, each of which belongs to one VM. */
export const POOL_SEGMENTS = 16;
/** One decoded page: 2048 entries of 8 bytes, two end entries, and its header; see engine/fetch.ts. */
export const DECODED_PAGE_SIZE: number = 2048 * 8 + 64 + 256 + 128;
/** Entries of translated code that can exist at a time, and the bytes of their descriptors. */
export const TRANSLATED_ENTRIES = 16384;
export const TRANSLATED_ENTRY_SIZE = 32;
/** Places where the interpreter was found at work, until the translator looks at them. */
export const SAMPLES = 64;
export const SAMPLE_SIZE = 56;
/** Base registers of a region whose last page is remembered, at most. */
export const REMEMBERED_PAGES = 12;
/** Breakpoints that there can be at a time; address, space and VMID of each. */
export const BREAKS_MAX = 16;
export const BREAK_SIZE = 24;
/** Address spaces that are remembered of each hart; see engine/left-spaces.ts. */
export const LEFT_SPACES = 16;
/** One of them: vsatp, and when it was left. */
export const LEFT_SPACE_SIZE = 16;
/** Who takes traps, and from where, as a bare machine counts them: M-mode, HS-mode from below itself, HS-mode from its guest. */
export const TRAP_TAKERS = ['firmware', 'system', 'hypervisor'] as const;
/** Causes that are counted of each: exceptions, then interrupts. */
export const TRAP_CAUSES = 64;
/** Bytes that TypeScript hands to the hash at a time. */
export const SCRATCH_SIZE = 65536;
/** Largest RAM of a host. */
export const MAX_RAM_SIZE: number = LIMITS.machineRamBytes.most;

/** A field of the engine area: name (as a constant of the engine) and bytes. What it is stands above it: the page loads this file. */
export interface LayoutField {
  readonly name: string;
  readonly size: number;
}

/** What a hart *is*: saved, restored, hashed and swapped as one block. */
const ARCHITECTURAL_FIELDS: readonly LayoutField[] = [
  /** x0..x31; the 33rd takes writes to x0. */
  { name: 'X', size: 33 * 8 },
  /** f0..f31, NaN-boxed. */
  { name: 'F', size: 32 * 8 },
  /** Address of the next instruction. */
  { name: 'PC', size: 8 },
  /** Nominal privilege: 0 U, 1 S, 3 M. */
  { name: 'PRIV', size: 4 },
  /** V, 1 in VS and VU. */
  { name: 'VIRT', size: 4 },
  /** 1 while a WFI waits. */
  { name: 'WAITING', size: 4 },
  /** 1 while a load reservation is held. */
  { name: 'RESERVED', size: 4 },
  /** SPA of the reservation set. */
  { name: 'RESERVATION', size: 8 },
  /** Virtual ns when the hart last stopped. */
  { name: 'NOW', size: 8 },
  /** Instructions retired up to the last stop. */
  { name: 'INSTRET', size: 8 },
  /** Address spaces with cached translations; see engine/tlb.ts. */
  { name: 'SPACES', size: 32 * 24 },
  /** The space that gives way when all are taken. */
  { name: 'SPACE_VICTIM', size: 4 },
  /** Tag number of the next space. */
  { name: 'NEXT_SLOT', size: 4 },
  /** Filter: superpages of which fragments may be cached. */
  { name: 'SUPERPAGES', size: 128 },
  /** Last-level tables that walks have found; see engine/walk-cache.ts. */
  { name: 'LEAF_TABLES', size: 2 * 64 * 16 },
  ...ENGINE_CSR_SLOTS.map((name) => ({ name: `CSR_${name.toUpperCase()}`, size: 8 })),
];

/** Settings and counters of the engine: never part of the state hash. */
const ENGINE_FIELDS: readonly LayoutField[] = [
  /** Bytes of host RAM. */
  { name: 'RAM_SIZE', size: 4 },
  /** 1: traps into HS-mode leave run(). */
  { name: 'ATTACHED', size: 4 },
  /** Virtual ns of one instruction. */
  { name: 'NS_PER_INSTRUCTION', size: 4 },
  /** Optional extensions that all harts have; bits by isa/extensions.ts. */
  { name: 'EXTENSIONS', size: 4 },
  /** The selected hart. */
  { name: 'HART', size: 4 },
  /** Instructions between samples for the translator; 0: none. */
  { name: 'SAMPLE_EVERY', size: 4 },
  /** Samples taken since the translator looked. */
  { name: 'SAMPLE_COUNT', size: 4 },
  /** Fast arrays of the selected hart. */
  { name: 'TLB_BASE', size: 4 },
  /** Low bits of the tags of loads and stores. */
  { name: 'DATA_CONTEXT', size: 8 },
  /** Low bits of the tags of fetches. */
  { name: 'FETCH_CONTEXT', size: 8 },
  /** Instructions executed by translated code. */
  { name: 'STAT_TRANSLATED', size: 8 },
  /** Calls of translated code. */
  { name: 'STAT_ENTERED', size: 8 },
  /** Low half of the address of the indirect jump by which translated code was left, or 0. */
  { name: 'JUMPED_FROM', size: 4 },
  /** Cycles in which none of its instructions executed, of one visit to translated code. */
  { name: 'STALLED', size: 4 },
  /** 1: no interrupt that is enabled is pending, until the leg ends. */
  { name: 'QUIET', size: 4 },
  /** Traps taken. */
  { name: 'STAT_TRAPS', size: 8 },
  /** Interrupts taken. */
  { name: 'STAT_INTERRUPTS', size: 8 },
  /** Fills of the TLBs: load, store, execute. */
  { name: 'STAT_TLB_MISSES', size: 3 * 8 },
  /** Walks by stage: VS-stage (or the only one), G-stage. */
  { name: 'STAT_WALKS', size: 2 * 8 },
  /** Those of them that knew the last-level table. */
  { name: 'STAT_SHORT_WALKS', size: 2 * 8 },
  /** Page-table entries read by walks, by stage. */
  { name: 'STAT_WALK_REFERENCES', size: 2 * 8 },
  /** Accesses that left the engine. */
  { name: 'STAT_MMIO', size: 8 },
  /** Breakpoints; see engine/breaks.ts. */
  { name: 'BREAK_COUNT', size: 4 },
  /** Their addresses. */
  { name: 'BREAKS', size: BREAKS_MAX * BREAK_SIZE },
  /** By hart: the breakpoint that it goes on from. */
  { name: 'BREAK_PASS', size: MAX_HARTS * 16 },
];

/** A placed field. */
export interface PlacedField extends LayoutField {
  readonly address: number;
}

function place(fields: readonly LayoutField[], from: number): { placed: PlacedField[]; end: number } {
  let at = from;
  const placed = fields.map((field) => {
    at = Math.ceil(at / Math.min(8, field.size)) * Math.min(8, field.size);
    const address = at;
    at += field.size;
    return { ...field, address };
  });
  return { placed, end: Math.ceil(at / 64) * 64 };
}

const engine = place(ENGINE_FIELDS, 0x100);
const window = place(ARCHITECTURAL_FIELDS, engine.end);

/** First byte and size of the window: the state of the selected hart. */
export const WINDOW: number = engine.end;
export const WINDOW_SIZE: number = window.end - engine.end;

/** TLB arrays of one hart: architectural read/write/execute, then fast read/write/execute, 16 bytes an entry. */
export const TLB_ARRAY_SIZE: number = TLB_ENTRIES * 16;
export const TLB_HART_SIZE: number = TLB_ARRAY_SIZE * 6;

const blocks = place(
  [
    /** States of the harts that are not selected. */
    { name: 'HART_SLOTS', size: WINDOW_SIZE * MAX_HARTS },
    /** TLB arrays, by hart. */
    { name: 'TLBS', size: TLB_HART_SIZE * MAX_HARTS },
    /** Decoded form of an instruction that lies in two pages, and what follows it. */
    { name: 'CROSSING', size: 64 },
    /** Decoded form of an instruction that the interpreter takes from translated code, and what follows it. */
    { name: 'SINGLE', size: 64 },
    /** Pages that translated code went to last, by base register. */
    { name: 'LAST_PAGES', size: 64 * 16 },
    /** See engine/translated.ts. */
    { name: 'SAMPLE_BUFFER', size: SAMPLES * SAMPLE_SIZE },
    /** Entries of translated code; see engine/translated.ts. */
    { name: 'DESCRIPTORS', size: TRANSLATED_ENTRIES * TRANSLATED_ENTRY_SIZE },
    /** Bytes on their way into the hash. */
    { name: 'SCRATCH', size: SCRATCH_SIZE },
    /** Host address of the decoded page of a frame, or 0. */
    { name: 'DECODED_INDEX', size: (MAX_RAM_SIZE / 4096) * 4 },
    /** Where the fast write TLBs may hold a frame; see engine/fast-writers.ts. */
    { name: 'FAST_WRITERS', size: (MAX_RAM_SIZE / 4096) * 2 },
    /** Frames that have changed; see engine/written-frames.ts. */
    { name: 'WRITTEN_FRAMES', size: MAX_RAM_SIZE / 4096 },
    /** Whose parts of the decoded pages are; see engine/decoded-pool.ts. */
    { name: 'DECODED_SEGMENTS', size: POOL_SEGMENTS * 16 },
    /** Decoded pages. */
    { name: 'DECODED_POOL', size: DECODED_PAGES * DECODED_PAGE_SIZE },
    /** Where they end. */
    { name: 'DECODED_POOL_END', size: 8 },
    /** By hart: address spaces that its guest has left; see engine/left-spaces.ts. */
    { name: 'LEFT_SPACES_OF', size: MAX_HARTS * LEFT_SPACES * LEFT_SPACE_SIZE },
    /** Traps of a bare machine, by who takes them and by cause; see taken-traps.ts. */
    { name: 'TAKEN_TRAPS', size: TRAP_TAKERS.length * TRAP_CAUSES * 8 },
  ],
  window.end,
);

/** Offset of host RAM (SPA 0x8000_0000) in the memory: a multiple of the WebAssembly page. */
export const RAM_OFFSET: number = Math.ceil(blocks.end / 65536) * 65536;

/** All placed fields, in order of address. */
export const LAYOUT: readonly PlacedField[] = [...engine.placed, ...window.placed, ...blocks.placed];

const addresses = new Map(LAYOUT.map((field) => [field.name, field.address]));

/** Address of a field by name; an unknown name is our own mistake. */
export function addressOfField(name: string): number {
  const address = addresses.get(name);
  if (address === undefined) throw new Error(`no layout field ${name}`);
  return address;
}
