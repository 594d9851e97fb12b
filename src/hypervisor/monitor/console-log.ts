/**
 * What a VM has written to its consoles, bounded: the oldest bytes give way. A reader keeps its own position.
 */
import { type Declaration, declare } from '#base/state/declare';
import { integer } from '#base/state/types';
import { BYTE_RING, ByteRing, type ByteRingState } from '#machine/devices/byte-ring';

/** Bytes kept. */
export const CONSOLE_KEPT: number = 256 * 1024;

/** New output since a position. */
export interface ConsolePart {
  readonly bytes: Uint8Array;
  /** Bytes between the asked position and these that are gone. */
  readonly dropped: number;
  /** Ask from here next time. */
  readonly position: number;
}

export interface ConsoleLogState {
  readonly kept: ByteRingState;
  readonly written: number;
}
export const CONSOLE_LOG: Declaration<ConsoleLogState> = declare('console log', {
  kept: BYTE_RING,
  written: integer,
});

const NOTHING = new Uint8Array(0);

export class ConsoleLog {
  readonly #ring = new ByteRing(CONSOLE_KEPT);
  /** Bytes ever written. */
  written = 0;
  /** Changes when the log becomes another one (its VM was reverted): a reader begins anew. No state. */
  generation = 0;

  append(bytes: Uint8Array): void {
    this.#ring.pushOverwriting(bytes);
    this.written += bytes.length;
  }

  /** Output from a position on (0: all that is kept). */
  since(position: number): ConsolePart {
    const fresh = this.written - position;
    if (fresh <= 0) return { bytes: NOTHING, dropped: 0, position: this.written };
    const kept = this.#ring.peekAll();
    const bytes = kept.subarray(Math.max(0, kept.length - fresh));
    return { bytes, dropped: fresh - bytes.length, position: this.written };
  }

  capture(): ConsoleLogState {
    return { kept: this.#ring.capture(), written: this.written };
  }
  restore({ kept, written }: ConsoleLogState): void {
    this.#ring.restore(kept);
    this.written = written;
    this.generation += 1;
  }
}
