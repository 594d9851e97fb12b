/**
 * Indirect jumps: from the address in `pc` to a node. A lookup knows the targets in one page; a search finds entries in any page
 * through the TLB, as the interpreter does it.
 */
import type { Edge } from '../plan/flow-graph.ts';
import type { Entry } from '../plan/plan-nodes.ts';
import { OP } from '../wasm/opcodes.ts';
import { EXEC } from './memory-access.ts';
import { BASE, ENTRY, LEFT, NOWHERE, OUT_FAR, type RegionContext } from './region-context.ts';

const PAGE_MASK = -4096;
/** Bytes of an entry's descriptor; see engine/translated.ts. */
export const DESCRIPTOR_SIZE = 32;
const DESCRIPTOR_SHIFT = 5;
const DESCRIPTOR_DELTA = 8;

/**
 * Goes to the target that `pc` names, in a page that is known to be mapped; falls through for all other addresses.
 * @param edges where the targets lead, in their order
 */
export function writeLookup(
  c: RegionContext,
  page: number,
  targets: readonly Entry[],
  edges: readonly Edge[],
  go: (edge: Edge) => void,
): void {
  if (targets.length === 0) return;
  const { w } = c;
  const halfwords = targets.map(({ offset }) => (offset - page * 4096) >> 1);
  const lowest = Math.min(...halfwords);
  const table = new Array<number>(Math.max(...halfwords) - lowest + 1).fill(-1);
  halfwords.forEach((halfword, i) => {
    table[halfword - lowest] = i;
  });
  // Each target has a place behind the table, from where an edge leads on; what is no target falls out of all of them.
  c.open(OP.block, NOWHERE);
  for (let i = 0; i < targets.length; i++) c.open(OP.block, NOWHERE);
  w.get(c.pc);
  c.pushAddressOf(page * 4096 + lowest * 2);
  w.op(OP.i64Sub);
  w.tee(c.address);
  w.i64(table.length * 2);
  w.op(OP.i64GeU);
  w.branch(OP.brIf, targets.length);
  w.get(c.address);
  w.op(OP.i32WrapI64);
  w.i32(1);
  w.op(OP.i32ShrU);
  w.branchTable(
    table.map((i) => (i < 0 ? targets.length : i)),
    targets.length,
  );
  for (let i = 0; i < targets.length; i++) {
    c.close();
    go(edges[i] as Edge);
  }
  c.close();
}

/** What a search needs to know. */
export interface SearchShape {
  /** Address of the first descriptor of the region. */
  readonly descriptors: number;
  readonly entries: number;
  /** The decoded word of an entry, without the address of its descriptor. */
  readonly entryWord: number;
  /** Instructions that must be left for any entry. */
  readonly needed: number;
}

/** Sets `entry` to that of the region that `pc` names, or leaves. */
export function writeSearch(
  c: RegionContext,
  { descriptors, entries, entryWord, needed }: SearchShape,
): void {
  const { w } = c;
  const out = (): void => w.branch(OP.brIf, c.depth(OUT_FAR));
  w.get(LEFT);
  w.i32(needed);
  w.op(OP.i32LtS);
  out();
  w.get(c.pc);
  c.memory.pushSlot();
  w.tee(c.memory.slot);
  w.memory(OP.i64Load, EXEC);
  w.get(c.pc);
  w.i64(PAGE_MASK);
  w.op(OP.i64And);
  w.tee(c.address);
  w.get(c.memory.fetchContext);
  w.op(OP.i64Or);
  w.op(OP.i64Ne);
  out();
  // The word of the decoded entry, turned so that its address comes first.
  w.get(c.memory.slot);
  w.memory(OP.i32Load, EXEC + 8);
  w.get(c.pc);
  w.op(OP.i32WrapI64);
  w.i32(0xffe);
  w.op(OP.i32And);
  w.i32(2);
  w.op(OP.i32Shl);
  w.op(OP.i32Add);
  w.memory(OP.i64Load, 0);
  w.i64(32);
  w.op(OP.i64Rotl);
  w.i64(descriptors + entryWord * 2 ** 32);
  w.op(OP.i64Sub);
  w.tee(c.scratch(0));
  w.i64(entries * DESCRIPTOR_SIZE);
  w.op(OP.i64GeU);
  out();
  // The same frame may be mapped at another address too.
  w.get(c.address);
  w.get(c.scratch(0));
  w.op(OP.i32WrapI64);
  w.tee(c.memory.slot);
  w.memory(OP.i64Load32S, descriptors + DESCRIPTOR_DELTA);
  w.op(OP.i64Sub);
  w.get(BASE);
  w.op(OP.i64Ne);
  out();
  w.get(c.memory.slot);
  w.i32(DESCRIPTOR_SHIFT);
  w.op(OP.i32ShrU);
  w.i32(1);
  w.op(OP.i32Add);
  w.set(ENTRY);
}
