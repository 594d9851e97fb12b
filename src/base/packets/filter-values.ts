/** Values of display filters: what text means where a field of some kind is compared with it. */
import type { Comparison } from './filter.ts';
import type { Operand } from './filter-names.ts';
import type { Token } from './filter-tokens.ts';
import { hexBytes, ipv4Bytes, ipv6Bytes } from './values.ts';

export interface Literal {
  readonly value: number | string | Uint8Array;
  /** Of an address: how many bits of it count. */
  readonly prefix?: number;
}

/** Nothing where the text is none of the field's values. */
export function literal(operand: Operand, by: Comparison, { text, kind }: Token): Literal | undefined {
  switch (operand.kind) {
    case 'number':
    case 'hex':
      return by === 'contains' ? undefined : numberOf(operand, text);
    case 'flag':
      return by === 'contains' ? undefined : flagOf(text);
    case 'text':
    case 'group':
      return { value: text };
    case 'ipv4':
      return by === 'contains' ? bytesOf(text, kind) : address(text, ipv4Bytes, 32);
    case 'ipv6':
      return by === 'contains' ? bytesOf(text, kind) : address(text, ipv6Bytes, 128);
    case 'mac': {
      const value = hexBytes(text);
      return value === undefined || (by !== 'contains' && value.length !== 6) ? undefined : { value };
    }
    case 'bytes':
      return bytesOf(text, kind);
  }
}

function numberOf({ values }: Operand, text: string): Literal | undefined {
  if (/^(?:0x[0-9a-f]{1,12}|\d{1,15}(?:\.\d{1,9})?)$/i.test(text)) return { value: Number(text) };
  const named = Object.entries(values ?? {}).find(([, name]) => name.toLowerCase() === text.toLowerCase());
  return named === undefined ? undefined : { value: Number(named[0]) };
}

function flagOf(text: string): Literal | undefined {
  if (/^(?:1|true)$/i.test(text)) return { value: 1 };
  return /^(?:0|false)$/i.test(text) ? { value: 0 } : undefined;
}

function bytesOf(text: string, kind: Token['kind']): Literal | undefined {
  if (kind === 'quoted') return { value: new TextEncoder().encode(text) };
  const value = hexBytes(text);
  return value === undefined ? undefined : { value };
}

function address(
  text: string,
  read: (text: string) => Uint8Array | undefined,
  most: number,
): Literal | undefined {
  const [station = '', length, ...more] = text.split('/');
  const value = read(station);
  if (value === undefined || more.length > 0) return undefined;
  if (length === undefined) return { value };
  return /^\d{1,3}$/.test(length) && Number(length) <= most ? { value, prefix: Number(length) } : undefined;
}
