/** Options of the commands, with Node's own parser; sizes and times are written as people write them. */
import { fail, ok, type Result } from '#base/result';

/** `32M`, `64K`, `1G`, `4096` in bytes. */
export function parseSize(text: string, option: string): Result<number> {
  const [, digits, unit] = /^(\d{1,12})([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  if (digits === undefined) return fail('option.size', { option, text });
  const factor = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit?.toUpperCase() ?? ''] ?? 1;
  return ok(Number(digits) * factor);
}

/** `10s`, `500ms`, `20us` in nanoseconds. */
export function parseDuration(text: string, option: string): Result<number> {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d+)?)(s|ms|us|ns)$/.exec(text) ?? [];
  if (digits === undefined) return fail('option.duration', { option, text });
  const factor = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 }[unit ?? 's'] ?? 1;
  return ok(Math.round(Number(digits) * factor));
}

/** A positive whole number. */
export function parseCount(text: string, option: string): Result<number> {
  return /^[1-9]\d{0,14}$/.test(text) ? ok(Number(text)) : fail('option.count', { option, text });
}
