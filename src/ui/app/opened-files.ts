/**
 * Labs that were opened from files. A file has no address: the address says under which word the browser keeps its lab or, where it
 * keeps none, by which word the page knows the file. The page holds the last few, so that back and forward find them.
 */
import type { LabSource } from '#bridge/protocol/lab-api';
import type { LabAddress } from '../state/addresses.ts';

/** A file may be large: only so many are held. */
const MOST_FILES = 3;

export class OpenedFiles {
  /** By word, the last that was opened at the end. */
  readonly #files: Map<string, LabSource> = new Map();
  readonly #words: WeakMap<object, string> = new WeakMap();

  /** The address of a source that somebody asks for; whether it is kept is known when it is open. */
  addressOf(source: LabSource): LabAddress {
    if (source.kind !== 'state' && source.kind !== 'scenario') return source;
    let word = this.#words.get(source);
    if (word === undefined) {
      // Of all visits: an address may outlive its page.
      word = crypto.randomUUID();
      this.#words.set(source, word);
    }
    this.#hold(word, source);
    return { kind: 'file', word };
  }

  /** The address of a lab that is open, which the browser keeps under a word or does not keep. */
  nameOf(asked: LabAddress, source: LabSource, keptAs: string | undefined): LabAddress {
    if (asked.kind !== 'file') return asked;
    if (keptAs !== undefined) {
      this.#files.delete(asked.word);
      this.#hold(keptAs, source);
    }
    return keptAs === undefined ? asked : { kind: 'kept', key: keptAs };
  }

  #hold(word: string, source: LabSource): void {
    this.#files.delete(word);
    this.#files.set(word, source);
    for (const oldest of [...this.#files.keys()].slice(0, -MOST_FILES)) this.#files.delete(oldest);
  }

  /** What to open for an address; of a file that is not here any more, what may be kept of it. */
  sourceOf(address: LabAddress): LabSource {
    if (address.kind !== 'file') return address;
    return this.#files.get(address.word) ?? { kind: 'kept', key: address.word };
  }

  isGone(address: LabAddress): boolean {
    return address.kind === 'file' && !this.#files.has(address.word);
  }

  /** The file of a lab that the browser should have kept. */
  ofKept(address: LabAddress): LabSource | undefined {
    return address.kind === 'kept' ? this.#files.get(address.key) : undefined;
  }
}
