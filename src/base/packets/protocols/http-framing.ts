/** How long a message of HTTP is, as far as its beginning says (RFC 9112, §6.3). */

/** Bytes within which a header ends. */
const MOST_HEADER = 1 << 14;
const LF = 10;
const CR = 13;

export const HTTP_METHODS: readonly string[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'],
];

export interface Head {
  /** Bytes of the header, the empty line included. */
  readonly bytes: number;
  /** Of a request. */
  readonly method: string | undefined;
  /** Of an answer. */
  readonly code: number | undefined;
  readonly isChunked: boolean;
  readonly length: number | undefined;
  readonly hasType: boolean;
}

const START = /^(?:HTTP\/\d\.\d (\d{3})(?: [^\r\n]*)?|([A-Z]{3,16}) \S+(?: HTTP\/\d\.\d)?)\r?\n/;
/** What first lines begin with. */
const BEGINNINGS = ['HTTP/', ...HTTP_METHODS.map((method) => `${method} `)];
/** Of a first line that has not ended. */
const MOST_LINE = 1024;

function mayBegin(text: string): boolean {
  if (text.includes('\n') || text.length > MOST_LINE) return false;
  return BEGINNINGS.some((each) => text.startsWith(each) || each.startsWith(text));
}

/** Whether a coding of transfer says that the content comes in pieces with their lengths. */
export function saysChunked(coding: string): boolean {
  return /\bchunked$/i.test(coding);
}
/** The length of the content as a header says it; nothing where it says none. */
export function saidLength(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The header that bytes begin with; `more`: it has not ended yet; `other`: it is none. */
export function headOf(bytes: Uint8Array): Head | 'more' | 'other' {
  const end = endOfHeader(bytes);
  const text = String.fromCharCode(...bytes.subarray(0, Math.min(end ?? bytes.length, MOST_HEADER)));
  const start = START.exec(text);
  if (start === null) return mayBegin(text) ? 'more' : 'other';
  if (end === undefined) return bytes.length < MOST_HEADER ? 'more' : 'other';
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*([^\\r\\n]*?)[ \\t]*\\r?$`, 'im').exec(text)?.[1];
  const length = value('content-length');
  return {
    bytes: end,
    method: start[2],
    code: start[1] === undefined ? undefined : Number(start[1]),
    isChunked: saysChunked(value('transfer-encoding') ?? ''),
    length: saidLength(length ?? ''),
    hasType: value('content-type') !== undefined,
  };
}

/** Behind the empty line. */
function endOfHeader(bytes: Uint8Array): number | undefined {
  const most = Math.min(bytes.length, MOST_HEADER);
  for (let at = 0; at < most; at++) {
    if (bytes[at] !== LF) continue;
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (next < most && bytes[next] === LF) return next + 1;
  }
  return undefined;
}

/**
 * Where pieces with their lengths end (RFC 9112, §7.1).
 * @param at where a piece begins, or the line behind the last
 */
export function endOfChunks(
  bytes: Uint8Array,
  at: number,
): { readonly at: number; readonly isEnd: boolean } | 'bad' {
  let from = at;
  for (;;) {
    const chunk = chunkAt(bytes, from);
    if (chunk === 'bad') return 'bad';
    if (chunk === 'more') return { at: from, isEnd: false };
    if (chunk.length === 0) {
      // Headers may stand behind the last piece, and an empty line.
      for (let next = chunk.start; ; ) {
        const more = lineAt(bytes, next);
        if (more === undefined) return { at: from, isEnd: false };
        if (more.text === '') return { at: more.next, isEnd: true };
        next = more.next;
        if (next - chunk.start > MOST_HEADER) return 'bad';
      }
    }
    if (chunk.next > bytes.length) return { at: from, isEnd: false };
    from = chunk.next;
  }
}
/** A piece by its line: where its bytes begin, how many they are, and where the next one begins; not all of it need be there. */
interface Chunk {
  readonly start: number;
  readonly length: number;
  readonly next: number;
}
function chunkAt(bytes: Uint8Array, at: number): Chunk | 'more' | 'bad' {
  const line = lineAt(bytes, at);
  if (line === undefined) return 'more';
  const digits = /^[0-9a-f]{1,7}/i.exec(line.text)?.[0];
  if (digits === undefined) return 'bad';
  const length = Number.parseInt(digits, 16);
  const behind = line.next + length;
  return { start: line.next, length, next: bytes[behind] === CR ? behind + 2 : behind + 1 };
}
function lineAt(bytes: Uint8Array, at: number): { readonly text: string; readonly next: number } | undefined {
  const end = bytes.subarray(at, at + 1024).indexOf(LF);
  if (end < 0) return undefined;
  const text = String.fromCharCode(...bytes.subarray(at, at + end)).replace(/\r$/, '');
  return { text, next: at + end + 1 };
}

/** What pieces with their lengths hold, as far as they have come. */
export function withoutChunks(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length);
  let [at, length] = [0, 0];
  for (;;) {
    const chunk = chunkAt(bytes, at);
    if (typeof chunk === 'string' || chunk.length === 0) return whole.subarray(0, length);
    const piece = bytes.subarray(chunk.start, chunk.start + chunk.length);
    whole.set(piece, length);
    length += piece.length;
    at = chunk.next;
  }
}
