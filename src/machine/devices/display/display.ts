/** What a screen shows, for whoever looks: a part of the page, a screenshot, a remote viewer. To look changes nothing. */
import type { Damage } from './damage.ts';

/** The pointer that a guest draws: a small picture above the other. */
export interface Cursor {
  /** Of its top left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha. */
  readonly pixels: Uint8Array;
}

export interface Display {
  /** Of what is shown; 0 by 0 while nothing is. */
  readonly width: number;
  readonly height: number;
  /** Which tiles have changed; another object when size or source did. The pointer is not part of it. */
  readonly damage: Damage;
  /** Grows whenever the pointer moved or changed. */
  readonly cursorGeneration: number;
  readonly cursor: Cursor | undefined;
  /**
   * Notes what has changed since the last time, where the display does not hear of it by itself; false while a part of it is on its
   * way into memory, and was left as it was.
   */
  refresh(): boolean;
  /** Copies a rectangle that lies within, as red, green, blue, alpha; rows follow each other in `target`. */
  read(x: number, y: number, width: number, height: number, target: Uint8Array): void;
}
