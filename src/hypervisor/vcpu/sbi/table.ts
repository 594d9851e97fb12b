/**
 * The SBI that guests see: extensions by EID. What is absent answers SBI_ERR_NOT_SUPPORTED. a0 takes the error, a1 the
 * value (SBI 2.0, chapter 3); legacy calls have a0 alone.
 */
import { hex64 } from '#base/hex64';
import { NOTHING_AWAITED } from '../../memory/address-space.ts';
import { baseExtension } from './base.ts';
import { SBI_ERR_NOT_SUPPORTED, SBI_SUCCESS, type SbiCall, type SbiExtension } from './call.ts';
import { DBCN } from './dbcn.ts';
import { HSM } from './hsm.ts';
import { IPI } from './ipi.ts';
import { LEGACY } from './legacy.ts';
import { RFENCE } from './rfence.ts';
import { SRST } from './srst.ts';
import { STA } from './sta.ts';
import { SUSP } from './susp.ts';
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
  SUSP,
  DBCN,
  STA,
  ...LEGACY,
];

/** By EID: functions, with their names as the exit details show them. */
const byEid = new Map(
  SBI_EXTENSIONS.map(({ eid, isLegacy, functions, name: extension }) => [
    eid,
    {
      isLegacy,
      functions: functions.map(({ name, call }) => ({ name: `${extension}.${name}`, call })),
    },
  ]),
);

/** So many extensions that are not there are told apart, of each VM: a guest can make up any number. */
const MOST_ABSENT = 8;
const ABSENT = 'absent ';

/** Calls of an extension that is not there are counted under its number; people are told of each once. */
function absentName({ vm, hart }: SbiCall): string {
  const eid = hex64(hart.xLo(17), hart.xHi(17));
  const name = ABSENT + eid;
  const known = vm.exitDetails.names('sbi').filter((other) => other.startsWith(ABSENT));
  if (known.includes(name)) return name;
  if (known.length >= MOST_ABSENT) return 'absent';
  vm.note('vm.sbiAbsent', { eid, fid: hex64(hart.xLo(16), hart.xHi(16)) });
  return name;
}

/** Answers the ecall that the hart stopped at, but for moving past it; the result names what was called. */
export function answerSbi(call: SbiCall): string {
  const { hart } = call;
  const eid = hart.xHi(17) === 0 ? hart.xLo(17) : -1;
  const fid = hart.xHi(16) === 0 ? hart.xLo(16) : -1;
  const extension = byEid.get(eid);
  const isLegacy = extension?.isLegacy === true;
  const found = extension?.functions[isLegacy ? 0 : fid];
  call.value = 0;
  const error = found === undefined ? SBI_ERR_NOT_SUPPORTED : found.call(call);
  if (call.awaited === NOTHING_AWAITED && call.fault === undefined && !call.isLeft) {
    hart.setX(10, error >>> 0, error < 0 ? 0xffff_ffff : 0);
    if (!isLegacy) hart.setX(11, error === SBI_SUCCESS ? call.value >>> 0 : 0, 0);
  }
  if (extension === undefined) return absentName(call);
  return found?.name ?? 'absent';
}
