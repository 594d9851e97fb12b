/** 64-bit values as text: `0x` and lower-case digits, and back. */
import { fail, ok, type Result } from './result.ts';

/** A 64-bit value: `0x` and lower-case digits, no padding. */
export type Hex64 = string;

/** Halves to text. */
export function hex64(lo: number, hi: number): Hex64 {
  const low = (lo >>> 0).toString(16);
  return hi >>> 0 === 0 ? `0x${low}` : `0x${(hi >>> 0).toString(16)}${low.padStart(8, '0')}`;
}

/** A number below 2^53 to text. */
export function hexNumber(value: number): Hex64 {
  return `0x${value.toString(16)}`;
}

/** Text to halves. */
export function parseHex64(text: string): Result<{ readonly lo: number; readonly hi: number }> {
  const [, digits] = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text.trim().replaceAll('_', '')) ?? [];
  if (digits === undefined) return fail('bad-address', { value: text.slice(0, 40) });
  const padded = digits.padStart(16, '0');
  return ok({ hi: Number.parseInt(padded.slice(0, 8), 16), lo: Number.parseInt(padded.slice(8), 16) });
}
