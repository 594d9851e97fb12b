/** Disks and cards of `virtlab vm` as words: `--card mtu=9000,queues=2`, `--disk IMAGE,way=emulated-pio`. Whether a value is right the shape of VMs finds out. */
import { READ_ERROR_POLICIES, WRITE_ERROR_POLICIES } from '#base/catalogue/disk-errors';
import { DISK_WAY_IDS } from '#base/catalogue/disk-ways';
import { fail, ok, type Result } from '#base/result';
import type { NicSpec } from '#base/scenario';

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

/** What becomes of what a guest writes to an image: it goes with the VM, or into the image. */
const WRITES = ['drop', 'keep'] as const;

/** What can be said of a disk on an image, with what it takes. */
const DISK_WORDS: Readonly<Record<string, readonly string[] | 'number'>> = {
  way: DISK_WAY_IDS,
  readErrors: READ_ERROR_POLICIES,
  writeErrors: WRITE_ERROR_POLICIES,
  queues: 'number',
  writes: WRITES,
};

export interface DiskWords {
  readonly path: string;
  /** What the guest flushes goes into the image. */
  readonly keeps: boolean;
  readonly settings: Words;
}

/** A path and what is said behind it; commas may be part of the path. */
export function diskFrom(text: string): Result<DiskWords> {
  const parts = text.split(',');
  const words: string[] = [];
  for (let word = parts.at(-1); parts.length > 1 && word?.includes('='); word = parts.at(-1)) {
    const key = word.slice(0, word.indexOf('='));
    const takes = DISK_WORDS[key];
    if (takes === undefined)
      return fail('option.unknown', { of: 'disk', option: key, known: Object.keys(DISK_WORDS).join(', ') });
    const value = word.slice(key.length + 1);
    if (takes !== 'number' && !takes.includes(value))
      return fail('option.choice', { option: `disk ${key}`, choices: takes.join(', '), text: value });
    words.push(word);
    parts.pop();
  }
  const { writes = WRITES[0], ...settings } = settingsOf(words);
  return ok({ path: parts.join(','), keeps: writes === 'keep', settings });
}
