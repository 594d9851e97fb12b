/**
 * Parts of a host whose code comes when it is wanted: no plain lab needs them, and a visit does not wait for them. What wants one is
 * found by words: a part names those by which specifications and commands ask for it.
 *
 *   { op: 'vm.create', args: { vm: { …, disks: [{ way: 'emulated-pio' }] } } }
 *                                          └──────────────┴─ words: the part that has one of them comes first
 */
import type { LaterPart } from '#base/later';
import type { AnyKind } from '#machine/kind';

/** Longer texts are typed lines, files and the like. */
const LONGEST_WORD = 40;
/** A command that takes a VM in from a file: what that has, the file says. */
const FROM_FILE = 'vm.moveIn';

export class LaterParts {
  readonly #parts: readonly LaterPart[];

  /** @param kinds of all lists: some come later */
  constructor(parts: readonly LaterPart[], kinds: readonly AnyKind[]) {
    this.#parts = [...parts, ...kinds.map(({ later }) => later).filter((later) => later !== undefined)];
  }

  /** Sees to it that all are here. */
  async come(): Promise<void> {
    await Promise.all(this.#missing.map(({ code }) => code.come()));
  }

  /** Sees to it that those are here that a specification or a command names. */
  async comeFor(document: object): Promise<void> {
    const missing = this.#missing;
    if (missing.length === 0) return;
    const words = new Set<string>();
    collect(document, words);
    const wanted = words.has(FROM_FILE)
      ? missing
      : missing.filter((part) => part.words.some((word) => words.has(word)));
    await Promise.all(wanted.map(({ code }) => code.come()));
  }

  get #missing(): readonly LaterPart[] {
    return this.#parts.filter(({ code }) => !code.isHere);
  }
}

/** The words of a document that has been checked, so that it has a bound. */
function collect(value: unknown, words: Set<string>): void {
  if (typeof value === 'string' && value.length <= LONGEST_WORD) words.add(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  for (const [name, part] of Object.entries(value)) {
    words.add(name);
    collect(part, words);
  }
}
