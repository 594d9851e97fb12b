/**
 * The first two gates of a document from outside: its JSON text is measured before it is parsed, and what was parsed is
 * copied to objects without prototype, so that no key of it can reach anything else. Knows nothing of scenarios.
 */
import { fail, ok, type Result } from '#base/result';
import { LINK_LIMITS } from './limits.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];
const COMMA = 0x2c;

/** Depth and number of values of a JSON text, from its brackets and commas alone; one pass, no recursion. */
export function measureJson(text: string): Result<null> {
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
    if (depth > LINK_LIMITS.depth) return fail('document.tooDeep', { limit: LINK_LIMITS.depth });
    if (values > LINK_LIMITS.values) return fail('document.tooManyValues', { limit: LINK_LIMITS.values });
  }
  return ok(null);
}

/** Keys with a meaning in JavaScript: no document of ours has them, so one that does means harm. */
const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Copies JSON-like data to arrays and objects without prototype. Refuses reserved keys, depth, and whatever is no
 * JSON (functions, dates, typed arrays, cycles by their depth).
 */
export function plainData(value: unknown): Result<unknown> {
  let values = 0;
  let failure: { readonly code: string; readonly where: string } | undefined;

  const copy = (item: unknown, where: string, depth: number): unknown => {
    if (failure !== undefined) return undefined;
    values++;
    if (depth > LINK_LIMITS.depth) failure = { code: 'document.tooDeep', where: '' };
    else if (values > LINK_LIMITS.values) failure = { code: 'document.tooManyValues', where: '' };
    else if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    // -0 is no integer that JSON keeps.
    else if (typeof item === 'number' && Number.isFinite(item)) return item === 0 ? 0 : item;
    else if (Array.isArray(item))
      return item.map((element, index) => copy(element, `${where}[${index}]`, depth + 1));
    else if (isPlainObject(item)) {
      const result: Record<string, unknown> = Object.create(null);
      for (const [key, element] of Object.entries(item)) {
        if (RESERVED_KEYS.has(key)) failure = { code: 'document.reservedKey', where };
        else result[key] = copy(element, where === '' ? key : `${where}.${key}`, depth + 1);
      }
      return result;
    } else failure = { code: 'document.notPlain', where };
    return undefined;
  };

  const result = copy(value, '', 0);
  if (failure === undefined) return ok(result);
  const limit = failure.code === 'document.tooManyValues' ? LINK_LIMITS.values : LINK_LIMITS.depth;
  return fail(failure.code, { limit }, failure.where === '' ? undefined : shown(failure.where, 160));
}

/** True for an object as JSON makes it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Parses a JSON text that has been measured. */
export function parseJson(text: string): Result<unknown> {
  const measured = measureJson(text);
  if (!measured.ok) return measured;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('document.notJson');
  }
  return plainData(value);
}

/** A piece of hostile text for a message: short, and without anything that a terminal or a reader would obey. */
export function shown(text: string, length = 40): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
