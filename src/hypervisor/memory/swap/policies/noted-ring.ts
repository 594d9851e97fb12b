/** Pages in an order, and a number that is noted of each: what policies that remember accesses are made of. */
import { SnapshotFormatError } from '#base/state/bytes';
import { longEnough, PageRing } from './page-ring.ts';

export class NotedRing<Notes extends Uint8Array | Float64Array> extends PageRing {
  /** By page. */
  notes: Notes;

  /** @param none notes of no page */
  constructor(none: Notes) {
    super();
    this.notes = none;
  }

  note(page: number, value: number): void {
    this.notes = longEnough(this.notes, page);
    this.notes[page] = value;
  }

  /** Of pages in their order, what is noted of them. */
  notesOf(pages: Uint32Array): Notes {
    const of = new (this.notes.constructor as new (length: number) => Notes)(pages.length);
    for (const [at, page] of pages.entries()) of[at] = this.notes[page]!;
    return of;
  }
  /** Becomes these pages, in this order, with what is noted of each. */
  fillWith(pages: Uint32Array, notes: Notes): void {
    if (pages.length !== notes.length) throw new SnapshotFormatError('notes of other pages');
    this.fill(pages);
    for (const [at, page] of pages.entries()) this.note(page, notes[at]!);
  }
}
