/** Which bytes the next instruction of a hart will load or store, found before it is executed: for whoever watches addresses. */
import { decode } from '#isa/decode';
import type { Hart } from './hart.ts';
import type { PhysicalMemory } from './memory.ts';

export interface Access {
  readonly address: bigint;
  readonly length: number;
  readonly loads: boolean;
  readonly stores: boolean;
}

/** An instruction that accesses memory, whatever its registers hold. */
interface Form {
  readonly base: number;
  readonly offset: number;
  readonly length: number;
  readonly loads: boolean;
  readonly stores: boolean;
}

/** Opcodes, the lowest seven bits of an instruction (unprivileged spec, table 70). */
const [LOAD, LOAD_FP, STORE, STORE_FP, AMO] = [0x03, 0x07, 0x23, 0x27, 0x2f] as const;
/** Of instructions that were decoded; beyond it they are decoded anew. */
const MOST_FORMS = 4096;
const forms = new Map<number, Form | undefined>();

const wide = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

function formOf(raw: number): Form | undefined {
  if (forms.has(raw)) return forms.get(raw);
  if (forms.size >= MOST_FORMS) forms.clear();
  const form = decodedForm(raw);
  forms.set(raw, form);
  return form;
}

function decodedForm(raw: number): Form | undefined {
  const found = decode(raw);
  if (found === undefined) return undefined;
  const { match, name } = found.instruction;
  const opcode = match & 0x7f;
  const isAtomic = opcode === AMO;
  const loads = opcode === LOAD || opcode === LOAD_FP || (isAtomic && !name.startsWith('sc.'));
  const stores = opcode === STORE || opcode === STORE_FP || (isAtomic && !name.startsWith('lr.'));
  if (!loads && !stores) return undefined;
  const offset = isAtomic ? 0 : found.immediate;
  return { base: found.rs1, offset, length: 1 << ((match >>> 12) & 3), loads, stores };
}

/**
 * The instruction that a hart executes next, as it lies in memory; 0 where it cannot be read.
 * @param physicalOf where an address of the software on it lies in memory; undefined where it has no place there
 */
export function nextInstruction(
  hart: Hart,
  ram: PhysicalMemory,
  physicalOf: (address: bigint) => number | undefined,
): number {
  const half = (spa: number | undefined): number =>
    spa !== undefined && ram.holds(spa, 2) ? ram.u16(spa) : 0;
  const { pcLo, pcPhysical } = hart;
  const isCached = pcPhysical >= 0;
  const low = half(isCached ? pcPhysical : physicalOf(hart.pc));
  // An instruction of 16 bits says so in its lowest two.
  if ((low & 3) !== 3) return low;
  const isInPage = isCached && (pcLo & 0xfff) < 0xffe;
  return (low | (half(isInPage ? pcPhysical + 2 : physicalOf(hart.pc + 2n)) << 16)) >>> 0;
}

/**
 * What an instruction that a hart is about to execute accesses, if it does.
 * @param isNear asked with the lower half of the address and the length: whether anybody wants to know
 */
export function accessOf(
  hart: Hart,
  instruction: number,
  isNear: (lo: number, length: number) => boolean = () => true,
): Access | undefined {
  const form = formOf(instruction);
  if (form === undefined) return undefined;
  const { base, offset, length, loads, stores } = form;
  if (!isNear((hart.xLo(base) + offset) >>> 0, length)) return undefined;
  const address = BigInt.asUintN(64, wide(hart.xLo(base), hart.xHi(base)) + BigInt(offset));
  return { address, length, loads, stores };
}

/** A range of addresses. */
type Range = Pick<Access, 'address' | 'length'>;

/** Whether two ranges of addresses have a byte in common. */
export function overlap(a: Range, b: Range): boolean {
  return a.address < b.address + BigInt(b.length) && b.address < a.address + BigInt(a.length);
}
