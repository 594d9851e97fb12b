/**
 * The versions of the scenario format. A version is read by its own reader for ever, and then carried forward to the
 * present one; a document from a later lab is refused by its number, not guessed at.
 */
import { fail, type Result } from '#base/result';
import type { Scenario } from '#base/scenario';
import { fillIn } from './defaults.ts';
import { FILE_LIMITS } from './limits.ts';
import { isPlainObject, parseJson, plainData } from './plain-data.ts';
import { checkReferences } from './references.ts';
import { parseDocument } from './schema.ts';

/** The version that is written. */
export const CURRENT_VERSION = 1;

function readVersion1(document: unknown): Result<Scenario> {
  const parsed = parseDocument(document);
  return parsed.ok ? checkReferences(fillIn(parsed.value)) : parsed;
}

const READERS: Readonly<Record<number, (document: unknown) => Result<Scenario>>> = { 1: readVersion1 };

/** Reads a document (plain data, without its version) of a version. */
export function readVersion(version: unknown, document: unknown): Result<Scenario> {
  const reader =
    typeof version === 'number' && Object.hasOwn(READERS, version) ? READERS[version] : undefined;
  if (reader !== undefined) return reader(document);
  const found = typeof version === 'number' ? version : '?';
  return fail('scenario.version', { found, known: CURRENT_VERSION }, 'version');
}

/** Checks a scenario from anywhere: whole, or with what the defaults say left out; `version` must be there. */
export function readScenario(value: unknown): Result<Scenario> {
  const plain = plainData(value, FILE_LIMITS);
  return plain.ok ? readPlain(plain.value) : plain;
}

/** Reads the text of a scenario file. */
export function readScenarioText(text: string): Result<Scenario> {
  if (text.length > FILE_LIMITS.documentBytes)
    return fail('document.tooLong', { found: text.length, limit: FILE_LIMITS.documentBytes });
  const parsed = parseJson(text, FILE_LIMITS);
  return parsed.ok ? readPlain(parsed.value) : parsed;
}

function readPlain(value: unknown): Result<Scenario> {
  if (!isPlainObject(value)) return fail('scenario.type', { expected: 'object', found: typeof value });
  const { version, ...document } = value;
  if (version === undefined) return fail('scenario.missing', { found: 'undefined' }, 'version');
  return readVersion(version, document);
}
