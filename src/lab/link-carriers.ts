/**
 * A link as it arrives: people get it from chat programs, mail, documents and pages, which put brackets, punctuation and parameters
 * around it, write its characters in other ways, and break it into lines. What they wrote is undone, and of what is left the check
 * sum says where a link begins and ends. Work is bounded by the length of the text, whatever is in it:
 *
 *     <https://x.example/?utm_source=chat#1lZBBCsIwEEXv%2D…YR%0A  q2PSm9X6beK**).
 *                                         └─ start ───────────────────────┘ the longest beginning that has its check sum
 */

import { CRC_START, crc32, crcEnd, crcStep } from '#base/crc32';
import { fail, ok, type Result } from '#base/result';
import { fromBase64Url, wholeBytes } from './base64url.ts';
import { packedBeginning } from './inflate.ts';
import { isJsonBeginning } from './json-beginning.ts';
import { LINK_LIMITS } from './limits.ts';

/** Behind the packed document. */
export const CHECKSUM_BYTES = 4;
/** Characters that a link may have become with all that carriers added. */
const MOST_CARRIED: number = 4 * LINK_LIMITS.textLength;
/** Places at which a link may begin. */
const MOST_STARTS = 8;
/** Ways of writing that are undone, one around the other. */
const MOST_ROUNDS = 3;

/** What a link holds, by its check sum. */
export interface FoundLink {
  /** The link as it was made. */
  readonly text: string;
  readonly version: number;
  readonly packed: Uint8Array;
}

/** The link in a text: alone, as a part of an address, or in words. */
export function findLink(text: string): Result<FoundLink> {
  if (text.length > MOST_CARRIED) return fail('link.tooLong', { found: text.length, limit: MOST_CARRIED });
  const plain = plainText(text);
  if (plain === '') return fail('link.empty');
  /** The one that is longest, to say what is wrong with it. */
  let likeliest = '';
  let most = 0;
  for (const start of startsIn(plain)) {
    const rest = plain.slice(start);
    for (const run of runsOf(rest)) {
      const found = sealedIn(run);
      if (found !== undefined) return ok(found);
      if (run.length > most) [likeliest, most] = [rest, run.length];
    }
  }
  return most === 0 ? fail('link.notALink') : whyNot(likeliest);
}

/** Zero width characters, soft hyphens and marks of direction: nobody sees them, and carriers put them where a line may break. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|<w?br\s{0,4}\/?>/giu;
/** Hyphens and underlines that editors write instead of those of the keyboard; a dash stands for two hyphens. */
const HYPHENS = /[\u2010-\u2012\u2212\ufe63\uff0d]/g;
const DASHES = /[\u2013-\u2015]/g;

/** A text without other ways of writing its characters. */
function plainText(text: string): string {
  let plain = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = plain;
    plain = withoutEntities(withoutPercents(plain));
    if (plain === before) break;
  }
  return plain
    .replace(UNSEEN, '')
    .replace(HYPHENS, '-')
    .replace(DASHES, '--')
    .replaceAll('\uff3f', '_')
    .replace(SOFT_BREAK, '\n')
    .trim();
}
/** A line that ends for the mail's sake alone (RFC 2045, §6.7), and the marks of a quoted answer. */
const SOFT_BREAK = /=?\r?\n(?:[>|][ >|]{0,16})?/g;

/** Percent-encoding undone where it is valid UTF-8; the rest stays. */
function withoutPercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

/** Names of characters in HTML that matter here; what another name stands for is no part of a link. */
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', zwnj: '', zwj: '' },
  ...{ num: '#', lowbar: '_', hyphen: '-', dash: '-', ndash: '--', mdash: '--', percnt: '%', newline: '\n' },
};

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,7}));/gi,
    (entity: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
    },
  );
}

/** Where a link may begin: behind a `#` first, then wherever a word begins with a version. */
function startsIn(plain: string): number[] {
  const starts: number[] = [];
  const note = (pattern: RegExp): void => {
    for (const { index, 0: found } of plain.matchAll(pattern)) {
      if (starts.length === MOST_STARTS) return;
      const start = index + found.length - 1;
      if (!starts.includes(start)) starts.push(start);
    }
  };
  note(/#[^\w#]{0,8}_{0,3}[1-9]/g);
  note(/(?<![\dA-Za-z])[1-9](?=[\w-]{7})/g);
  note(/^[^\w]{0,8}_{0,3}[1-9]/g);
  return starts;
}

/** The characters of a link from its beginning on; lines and words are put together, as it may have been broken there. */
const RUN = /^[\w-][\w\s-]*/;

/** What a text begins with, put together; and the same without the hyphens that were put at the ends of lines. */
function runsOf(text: string): string[] {
  const run = RUN.exec(text)?.[0] ?? '';
  const whole = putTogether(run);
  const hyphenless = putTogether(run.replace(/-\s*\n/g, ''));
  return whole === hyphenless ? [whole] : [whole, hyphenless];
}

function putTogether(run: string): string {
  return run.replace(/\s+/g, '').slice(0, LINK_LIMITS.textLength);
}

/** The longest beginning of a run that has its check sum. */
function sealedIn(run: string): FoundLink | undefined {
  const bytes = wholeBytes(run.slice(1));
  const view = new DataView(bytes.buffer);
  let length = 0;
  let crc = CRC_START;
  for (let at = 0; at + CHECKSUM_BYTES <= bytes.length; at++) {
    if (at > 0 && view.getUint32(at, true) === crcEnd(crc)) length = at;
    crc = crcStep(crc, bytes[at]!);
  }
  if (length === 0) return undefined;
  // Bits that are left over in the last character are zero, or it was mistyped.
  const characters = Math.ceil(((length + CHECKSUM_BYTES) * 4) / 3);
  const text = run.slice(0, 1 + characters);
  if (fromBase64Url(text.slice(1)) === undefined) return undefined;
  return { text, version: Number(run[0]), packed: bytes.subarray(0, length) };
}

/**
 * True when the end is missing and nothing else is known to be wrong: deflated bytes say where they end, what they hold so far begins
 * as a document does, and of the check sum there is what fits. Of links that were cut all are known. Damage in the middle shows,
 * since what follows it inflates to no JSON; only so near to the end that nothing follows does it look like a cut.
 */
function isCut(run: string): boolean {
  const bytes = wholeBytes(run.slice(1));
  const begun = packedBeginning(bytes, LINK_LIMITS.documentBytes);
  if (begun === undefined || !isBeginning(begun.content)) return false;
  const { end } = begun;
  if (end === undefined) return true;
  const sum = new DataView(new ArrayBuffer(CHECKSUM_BYTES));
  sum.setUint32(0, crc32(bytes.subarray(0, end)), true);
  const there = bytes.subarray(end);
  return there.length < CHECKSUM_BYTES && there.every((byte, at) => byte === sum.getUint8(at));
}

/** True for bytes with which a document may begin; a character may be cut in the middle. */
function isBeginning(content: Uint8Array): boolean {
  try {
    return isJsonBeginning(new TextDecoder('utf-8', { fatal: true }).decode(content, { stream: true }));
  } catch {
    return false;
  }
}

/** What is wrong with a text that begins as a link does. */
function whyNot(text: string): Result<never> {
  const run = RUN.exec(text)?.[0] ?? '';
  const found = run.replace(/\s+/g, '').length;
  if (found > LINK_LIMITS.textLength) return fail('link.tooLong', { found, limit: LINK_LIMITS.textLength });
  const rest = text.slice(run.length);
  // Parameters and words behind a link are no part of it.
  if (/\s$/.test(run) || !/^[^?&].*[\w-]/s.test(rest))
    return isCut(putTogether(run)) ? fail('link.cut', { found }) : fail('link.altered');
  return fail('link.badCharacters', { found: String.fromCodePoint(rest.codePointAt(0)!), at: found + 1 });
}
