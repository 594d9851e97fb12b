/**
 * Messages of the domain name system (RFC 1035, §4).
 *
 *   0 id  2 flags  4 questions  6 answers  8 authorities  10 further  12 question: name, type, class  answers: name, type, class, …
 */
import { putU16, putU32, u16 } from '../wire/bytes.ts';

export const DNS_PORT = 53;
export const RECORD = { a: 1, ptr: 12, aaaa: 28, any: 255 } as const;
const INTERNET = 1;
const HEADER = 12;
const MOST_NAME = 255;
const FLAG = { isAnswer: 0x8000, isAuthority: 0x0400, wantsRecursion: 0x0100, recurses: 0x0080 } as const;
export const OUTCOME = { fine: 0, malformed: 1, noSuchName: 3, notImplemented: 4 } as const;

export interface DnsQuestion {
  readonly id: number;
  readonly flags: number;
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** Its bytes, to be repeated. */
  readonly bytes: Uint8Array;
}
export interface DnsRecord {
  readonly type: number;
  readonly data: Uint8Array;
}

/** A question with what came of it; or how it is to be refused. `undefined`: it is no question at all. */
export type ReadQuestion = DnsQuestion | { readonly id: number; readonly refusal: number } | undefined;

export function readQuestion(message: Uint8Array): ReadQuestion {
  if (message.length < HEADER) return undefined;
  const [id, flags] = [u16(message, 0), u16(message, 2)];
  if ((flags & FLAG.isAnswer) !== 0) return undefined;
  if ((flags & 0x7800) !== 0) return { id, refusal: OUTCOME.notImplemented };
  if (u16(message, 4) !== 1) return { id, refusal: OUTCOME.malformed };
  const labels: string[] = [];
  let at = HEADER;
  // Each label takes a byte at least; a question has no pointers to others.
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at - HEADER + length > MOST_NAME)
      return { id, refusal: OUTCOME.malformed };
    at += 1 + length;
    if (length === 0) break;
    labels.push(String.fromCharCode(...message.subarray(at - length, at)).toLowerCase());
  }
  if (at + 4 > message.length) return { id, refusal: OUTCOME.malformed };
  if (u16(message, at + 2) !== INTERNET) return { id, refusal: OUTCOME.notImplemented };
  const bytes = message.slice(HEADER, at + 4);
  return { id, flags, name: labels.join('.'), type: u16(message, at), bytes };
}

export function writeRefusal(id: number, refusal: number): Uint8Array {
  const message = new Uint8Array(HEADER);
  putU16(message, 0, id);
  putU16(message, 2, FLAG.isAnswer | refusal);
  return message;
}

/** How long who asked may keep an answer, in seconds. */
const LIFETIME_S = 60;

export function writeAnswer(
  question: DnsQuestion,
  outcome: number,
  records: readonly DnsRecord[],
  isAuthority: boolean,
): Uint8Array {
  const { id, flags, bytes } = question;
  const length = records.reduce((sum, { data }) => sum + 12 + data.length, HEADER + bytes.length);
  const message = new Uint8Array(length);
  putU16(message, 0, id);
  const ours = FLAG.isAnswer | FLAG.recurses | (isAuthority ? FLAG.isAuthority : 0);
  putU16(message, 2, ours | (flags & FLAG.wantsRecursion) | outcome);
  putU16(message, 4, 1);
  putU16(message, 6, records.length);
  message.set(bytes, HEADER);
  let at = HEADER + bytes.length;
  for (const { type, data } of records) {
    // The name is that of the question.
    putU16(message, at, 0xc000 | HEADER);
    putU16(message, at + 2, type);
    putU16(message, at + 4, INTERNET);
    putU32(message, at + 6, LIFETIME_S);
    putU16(message, at + 10, data.length);
    message.set(data, at + 12);
    at += 12 + data.length;
  }
  return message;
}

/** A name as bytes. */
export function nameBytes(name: string): Uint8Array {
  const bytes: number[] = [];
  for (const label of name.split('.')) bytes.push(label.length, ...new TextEncoder().encode(label));
  return Uint8Array.from([...bytes, 0]);
}
