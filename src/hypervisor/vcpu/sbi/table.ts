/**
 * The SBI that guests see: extensions by EID. What is absent, the legacy calls included, answers
 * SBI_ERR_NOT_SUPPORTED. a0 takes the error, a1 the value (SBI 2.0, chapter 3).
 */
import { NOTHING_AWAITED } from '../../memory/address-space.ts';
import { baseExtension } from './base.ts';
import { SBI_ERR_NOT_SUPPORTED, SBI_SUCCESS, type SbiCall, type SbiExtension } from './call.ts';
import { DBCN } from './dbcn.ts';
import { HSM } from './hsm.ts';
import { IPI } from './ipi.ts';
import { RFENCE } from './rfence.ts';
import { SRST } from './srst.ts';
import { TIME } from './time.ts';

const isPresent = (eid: number): boolean => byEid.has(eid);

/** All extensions. */
export const SBI_EXTENSIONS: readonly SbiExtension[] = [
  baseExtension(isPresent),
  TIME,
  IPI,
  RFENCE,
  HSM,
  SRST,
  DBCN,
];

const byEid = new Map(SBI_EXTENSIONS.map((extension) => [extension.eid, extension]));

/** Names of all functions, as the exit details show them. */
const names = new Map(
  SBI_EXTENSIONS.flatMap(({ functions, name: extension }) =>
    functions.map(({ name, call }) => [call, `${extension}.${name}`] as const),
  ),
);

/** Answers the ecall that the hart stopped at, but for moving past it; the result names what was called. */
export function answerSbi(call: SbiCall): string {
  const { hart } = call;
  const eid = hart.xHi(17) === 0 ? hart.xLo(17) : -1;
  const fid = hart.xHi(16) === 0 ? hart.xLo(16) : -1;
  const extension = byEid.get(eid);
  const found = extension?.functions[fid];
  call.value = 0;
  const error = found === undefined ? SBI_ERR_NOT_SUPPORTED : found.call(call);
  if (call.awaited === NOTHING_AWAITED) {
    hart.setX(10, error >>> 0, error < 0 ? 0xffff_ffff : 0);
    hart.setX(11, error === SBI_SUCCESS ? call.value >>> 0 : 0, 0);
  }
  if (found === undefined) return 'absent';
  return names.get(found.call) ?? 'absent';
}
