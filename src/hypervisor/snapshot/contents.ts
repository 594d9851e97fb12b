/**
 * The contents that the snapshots of a host's VMs hold: pages and parts of disks, each content once, however many snapshots have it.
 * Two contents are the same when their bytes are; their hash only says where to look.
 */
import { invariant } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { text, u32 } from '#base/state/types';

/** A content without its bytes, as the state of a host names it: the host's hash is over these, not over the bytes. */
export interface NamedContent {
  readonly number: number;
  readonly hash: string;
}
export const NAMED_CONTENT: Declaration<NamedContent> = declare('content', { number: u32, hash: text(16) });

interface Content extends NamedContent {
  readonly bytes: Uint8Array;
  /** How often snapshots have it. */
  uses: number;
}

export class ContentStore {
  readonly #hash: (bytes: Uint8Array) => string;
  readonly #byNumber = new Map<number, Content>();
  /** Those of one hash. */
  readonly #byHash = new Map<string, Content[]>();
  readonly #kept = new WeakSet<Uint8Array>();
  #last = 0;
  #bytes = 0;

  /** @param hash of bytes, as 16 hexadecimal digits */
  constructor(hash: (bytes: Uint8Array) => string) {
    this.#hash = hash;
  }

  /** Bytes of all contents. */
  get bytes(): number {
    return this.#bytes;
  }
  /** True for bytes of this store, which never change. */
  has(bytes: Uint8Array): boolean {
    return this.#kept.has(bytes);
  }

  /** The number of a content, which is copied unless it is here; it has one use more. */
  add(bytes: Uint8Array): number {
    const hash = this.#hash(bytes);
    const found = this.#byHash.get(hash)?.find((content) => isSame(content.bytes, bytes));
    const content = found ?? this.#keep(++this.#last, hash, bytes.slice());
    content.uses += 1;
    return content.number;
  }

  #keep(number: number, hash: string, bytes: Uint8Array): Content {
    const content = { number, hash, bytes, uses: 0 };
    this.#byNumber.set(number, content);
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), content]);
    this.#kept.add(bytes);
    this.#bytes += bytes.length;
    return content;
  }

  /** The bytes of a content; they are never written. */
  get(number: number): Uint8Array {
    return this.#at(number).bytes;
  }
  /** How often snapshots have a content. */
  uses(number: number): number {
    return this.#at(number).uses;
  }
  #at(number: number): Content {
    const content = this.#byNumber.get(number);
    invariant(content !== undefined, 'a content that a snapshot has is here');
    return content;
  }

  /** A snapshot has a content no more; it goes with its last use. */
  drop(number: number): void {
    const content = this.#at(number);
    content.uses -= 1;
    if (content.uses > 0) return;
    this.#byNumber.delete(number);
    const rest = (this.#byHash.get(content.hash) ?? []).filter((other) => other !== content);
    if (rest.length === 0) this.#byHash.delete(content.hash);
    else this.#byHash.set(content.hash, rest);
    this.#bytes -= content.bytes.length;
  }

  /** The number that was given last: a restored store goes on counting as this one does. */
  get last(): number {
    return this.#last;
  }
  /** Numbers behind this one, whose contents are gone, are given again: what was refused leaves no trace. */
  countFrom(last: number): void {
    this.#last = last;
  }
  /** All contents, by number. */
  list(): readonly Readonly<Content>[] {
    return [...this.#byNumber.values()].sort((a, b) => a.number - b.number);
  }

  /** Takes contents back, in the order of {@link list}; who has them says so with {@link use}. */
  restore(named: readonly NamedContent[], bytes: readonly Uint8Array[], last: number): void {
    this.#last = last;
    if (named.length !== bytes.length) throw new SnapshotFormatError('contents without their bytes');
    for (const [index, { number, hash }] of named.entries()) {
      const own = bytes[index]!.slice();
      if (number === 0 || number > last || this.#byNumber.has(number))
        throw new SnapshotFormatError('two contents of one number');
      if (this.#hash(own) !== hash) throw new SnapshotFormatError('a content of another hash');
      this.#keep(number, hash, own);
    }
  }
  /** A snapshot that was restored has a content. */
  use(number: number): void {
    const content = this.#byNumber.get(number);
    if (content === undefined) throw new SnapshotFormatError('a snapshot of contents that are not there');
    content.uses += 1;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
