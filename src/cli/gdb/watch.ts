/** Watchpoints: which bytes the next instruction of a hart will load or store, found before it is executed. */
import { decode } from '#isa/decode';
import type { BarePlatform } from '#machine/bare-platform';
import type { Hart } from '#machine/hart';

/** As gdb numbers them: stores, loads, both. */
export type WatchKind = 2 | 3 | 4;
export interface Watchpoint {
  readonly kind: WatchKind;
  readonly address: bigint;
  readonly length: number;
}

interface Access {
  readonly address: bigint;
  readonly length: number;
  readonly loads: boolean;
  readonly stores: boolean;
}

/** Opcodes, the lowest seven bits of an instruction (unprivileged spec, table 70). */
const [LOAD, LOAD_FP, STORE, STORE_FP, AMO] = [0x03, 0x07, 0x23, 0x27, 0x2f] as const;

const wide = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

export function pcOf(hart: Hart): bigint {
  return wide(hart.pcLo, hart.pcHi);
}

/** What the next instruction of a hart accesses, if it does. */
function nextAccess(platform: BarePlatform, hart: Hart): Access | undefined {
  const { ram } = platform.machine;
  const half = (at: bigint): number => {
    const spa = platform.physicalOf(hart, at);
    return spa !== undefined && ram.holds(spa, 2) ? ram.u16(spa) : 0;
  };
  const pc = pcOf(hart);
  const found = decode((half(pc) | (half(pc + 2n) << 16)) >>> 0);
  if (found === undefined) return undefined;
  const { match, name } = found.instruction;
  const opcode = match & 0x7f;
  const isAtomic = opcode === AMO;
  const loads = opcode === LOAD || opcode === LOAD_FP || (isAtomic && !name.startsWith('sc.'));
  const stores = opcode === STORE || opcode === STORE_FP || (isAtomic && !name.startsWith('lr.'));
  if (!loads && !stores) return undefined;
  const base = wide(hart.xLo(found.rs1), hart.xHi(found.rs1));
  const address = BigInt.asUintN(64, base + BigInt(isAtomic ? 0 : found.immediate));
  return { address, length: 1 << ((match >>> 12) & 3), loads, stores };
}

/** The watchpoint that the next instruction of a hart meets. */
export function watchMet(
  platform: BarePlatform,
  hart: Hart,
  watchpoints: readonly Watchpoint[],
): Watchpoint | undefined {
  const access = nextAccess(platform, hart);
  if (access === undefined) return undefined;
  return watchpoints.find(
    ({ kind, address, length }) =>
      (kind === 2 ? access.stores : kind === 3 ? access.loads : true) &&
      access.address < address + BigInt(length) &&
      address < access.address + BigInt(access.length),
  );
}
