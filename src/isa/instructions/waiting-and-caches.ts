/**
 * Operations on cache blocks (Zicbom, Zicboz) and waits for a store to the reservation set (Zawrs): unprivileged spec, chapters "CMO" and
 * "Zawrs". They are rare, and the interpreter's.
 */
import { call, constant, rs1 } from '../semantics.ts';
import { bits, type Instruction, row } from './row.ts';

/** What `cacheBlockManage` is asked for. */
const OTHER = 0;
const INVALIDATE = 1;

const onBlock = (extension: 'Zicbom' | 'Zicboz', name: string, operation: number): Instruction =>
  row(
    extension,
    name,
    'CacheBlock',
    bits(0x0f, 2) | (operation << 20),
    extension === 'Zicboz'
      ? call('cacheBlockZero', [rs1], 'none', 'trap')
      : call('cacheBlockManage', [rs1, constant(operation === 0 ? INVALIDATE : OTHER)], 'none', 'trap'),
  );

const wait = (name: string, match: number): Instruction =>
  row('Zawrs', name, 'None', match, call('waitOnReservation', [], 'none', 'trap'));

export const WAITING_AND_CACHES: readonly Instruction[] = [
  onBlock('Zicbom', 'cbo.inval', 0),
  onBlock('Zicbom', 'cbo.clean', 1),
  onBlock('Zicbom', 'cbo.flush', 2),
  onBlock('Zicboz', 'cbo.zero', 4),
  wait('wrs.nto', 0x00d00073),
  wait('wrs.sto', 0x01d00073),
];
