/**
 * The first two gates of a document from outside: its JSON text is measured before it is parsed, and what was parsed is
 * copied to objects without prototype, so that no key of it can reach anything else. Knows nothing of scenarios.
 */
import type { ErrorCode } from '#base/catalogue/error-codes';
import { isPlainObject, shown } from '#base/plain-data';
import { type ErrorData, fail, ok, type Result } from '#base/result';
import type { DocumentLimits } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const COMMA = 0x2c;

/** Depth and number of values of a JSON text, from its brackets and commas alone; one pass, no recursion. */
function measureJson(text: string, limits: DocumentLimits): Result<null> {
  let depth = 0;
  let values = 1;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPEN.includes(code)) {
      depth++;
      values++;
    } else if (CLOSE.includes(code)) depth--;
    else if (code === COMMA) values++;
    if (depth > limits.depth) return fail('document.tooDeep', { limit: limits.depth });
    if (values > limits.values) return fail('document.tooManyValues', { limit: limits.values });
  }
  return ok(null);
}

/** Keys with a meaning in JavaScript: no document of ours has them, so one that does means harm. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Copies JSON-like data to arrays and objects without prototype. Refuses reserved keys, what is too deep, too long or
 * too much, and whatever is no JSON (functions, dates, typed arrays, circles by their depth).
 */
export function plainData(value: unknown, limits: DocumentLimits): Result<unknown> {
  let values = 0;
  let failure: Result<never> | undefined;
  const refuse = (code: ErrorCode, data: ErrorData, where: string): undefined => {
    failure ??= { ok: false, error: { code, data, ...(where === '' ? {} : { where: shown(where, 160) }) } };
    return undefined;
  };

  const copy = (item: unknown, where: string, depth: number): unknown => {
    if (failure !== undefined) return undefined;
    values++;
    if (values > limits.values) return refuse('document.tooManyValues', { limit: limits.values }, '');
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    // JSON keeps no -0.
    if (typeof item === 'number' && Number.isFinite(item)) return item === 0 ? 0 : item;
    const isList = Array.isArray(item);
    if (!isList && !isPlainObject(item)) return refuse('document.notPlain', {}, where);
    if (depth === limits.depth) return refuse('document.tooDeep', { limit: limits.depth }, '');
    if (!isList) return copyObject(item, where, depth + 1);
    const { arrayLength: limit } = limits;
    if (item.length > limit) return refuse('document.listTooLong', { found: item.length, limit }, where);
    return item.map((element, index) => copy(element, `${where}[${index}]`, depth + 1));
  };
  const copyObject = (item: Record<string, unknown>, where: string, depth: number): unknown => {
    const result: Record<string, unknown> = Object.create(null);
    for (const [key, element] of Object.entries(item)) {
      if (RESERVED_KEYS.has(key)) return refuse('document.reservedKey', {}, where);
      result[key] = copy(element, where === '' ? key : `${where}.${key}`, depth);
    }
    return result;
  };

  const result = copy(value, '', 0);
  return failure ?? ok(result);
}

/** Parses a JSON text within limits. */
export function parseJson(text: string, limits: DocumentLimits): Result<unknown> {
  const measured = measureJson(text, limits);
  if (!measured.ok) return measured;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('document.notJson');
  }
  return plainData(value, limits);
}

/** Whether two documents say the same, in whatever order their keys stand; what is undefined is not there. */
export function isSameDocument(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    isSameDocument(left[key], right[key]),
  );
}
