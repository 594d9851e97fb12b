/** Values of fields as text, and text of addresses as bytes. */
import type { FieldNode } from './layer.ts';

/** Bytes that a field shows at most. */
const MOST_SHOWN = 64;

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, hex).join(':');
}
export function ipv4Text(bytes: Uint8Array): string {
  return Array.from(bytes).join('.');
}

/** As RFC 5952 writes it: the longest run of zeros left out, the first of several, none of one alone. */
export function ipv6Text(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, index) => bytes[2 * index]! * 256 + bytes[2 * index + 1]!);
  let [from, most] = [0, 1];
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && words[start + length] === 0) length += 1;
    if (length > most) [from, most] = [start, length];
  }
  const text = (some: readonly number[]): string => some.map((word) => word.toString(16)).join(':');
  return most < 2 ? text(words) : `${text(words.slice(0, from))}::${text(words.slice(from + most))}`;
}

/** Bytes as text; what is none of UTF-8 or cannot be seen is a sign for that. */
export function utf8At(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** A field's value as a person reads it. */
export function valueText({ row, value, start, end }: FieldNode): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (row.kind === 'flag') return value === 0 ? '0' : '1';
    const digits = Math.max(1, Math.ceil((row.bits || (end - start) * 8) / 4));
    const text = row.kind === 'hex' ? `0x${value.toString(16).padStart(digits, '0')}` : String(value);
    const meaning = row.values?.[value];
    return meaning === undefined ? text : `${meaning} (${text})`;
  }
  if (row.kind === 'mac') return macText(value);
  if (row.kind === 'ipv4') return ipv4Text(value);
  if (row.kind === 'ipv6') return ipv6Text(value);
  const shown = Array.from(value.subarray(0, MOST_SHOWN), hex).join('');
  return value.length > MOST_SHOWN ? `${shown}…` : shown;
}

/** Four octets; nothing where the text is no address. One with a zero before it is none: some read it as octal. */
export function ipv4Bytes(text: string): Uint8Array | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.some((octet) => octet > 255) ? undefined : Uint8Array.from(octets);
}

/** Sixteen octets (RFC 4291, §2.2), also of the form that ends like IPv4. */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  const [, beginning, end = ''] = /^([0-9a-f:]{1,36}:)([\d.]{7,15})$/i.exec(text) ?? [];
  const four = end.includes('.') ? ipv4Bytes(end) : undefined;
  const words16 =
    four === undefined ? text : `${beginning}${macText(four).replace(/(..):(..)(:?)/g, '$1$2$3')}`;
  return bytesOfWords(words16);
}
/** Eight words of sixteen bits, a run of zeros left out. */
function bytesOfWords(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f:]{2,39}$/i.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [front = [], back = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - front.length - back.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const words = [...front, ...Array<string>(missing).fill('0'), ...back];
  if (words.some((word) => !/^[0-9a-f]{1,4}$/i.test(word))) return undefined;
  return Uint8Array.from(
    words.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]),
  );
}

/** An address of either version; nothing where the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** Six octets of `52:54:00:…`; nothing where the text is no address of a station. */
export function macBytes(text: string): Uint8Array | undefined {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) ? hexBytes(text) : undefined;
}

/** `52:54:00…` of any length, or with `-` or `.` between. */
export function hexBytes(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{2}([:.-][0-9a-f]{2})*$/i.test(text)) return undefined;
  return Uint8Array.from(text.split(/[:.-]/), (byte) => Number.parseInt(byte, 16));
}
