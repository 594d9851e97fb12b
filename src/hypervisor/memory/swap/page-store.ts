/** The swap area of a host, as the pages of a VM see it. Types only. */

/** Where a page lies in the swap area: a number from 1 on. */
export type Place = number;

/** No room in the swap area. */
export const NO_PLACE: Place = 0;

export interface PageStore {
  /** Its disk reads; while it does not, what lies there stays there. */
  readonly reads: boolean;
  /**
   * Takes the content of a page's frame; {@link NO_PLACE} when there is no room, or the disk does not write. What lies there still, and
   * has not been changed since it was read, is not written again.
   */
  put(spfn: number, owner: number, guestFrame: number, isChanged: boolean): Place;
  /** Reads a place into a frame; the owner is told when the disk has done it. The place stays the page's while there is room. */
  fetch(place: Place, spfn: number, owner: number, guestFrame: number): void;
  /** What lies in the area of a page that is in a frame is not its content any more. */
  uncache(owner: number, guestFrame: number): void;
  /** Nobody waits for the page any more. */
  forget(owner: number, guestFrame: number): void;
  /** The content of a place. */
  read(place: Place): Uint8Array;
  /** Frees a place. */
  drop(place: Place): void;
}
