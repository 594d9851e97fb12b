/** Prefixes of IP addresses as text and as bytes, of both versions. */
import { addressBytes } from './values.ts';

export interface Prefix {
  /** Four bytes, or sixteen. */
  readonly address: Uint8Array;
  readonly bits: number;
}

/** `10.0.0.0/24`, `fd00::/8`, or one address. */
export function parsePrefix(text: string): Prefix | undefined {
  const [written = '', length, more] = text.split('/');
  const address = addressBytes(written);
  if (address === undefined || more !== undefined) return undefined;
  const most = address.length * 8;
  if (length === undefined) return { address, bits: most };
  const isGood = /^(0|[1-9]\d{0,2})$/.test(length) && Number(length) <= most;
  return isGood ? { address, bits: Number(length) } : undefined;
}

/** True when the address at `at` of these bytes begins as the prefix says. */
export function startsWith({ address, bits }: Prefix, bytes: Uint8Array, at: number): boolean {
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[at + index] !== address[index]) return false;
  const rest = bits & 7;
  return rest === 0 || (bytes[at + whole]! ^ address[whole]!) >> (8 - rest) === 0;
}
