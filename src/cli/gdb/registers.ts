/** Registers of a hart as gdb numbers them: x0 to x31, pc, f0 to f31, then CSRs by their addresses; the privilege level behind these. */

import { ENGINE_CSR_SLOTS } from '#isa/csr-slots';
import { CSRS } from '#isa/csrs';
import { F_NAMES, X_NAMES } from '#isa/registers';
import type { Hart } from '#machine/hart';

const PC = 32;
const FIRST_F = 33;
const FIRST_CSR = 65;
const PRIVILEGE: number = FIRST_CSR + 0x1000;

/** CSRs whose value is what lies in their slot; counters are differences there. */
const SHOWN: readonly { readonly name: string; readonly number: number }[] = CSRS.filter(
  ({ name }) => ENGINE_CSR_SLOTS.includes(name) && name !== 'mcycle' && name !== 'minstret',
).map(({ name, address }) => ({ name, number: FIRST_CSR + address }));
const CSR_BY_NUMBER: ReadonlyMap<number, string> = new Map(SHOWN.map(({ name, number }) => [number, name]));

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
  const name = CSR_BY_NUMBER.get(number);
  if (name === undefined) return undefined;
  const [lo, hi] = [hart.csrLo(name), hart.csrHi(name)];
  // What wires hold up is pending too.
  if (name === 'mip') return hex(lo | hart.csrLo('lines'), hi);
  // Bits that are made when software reads it.
  const fixed = WIDTHS[name];
  if (fixed === undefined) return hex(lo, hi);
  return hex(lo, hi | fixed | (name !== 'hstatus' && (lo & FS) === FS ? SD : 0));
}

/** SXL and UXL, UXL, VSXL: 64 bits (privileged spec 3.1.6.3, 18.2.11, 18.2.1); halves of bits 32 and up. */
const WIDTHS: Readonly<Record<string, number>> = { mstatus: 0xa, vsstatus: 2, hstatus: 2 };
/** Floating point was changed, and so there is something to save (3.1.6.6). */
const FS = 0x6000;
const SD = 0x8000_0000;

/** Sets x registers and pc; what a write to the others would set in motion is the hart's affair. */
export function writeRegister(hart: Hart, number: number, text: string): boolean {
  if (number > PC || !/^[0-9a-f]{16}$/i.test(text)) return false;
  const bytes = Buffer.from(text, 'hex');
  const [lo, hi] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  if (number === PC) hart.setPc(lo, hi);
  else hart.setX(number, lo, hi);
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
    SHOWN.map(({ name, number }) => reg(name, number, 'int')),
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
