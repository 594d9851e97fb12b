/** Files of the built-in internet: each byte follows from its place, so nobody holds them. What their digests are, a test works out. */
import { NS_PER_S } from '#base/virtual-time';

export interface WebFile {
  readonly name: string;
  readonly bytes: number;
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
  /** Fills the target with what lies from an offset on. */
  readonly read: (offset: number, target: Uint8Array) => void;
}

/** A word of the file by its place, mixed so that no part is like another (the finisher of MurmurHash3). */
function wordAt(place: number, salt: number): number {
  let word = (place + salt) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
  return word ^ (word >>> 16);
}

function mixed(name: string, bytes: number, salt: number, sha256: string): WebFile {
  const read = (offset: number, target: Uint8Array): void => {
    let at = 0;
    for (let place = Math.floor(offset / 4), skip = offset % 4; at < target.length; place++, skip = 0) {
      const word = wordAt(place, salt);
      for (let byte = skip; byte < 4 && at < target.length; byte++) target[at++] = word >>> (8 * byte);
    }
  };
  return { name, bytes, sha256, read };
}

export const FILES: readonly WebFile[] = [
  mixed('small.bin', 65_536, 0x5eed_0001, '99e6e746a3cbfa841e7397747364082daa796b5c8ea790c2fa72db5a70c13dd6'),
  mixed(
    'large.bin',
    4 << 20,
    0x5eed_0002,
    'b9f6b6f2518ced77fa5f994bc0b4ea128250c4f0745a089d594e65cd03dfeb04',
  ),
];

/** When the virtual clock of a host starts, for whoever asks for the time: the first of January 2026 (UTC). */
const EPOCH_SECONDS = 1_767_225_600;

/** Seconds since 1970 at an instant of virtual time. */
export function unixSeconds(now: number): number {
  return EPOCH_SECONDS + now / NS_PER_S;
}
