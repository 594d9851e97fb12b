/** Options of the commands, with Node's own parser; sizes and times are written as people write them. */
import { isWithin, type Range } from '#base/catalogue/limits';
import { parseNamedTime } from '#base/named-time';
import { fail, ok, type Result } from '#base/result';
import { EXTENSION_WORDS, type OptionalExtension, parseExtensions } from '#isa/extensions';

/** Of TCP. */
export const MOST_PORT = 65_535;

/** Letters behind a size, largest first. */
const UNITS = { G: 1024 ** 3, M: 1024 ** 2, K: 1024 } as const;

/** `32M`, `64K`, `1G`, `4096` in bytes, within what the lab's limits allow. */
export function parseSize(text: string, option: string, { least, most }: Range): Result<number> {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toUpperCase() as keyof typeof UNITS] ?? 1);
  if (digits !== '' && isWithin(bytes, { least, most })) return ok(bytes);
  return fail('option.size', { option, least: sizeText(least), most: sizeText(most), text });
}

/** Bytes as `parseSize` reads them. */
function sizeText(bytes: number): string {
  const unit = Object.entries(UNITS).find(([, factor]) => bytes % factor === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`;
}

/** A span of time as people write it, in nanoseconds: `10s`, `500ms`, `1:30`, `5 min`. */
export function parseDuration(text: string, option: string): Result<number> {
  const named = parseNamedTime(text);
  // A number alone could be nanoseconds for one and seconds for another.
  return named === undefined || /^\+?[\d.]+$/.test(text)
    ? fail('option.duration', { option, text })
    : ok(named.ns);
}

/** A whole number from 1. */
export function parseCount(text: string, option: string, most: number = MOST_COUNT): Result<number> {
  const isCount = /^[1-9]\d{0,14}$/.test(text) && Number(text) <= most;
  return isCount ? ok(Number(text)) : fail('option.count', { option, most, text });
}
const MOST_COUNT = 999_999_999_999_999;

/** Extensions of the instruction set, as `usual,zicond`. */
export function parseIsa(text: string): Result<readonly OptionalExtension[]> {
  const extensions = parseExtensions(text);
  return extensions === undefined
    ? fail('option.choice', { option: 'isa', choices: EXTENSION_WORDS.join(', '), text })
    : ok(extensions);
}
