/** The swap area of a host, as the pages of a VM see it. Types only. */

/** Where a page lies in the swap area: a number from 1 on. */
export type Place = number;

/** No room in the swap area. */
export const NO_PLACE: Place = 0;

export interface PageStore {
  /** Its disk reads and writes; while it does not, what lies there stays there. */
  readonly works: boolean;
  /** Writes the content of a frame; {@link NO_PLACE} when there is no room, or the disk does not work. */
  put(spfn: number): Place;
  /** Reads a place into a frame and frees the place; the owner is told when the disk has done it. */
  fetch(place: Place, spfn: number, owner: number, guestFrame: number): void;
  /** Nobody waits for the page any more. */
  forget(owner: number, guestFrame: number): void;
  /** The content of a place. */
  read(place: Place): Uint8Array;
  /** Frees a place. */
  drop(place: Place): void;
}
