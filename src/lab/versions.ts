/**
 * The versions of the scenario format. A version is read by its own reader for ever, and then carried forward to the
 * present one; a document from a later lab is refused by its number, not guessed at.
 */
import { LIMITS } from '#base/catalogue/limits';
import { isPlainObject } from '#base/plain-data';
import { fail, type Result } from '#base/result';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { countCommands, fillIn } from './defaults.ts';
import { FILE_LIMITS } from './limits.ts';
import { parseJson, plainData } from './plain-data.ts';
import { checkReferences } from './references.ts';
import type { Scenario } from './scenario.ts';
import { parseDocument } from './schema.ts';

/** The version that is written. */
export const CURRENT_VERSION = 1;

function readVersion1(document: unknown, registries: Registries): Result<Scenario> {
  const parsed = parseDocument(document, registries);
  if (!parsed.ok) return parsed;
  // Few characters can mean many keys: too many are refused before any is made.
  const found = countCommands(parsed.value.commands ?? []);
  if (found > LIMITS.commands) return fail('scenario.tooMany', { found, limit: LIMITS.commands }, 'commands');
  return checkReferences(fillIn(parsed.value, registries), registries);
}

const READERS: Readonly<Record<number, (document: unknown, registries: Registries) => Result<Scenario>>> = {
  1: readVersion1,
};

/** Reads a document (plain data, without its version) of a version. The registries say which kinds of things it may name. */
export function readVersion(
  version: unknown,
  document: unknown,
  registries: Registries = REGISTRIES,
): Result<Scenario> {
  const reader =
    typeof version === 'number' && Object.hasOwn(READERS, version) ? READERS[version] : undefined;
  if (reader !== undefined) return reader(document, registries);
  const found = typeof version === 'number' ? version : '?';
  return fail('scenario.version', { found, known: CURRENT_VERSION }, 'version');
}

/** Checks a scenario from anywhere: whole, or with what the defaults say left out; `version` must be there. */
export function readScenario(value: unknown, registries: Registries = REGISTRIES): Result<Scenario> {
  const plain = plainData(value, FILE_LIMITS);
  return plain.ok ? readPlain(plain.value, registries) : plain;
}

/** Reads the text of a scenario file. */
export function readScenarioText(text: string, registries: Registries = REGISTRIES): Result<Scenario> {
  if (text.length > FILE_LIMITS.documentBytes)
    return fail('document.tooLong', { found: text.length, limit: FILE_LIMITS.documentBytes });
  const parsed = parseJson(text, FILE_LIMITS);
  return parsed.ok ? readPlain(parsed.value, registries) : parsed;
}

function readPlain(value: unknown, registries: Registries): Result<Scenario> {
  if (!isPlainObject(value)) return fail('scenario.type', { expected: 'object', found: typeof value });
  const { version, ...document } = value;
  if (version === undefined) return fail('scenario.missing', { found: 'undefined' }, 'version');
  return readVersion(version, document, registries);
}
