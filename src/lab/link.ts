/**
 * A scenario as the text of a link, and back: version, then base64url of deflated JSON with a check sum. A link comes
 * from anywhere: each step has its limit, is checked before the next begins, and never keeps more than the limit.
 *
 *   1 eNq…      version of the scenario format, one character
 *     └ base64url( deflate(short document as JSON, UTF-8) · CRC-32 of the deflated bytes, little-endian )
 */
import { deflateSync } from 'fflate';
import { crc32 } from '#base/crc32';
import { fail, ok, type Result } from '#base/result';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { toBase64Url } from './base64url.ts';
import { shortDocument } from './defaults.ts';
import { inflate } from './inflate.ts';
import { LINK_LIMITS } from './limits.ts';
import { CHECKSUM_BYTES, findLink } from './link-carriers.ts';
import { parseJson, plainData } from './plain-data.ts';
import type { Scenario } from './scenario.ts';
import { CURRENT_VERSION, readScenario, readVersion } from './versions.ts';

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

/** The scenario of a link, as it arrives: a fragment, a whole address, or a message with one in it. */
export function decodeLink(text: string, registries: Registries = REGISTRIES): Result<Scenario> {
  const found = findLink(text);
  if (!found.ok) return found;
  const { version, packed } = found.value;
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
