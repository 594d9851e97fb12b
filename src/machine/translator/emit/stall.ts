/** What the current instruction takes beyond its own cycle comes off the budget, and counts as no instruction. */
import { addressOfField } from '../../layout.ts';
import { stallOf } from '../plan/stalls.ts';
import { OP } from '../wasm/opcodes.ts';
import { LEFT, type RegionContext } from './region-context.ts';

const STALLED = addressOfField('STALLED');

export function emitStall(c: RegionContext): void {
  const { w } = c;
  const cycles = stallOf(c.decoded);
  w.get(LEFT);
  w.i32(cycles);
  w.op(OP.i32Sub);
  w.set(LEFT);
  w.i32(0);
  w.i32(0);
  w.memory(OP.i32Load, STALLED);
  w.i32(cycles);
  w.op(OP.i32Add);
  w.memory(OP.i32Store, STALLED);
}
