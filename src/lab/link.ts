/**
 * A scenario as the text of a link, and back: version, then base64url of deflated JSON with a check sum. A link comes
 * from anywhere: each step has its limit, is checked before the next begins, and never keeps more than the limit.
 *
 *   1 eNq…      version of the scenario format, one character
 *     └ base64url( deflate(short document as JSON, UTF-8) · CRC-32 of the deflated bytes, little-endian )
 */
import { deflateSync } from 'fflate';
import { fail, ok, type Result } from '#base/result';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { crc32 } from './crc32.ts';
import { shortDocument } from './defaults.ts';
import { inflate } from './inflate.ts';
import { LINK_LIMITS } from './limits.ts';
import { parseJson, plainData } from './plain-data.ts';
import type { Scenario } from './scenario.ts';
import { CURRENT_VERSION, readScenario, readVersion } from './versions.ts';

const CHECKSUM_BYTES = 4;

/** The text of a link, to go behind `#`. A scenario that could not be opened again is refused here already. */
export function encodeLink(scenario: Scenario, registries: Registries = REGISTRIES): Result<string> {
  const valid = readScenario(scenario, registries);
  if (!valid.ok) return valid;
  const document = plainData(shortDocument(valid.value, registries), LINK_LIMITS);
  if (!document.ok) return document;
  const json = new TextEncoder().encode(JSON.stringify(document.value));
  if (json.length > LINK_LIMITS.documentBytes)
    return fail('link.documentTooLong', { limit: LINK_LIMITS.documentBytes });
  const packed = deflateSync(json, { level: 9 });
  const bytes = new Uint8Array(packed.length + CHECKSUM_BYTES);
  bytes.set(packed);
  new DataView(bytes.buffer).setUint32(packed.length, crc32(packed), true);
  const text = `${CURRENT_VERSION}${toBase64Url(bytes)}`;
  if (text.length > LINK_LIMITS.textLength)
    return fail('link.tooLong', { found: text.length, limit: LINK_LIMITS.textLength });
  return ok(text);
}

/** The scenario of a link's text (without `#`). */
export function decodeLink(text: string, registries: Registries = REGISTRIES): Result<Scenario> {
  if (text.length > LINK_LIMITS.textLength)
    return fail('link.tooLong', { found: text.length, limit: LINK_LIMITS.textLength });
  if (text === '') return fail('link.empty');
  const version = /^[1-9]/.test(text) ? Number(text[0]) : undefined;
  if (version === undefined) return fail('link.notALink');
  const bytes = fromBase64Url(text.slice(1));
  if (bytes === undefined) return fail('link.badCharacters');
  const packed = unsealed(bytes);
  if (packed === undefined) return fail('link.damaged');
  const inflated = inflate(packed, LINK_LIMITS.documentBytes);
  if (!inflated.ok) return inflated;
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(inflated.value);
  } catch {
    return fail('document.notJson');
  }
  const document = parseJson(json, LINK_LIMITS);
  return document.ok ? readVersion(version, document.value, registries) : document;
}

/** The bytes before the check sum, if it is theirs: a mistyped or cut link is known as such, not as some other lab. */
function unsealed(bytes: Uint8Array): Uint8Array | undefined {
  const length = bytes.length - CHECKSUM_BYTES;
  if (length <= 0) return undefined;
  const packed = bytes.subarray(0, length);
  return new DataView(bytes.buffer).getUint32(length, true) === crc32(packed) ? packed : undefined;
}
