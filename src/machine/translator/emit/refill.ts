/** Has the engine look for the page of an access that often misses the TLB, amid translated code; see engine/refill.ts. */
import type { Access } from '../plan/accesses.ts';
import type { FunctionType } from '../wasm/module.ts';
import { I32, I64, OP } from '../wasm/opcodes.ts';
import { LEFT, type RegionContext } from './region-context.ts';

/** The type of the engine's function: address, what is done there, what is left; what is left then, or -1. */
export const REFILL: FunctionType = {
  parameters: [I64, I32, I32],
  results: [I32],
};

const STORE = 1;
const BYTES_SHIFT = 1;
const LONGEST_SHIFT = 8;
/** The local with what is left. */
const LEFT_THEN = 0;

/** Pops an i32: when it is not 0, the page of the access is not in the TLB. Leaves when the engine cannot serve that. */
export function emitRefill(
  c: RegionContext,
  { kind, bytes }: Pick<Access, 'kind' | 'bytes'>,
  deeper: number,
): void {
  const { w } = c;
  const after = c.scratchWord(LEFT_THEN);
  w.open(OP.if);
  w.get(c.memory.address);
  w.i32((c.misses.longestPath << LONGEST_SHIFT) | (bytes << BYTES_SHIFT) | (kind === 'store' ? STORE : 0));
  w.get(LEFT);
  w.callImported();
  w.tee(after);
  w.i32(0);
  w.op(OP.i32LtS);
  c.leaveIf(deeper + 1);
  w.get(after);
  w.set(LEFT);
  w.op(OP.end);
}
