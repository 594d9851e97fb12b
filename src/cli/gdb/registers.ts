/** Registers of a hart as gdb numbers them: x0 to x31, pc, f0 to f31, then CSRs by their addresses; the privilege level behind these. */

import { CSRS } from '#isa/csrs';
import { F_NAMES, X_NAMES } from '#isa/registers';
import type { Hart } from '#machine/hart';

const PC = 32;
const FIRST_F = 33;
const FIRST_CSR = 65;
const PRIVILEGE: number = FIRST_CSR + 0x1000;
/** Nominal levels (privileged spec 1.2): 2 is none here, and means S. */
const LEVELS = [0, 1, 1, 3] as const;

const CSR_ADDRESSES: ReadonlySet<number> = new Set(CSRS.map(({ address }) => address));

function hex(lo: number, hi: number): string {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, lo >>> 0, true);
  bytes.setUint32(4, hi >>> 0, true);
  return Buffer.from(bytes.buffer).toString('hex');
}

/** A register's bytes; undefined where there is none of that number. */
export function readRegister(hart: Hart, number: number): string | undefined {
  if (number < PC) return hex(hart.xLo(number), hart.xHi(number));
  if (number === PC) return hex(hart.pcLo, hart.pcHi);
  if (number < FIRST_CSR) return hex(hart.fLo(number - FIRST_F), hart.fHi(number - FIRST_F));
  if (number === PRIVILEGE) return hex(hart.privilege, 0);
  if (!CSR_ADDRESSES.has(number - FIRST_CSR)) return undefined;
  const value = hart.readCsr(number - FIRST_CSR);
  return hex(Number(value & WORD), Number(value >> 32n));
}
const WORD = 0xffff_ffffn;

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
export const TARGET_DESCRIPTION: string = [
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
    CSRS.map(({ name, address }) => reg(name, FIRST_CSR + address, 'int')),
  ),
  feature('virtual', [reg('priv', PRIVILEGE, 'int')]),
  '</target>',
].join('');

function feature(name: string, registers: readonly string[]): string {
  return `<feature name="org.gnu.gdb.riscv.${name}">${registers.join('')}</feature>`;
}
function reg(name: string, number: number, type: string): string {
  return `<reg name="${name}" bitsize="64" regnum="${number}" type="${type}"/>`;
}
