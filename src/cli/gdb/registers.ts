/** Registers of a hart as gdb numbers them: x0 to x31, pc, f0 to f31, then CSRs by their addresses; the privilege level behind these. */

import { CSRS, type Csr } from '#isa/csrs';
import { F_NAMES, X_NAMES } from '#isa/registers';
import type { Hart } from '#machine/hart';

export const PC = 32;
export const FIRST_F = 33;
export const FIRST_CSR = 65;
export const PRIVILEGE: number = FIRST_CSR + 0x1000;
/** Nominal levels (privileged spec 1.2): 2 is none here, and means S. */
const LEVELS = [0, 1, 1, 3] as const;

const CSR_ADDRESSES: ReadonlySet<number> = new Set(CSRS.map(({ address }) => address));

/** A register's bytes as gdb sends them, the lowest first. @param value as a number or as text with `0x` */
export function hex(value: bigint | string): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.toString('hex');
}
const pair = (lo: number, hi: number): string => hex((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0));

/** A register's bytes; undefined where there is none of that number. */
export function readRegister(hart: Hart, number: number): string | undefined {
  if (number < PC) return pair(hart.xLo(number), hart.xHi(number));
  if (number === PC) return hex(hart.pc);
  if (number < FIRST_CSR) return pair(hart.fLo(number - FIRST_F), hart.fHi(number - FIRST_F));
  if (number === PRIVILEGE) return hex(BigInt(hart.privilege));
  if (!CSR_ADDRESSES.has(number - FIRST_CSR)) return undefined;
  return hex(hart.readCsr(number - FIRST_CSR));
}

/** Sets a register; a CSR as software in M-mode would, with all that comes of it. False where there is none of that number. */
export function writeRegister(hart: Hart, number: number, text: string): boolean {
  if (!/^[0-9a-f]{16}$/i.test(text)) return false;
  const bytes = Buffer.from(text, 'hex');
  const [lo, hi] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  if (number < PC) hart.setX(number, lo, hi);
  else if (number === PC) hart.setPc(lo, hi);
  else if (number < FIRST_CSR) hart.setF(number - FIRST_F, lo, hi);
  else if (number === PRIVILEGE) {
    hart.privilege = LEVELS[lo & 3] ?? 3;
    hart.contextChanged();
  } else {
    const address = number - FIRST_CSR;
    // Those whose highest bits are ones are read only (privileged spec 2.1).
    if (!CSR_ADDRESSES.has(address) || address >> 10 === 3) return false;
    hart.writeCsr(address, bytes.readBigUInt64LE(0));
  }
  return true;
}

/** Sets all that {@link generalRegisters} gives. */
export function writeGeneralRegisters(hart: Hart, text: string): boolean {
  if (text.length !== FIRST_F * 16 || !/^[0-9a-f]+$/i.test(text)) return false;
  for (let number = 0; number < FIRST_F; number++)
    writeRegister(hart, number, text.slice(number * 16, number * 16 + 16));
  return true;
}

/** All that gdb reads at once. */
export function generalRegisters(hart: Hart): string {
  return Array.from({ length: FIRST_F }, (_, number) => readRegister(hart, number)).join('');
}

/** What gdb is told of the registers (appendix G). */
export function describeTarget(csrs: readonly Csr[]): string {
  return [
    '<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0">',
    '<architecture>riscv:rv64</architecture>',
    feature('cpu', [
      ...X_NAMES.map((name, number) => reg(name, number, name === 'sp' ? 'data_ptr' : 'int')),
      reg('pc', PC, 'code_ptr'),
    ]),
    feature(
      'fpu',
      F_NAMES.map((name, index) => reg(name, FIRST_F + index, 'ieee_double')),
    ),
    feature(
      'csr',
      csrs.map(({ name, address }) => reg(name, FIRST_CSR + address, 'int')),
    ),
    feature('virtual', [reg('priv', PRIVILEGE, 'int')]),
    '</target>',
  ].join('');
}
export const TARGET_DESCRIPTION: string = describeTarget(CSRS);

function feature(name: string, registers: readonly string[]): string {
  return `<feature name="org.gnu.gdb.riscv.${name}">${registers.join('')}</feature>`;
}
function reg(name: string, number: number, type: string): string {
  return `<reg name="${name}" bitsize="64" regnum="${number}" type="${type}"/>`;
}
