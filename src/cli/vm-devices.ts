/**
 * Disks, cards and other devices of `virtlab vm` as words: `--card mtu=9000,queues=2`, `--disk IMAGE,way=emulated-pio`,
 * `--disk size=64M,firstUse=50us`, `--device agent,terminal=true`. Whether a value is right the shape of VMs finds out.
 */

import { DISK_ALLOCATIONS } from '#base/catalogue/disk-allocations';
import { READ_ERROR_POLICIES, WRITE_ERROR_POLICIES } from '#base/catalogue/disk-errors';
import { DISK_WAY_IDS } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { DiskSpec, KindSpec, NicSpec } from '#base/scenario';
import { parseDuration, parseSize } from './options.ts';

/** The switch of a card that names none. */
const USUAL_SWITCH = 'lan';

type Words = Readonly<Record<string, string | number | boolean>>;

/** The data that a word means. */
function wordValue(word: string): string | number | boolean {
  if (word === 'true' || word === 'false') return word === 'true';
  return /^\d{1,9}$/.test(word) ? Number(word) : word;
}

function settingsOf(words: readonly string[]): Words {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return at < 0 ? [word, ''] : [word.slice(0, at), wordValue(word.slice(at + 1))];
    }),
  );
}

/** A card as a document has it: what it does not know is refused there. */
export function cardFrom(text: string): NicSpec {
  return { switch: USUAL_SWITCH, ...settingsOf(text.split(',').filter(Boolean)) };
}

/** A device of a kind, as a document has it. */
export function deviceFrom(text: string): KindSpec {
  const [kind = '', ...words] = text.split(',').filter(Boolean);
  return { kind, ...settingsOf(words) };
}

/** What becomes of what a guest writes to an image: it goes with the VM, or into the image. */
const WRITES = ['drop', 'keep'] as const;

/** What can be said of any disk, with what it takes. */
const DISK_WORDS: Readonly<Record<string, readonly string[] | 'number'>> = {
  way: DISK_WAY_IDS,
  readErrors: READ_ERROR_POLICIES,
  writeErrors: WRITE_ERROR_POLICIES,
  queues: 'number',
};
/** Besides of one on an image, and of an empty one. */
const IMAGE_WORDS: typeof DISK_WORDS = { ...DISK_WORDS, writes: WRITES };
const EMPTY_WORDS: typeof DISK_WORDS = {
  ...{ size: 'number', allocation: DISK_ALLOCATIONS, firstUse: 'number' },
  ...DISK_WORDS,
};

/** A disk on an image. */
export interface DiskWords {
  readonly path: string;
  /** What the guest flushes goes into the image. */
  readonly keeps: boolean;
  readonly settings: Words;
}

/** A disk that holds nothing at first, or a path and what is said behind it; commas may be part of the path. */
export function diskFrom(text: string): Result<DiskWords | DiskSpec> {
  const parts = text.split(',');
  const isEmpty = EMPTY_DISK.test(text);
  const known = isEmpty ? EMPTY_WORDS : IMAGE_WORDS;
  const least = isEmpty ? 0 : 1;
  const words: string[] = [];
  for (let word = parts.at(-1); parts.length > least && word?.includes('='); word = parts.at(-1)) {
    const key = word.slice(0, word.indexOf('='));
    const takes = known[key];
    if (takes === undefined)
      return fail('option.unknown', { of: 'disk', option: key, known: Object.keys(known).join(', ') });
    const value = word.slice(key.length + 1);
    if (takes !== 'number' && !takes.includes(value))
      return fail('option.choice', { option: `disk ${key}`, choices: takes.join(', '), text: value });
    words.push(word);
    parts.pop();
  }
  if (isEmpty) return emptyDisk(words);
  const { writes = WRITES[0], ...settings } = settingsOf(words);
  return ok({ path: parts.join(','), keeps: writes === 'keep', settings });
}
const EMPTY_DISK = /^size=/;

/** A disk in memory, which ends with its VM. */
function emptyDisk(words: readonly string[]): Result<DiskSpec> {
  const { size, allocation, firstUse, ...settings } = settingsOf(words);
  const sizeBytes = parseSize(String(size), 'disk size', LIMITS.diskBytes);
  if (!sizeBytes.ok) return sizeBytes;
  const firstUseNs = firstUse === undefined ? ok(0) : parseDuration(String(firstUse), 'disk firstUse');
  if (!firstUseNs.ok) return firstUseNs;
  const content = {
    kind: 'memory',
    ...(allocation === undefined ? {} : { allocation }),
    ...(firstUseNs.value === 0 ? {} : { firstUseNs: firstUseNs.value }),
  };
  return ok({ sizeBytes: sizeBytes.value, content, ...settings });
}
