/**
 * Emulates a guest's access to a device register: decode, ask the bus, write the register back, go on behind the
 * instruction. What is not a device, or no plain load or store, becomes an access fault in the guest.
 */

import { isWide } from '#isa/decode';
import type { MmioBus } from '#machine/devices/mmio-bus';
import type { Hart } from '#machine/hart';
import { probeWalk, type WalkContext } from '../memory/walk.ts';
import { skipInstruction } from './inject.ts';
import { decodeMmio, decodeTransformed, type MmioAccess } from './mmio-decode.ts';

/** Answers the access at `gpa` and names the device; `undefined` when the guest must be told of a fault. */
export function emulateMmio(
  hart: Hart,
  bus: MmioBus,
  gpa: number,
  walk: () => WalkContext,
): string | undefined {
  const device = deviceAt(bus, gpa);
  if (device === undefined) return undefined;
  const htinst = hart.csrLo('htinst');
  const access = htinst === 0 ? decodeAtPc(hart, walk()) : decodeTransformed(htinst);
  if (access === undefined) return undefined;
  if (access.store) bus.write(gpa, access.size, hart.xLo(access.register), hart.xHi(access.register));
  else {
    const lo = bus.read(gpa, access.size);
    setLoaded(hart, access, lo, bus.high);
  }
  skipInstruction(hart, access.length);
  return device;
}

function deviceAt(bus: MmioBus, gpa: number): string | undefined {
  for (const { device, base, size } of bus.slots) if (gpa >= base && gpa < base + size) return device.name;
  return undefined;
}

/** Extends what the device gave to 64 bits. */
function setLoaded(hart: Hart, access: MmioAccess, lo: number, hi: number): void {
  const { size, signed, register } = access;
  if (size === 8) {
    hart.setX(register, lo, hi);
    return;
  }
  const shift = 32 - size * 8;
  const value = signed ? (lo << shift) >> shift : (lo << shift) >>> shift;
  hart.setX(register, value >>> 0, signed && value < 0 ? 0xffff_ffff : 0);
}

/** Reads the instruction at sepc through the guest's own tables, in halves, since it may cross a page. */
function decodeAtPc(hart: Hart, context: WalkContext): MmioAccess | undefined {
  const lo = hart.csrLo('sepc');
  const hi = hart.csrHi('sepc');
  const first = readCode(context, lo, hi);
  if (first < 0) return undefined;
  if (!isWide(first)) return decodeMmio(first);
  const nextLo = (lo + 2) >>> 0;
  const second = readCode(context, nextLo, nextLo < lo ? hi + 1 : hi);
  return second < 0 ? undefined : decodeMmio((first | (second << 16)) >>> 0);
}

function readCode(context: WalkContext, lo: number, hi: number): number {
  const { spa } = probeWalk(context, lo, hi, 'execute');
  return context.ram.holds(spa, 2) ? context.ram.u16(spa) : -1;
}
