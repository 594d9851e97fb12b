/**
 * What a load, a store, a fetch or an access to guest memory does to a hart, trap and all, from the privileged specification (3.1.6,
 * 3.1.8, 18.6, 18.7). With walk.ts the judge of the engine's memory accesses; slow and plain.
 */
import { type Access, type Memory, type Registers, Translation, TranslationFault } from './walk.ts';

export interface TrapRegisters {
  readonly medeleg: bigint;
  readonly hedeleg: bigint;
  readonly hstatus: bigint;
  readonly mtvec: bigint;
  readonly stvec: bigint;
  readonly vstvec: bigint;
}

export interface HartState extends Registers, TrapRegisters {
  readonly privilege: 'M' | 'S' | 'U';
  readonly virtual: boolean;
  readonly pc: bigint;
}

/** An access as an instruction makes it. */
export interface Request {
  readonly kind: Access['kind'];
  readonly va: bigint;
  readonly size: number;
  /** HLV, HLVX, HSV. */
  readonly toGuest: boolean;
  /** LR and the AMOs: nothing but natural alignment will do. */
  readonly isAtomic: boolean;
  /** htinst of a fault at the first byte; the offset of the part that faults is added. */
  readonly transformed: bigint;
}

export interface Trap {
  readonly cause: bigint;
  readonly tval: bigint;
  readonly isGuestAddress: boolean;
  readonly gpa: bigint;
  readonly tinst: bigint;
}

/** Physical addresses of the bytes, part by part, or a trap. */
export type Outcome =
  | { readonly trap: Trap }
  | { readonly parts: readonly { readonly spa: bigint; readonly size: number }[] };

const bit = (value: bigint, index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;
const PAGE = 4096n;
const MPRV = 17;
const MPV = 39;
const SPVP = 8;

/** Exception codes (table "Machine cause register values") by what failed and what was tried. */
const CAUSES = {
  misaligned: { load: 4n, store: 6n, fetch: 0n },
  access: { load: 5n, store: 7n, fetch: 1n },
  page: { load: 13n, store: 15n, fetch: 12n },
  'guest-page': { load: 21n, store: 23n, fetch: 20n },
} as const;

/** Who an access counts as (3.1.6.3, 18.3.1). */
export function accessOf(state: HartState, request: Request): Access {
  const { kind } = request;
  if (request.toGuest) return { kind, guest: true, privilege: bit(state.hstatus, SPVP) ? 'S' : 'U' };
  if (kind === 'fetch' || !bit(state.mstatus, MPRV))
    return { kind, guest: state.virtual, privilege: state.privilege };
  const privilege = (['U', 'S', 'S', 'M'] as const)[Number((state.mstatus >> 11n) & 3n)] ?? 'M';
  return { kind, privilege, guest: privilege !== 'M' && bit(state.mstatus, MPV) };
}

/** Does the access as far as translation goes; A and D are updated in memory. */
export function perform(state: HartState, memory: Memory, request: Request): Outcome {
  const { va, size, kind } = request;
  const access = accessOf(state, request);
  const tried = kind === 'hlvx' ? 'load' : kind;
  const trap = (
    type: keyof typeof CAUSES,
    offset: bigint,
    gpa: bigint = 0n,
    implicit: TranslationFault['implicit'] = 'no',
  ): Outcome => ({
    trap: {
      cause: CAUSES[type][tried],
      tval: va + offset,
      isGuestAddress: access.guest,
      gpa,
      // Table "Values to indicate a pseudoinstruction": implicit accesses of 64-bit entries.
      tinst:
        implicit === 'read'
          ? 0x3000n
          : implicit === 'write'
            ? 0x3020n
            : kind === 'fetch'
              ? 0n
              : request.transformed | (offset << 15n),
    },
  });
  if (request.isAtomic && va % BigInt(size) !== 0n) return trap('misaligned', 0n);
  const head = PAGE - (va % PAGE);
  const offsets = head < BigInt(size) ? [0n, head] : [0n];
  const parts: { spa: bigint; size: number }[] = [];
  for (const offset of offsets) {
    try {
      const spa = new Translation(state, memory, access).translate(BigInt.asUintN(64, va + offset));
      const end = offset === 0n && offsets.length > 1 ? head : BigInt(size);
      parts.push({ spa, size: Number(end - offset) });
    } catch (fault) {
      if (!(fault instanceof TranslationFault)) throw fault;
      return trap(fault.type, offset, fault.gpa, fault.implicit);
    }
  }
  const absent = parts.findIndex(({ spa }) => memory.read(spa & ~7n) === undefined);
  return absent < 0 ? { parts } : trap('access', offsets[absent] ?? 0n);
}

/** Registers that a trap leaves, by name; those of levels that it does not enter keep what they have. */
export interface AfterTrap {
  readonly privilege: 'M' | 'S';
  readonly virtual: boolean;
  readonly pc: bigint;
  readonly registers: Readonly<Record<string, bigint>>;
}

const put = (value: bigint, high: number, low: number, bits: bigint): bigint =>
  (value & ~(((1n << BigInt(high - low + 1)) - 1n) << BigInt(low))) | (bits << BigInt(low));
const one = (value: boolean): bigint => (value ? 1n : 0n);

/** 3.1.8, 18.2.2: where a synchronous trap goes, and what it writes there (3.1.6.1, 12.1.1, 18.2.1, 18.4.1). */
export function afterTrap(state: HartState, trap: Trap): AfterTrap {
  const code = Number(trap.cause);
  const isDelegated = state.privilege !== 'M' && bit(state.medeleg, code);
  const level = { U: 0n, S: 1n, M: 3n }[state.privilege];
  if (!isDelegated) {
    let mstatus = put(state.mstatus, 7, 7, one(bit(state.mstatus, 3)));
    mstatus = put(mstatus, 3, 3, 0n);
    mstatus = put(mstatus, 12, 11, level);
    mstatus = put(mstatus, 39, 39, one(state.virtual));
    mstatus = put(mstatus, 38, 38, one(trap.isGuestAddress));
    const { cause: mcause, tval: mtval, tinst: mtinst } = trap;
    return {
      ...{ privilege: 'M', virtual: false, pc: state.mtvec },
      registers: { mstatus, mcause, mtval, mtinst, mepc: state.pc, mtval2: trap.gpa >> 2n },
    };
  }
  const source = state.virtual && bit(state.hedeleg, code) ? state.vsstatus : state.mstatus;
  let status = put(source, 5, 5, one(bit(source, 1)));
  status = put(status, 1, 1, 0n);
  status = put(status, 8, 8, one(state.privilege === 'S'));
  if (state.virtual && bit(state.hedeleg, code)) {
    return {
      ...{ privilege: 'S', virtual: true, pc: state.vstvec },
      registers: { vsstatus: status, vscause: trap.cause, vstval: trap.tval, vsepc: state.pc },
    };
  }
  let hstatus = put(state.hstatus, 7, 7, one(state.virtual));
  if (state.virtual) hstatus = put(hstatus, 8, 8, one(state.privilege === 'S'));
  hstatus = put(hstatus, 6, 6, one(trap.isGuestAddress));
  const { cause: scause, tval: stval, tinst: htinst } = trap;
  return {
    ...{ privilege: 'S', virtual: false, pc: state.stvec },
    registers: { mstatus: status, hstatus, scause, stval, htinst, sepc: state.pc, htval: trap.gpa >> 2n },
  };
}
