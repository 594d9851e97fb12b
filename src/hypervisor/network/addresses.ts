/** IP addresses and their prefixes as text and as bytes, of both versions. */

export interface Prefix {
  /** Four bytes, or sixteen. */
  readonly address: Uint8Array;
  readonly bits: number;
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  const isGood = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part));
  const bytes = parts.map(Number);
  return isGood && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

/** Groups of four digits, or an address of version 4 at the end, as bytes. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const bytes: number[] = [];
  for (const [index, part] of parts.entries()) {
    const tail = index === parts.length - 1 && part.includes('.') ? ipv4Bytes(part) : undefined;
    if (tail !== undefined) bytes.push(...tail);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 255);
    } else return undefined;
  }
  return bytes;
}

function ipv6Bytes(text: string): number[] | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const [before, after] = [groups(head), groups(tail ?? '')];
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** The bytes of an address; `undefined` when the text is none. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined;
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  return bytes === undefined ? undefined : Uint8Array.from(bytes);
}

/** `10.0.0.0/24`, `fd00::/8`, or one address. */
export function parsePrefix(text: string): Prefix | undefined {
  const [written = '', length, more] = text.split('/');
  const address = parseAddress(written);
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
