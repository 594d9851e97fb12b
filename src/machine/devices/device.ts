/**
 * What every platform device looks like from the bus and from the interrupt controller. Values come from guests: a
 * device takes any offset, size and value without throwing.
 */

import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState } from '#base/state/part';
import type { CounterRow } from './counters.ts';
import type { RegisterRow } from './register.ts';

/** A register window. The bus hands over naturally aligned accesses of 1, 2 or 4 bytes inside the window. */
export interface MmioDevice {
  /** It came later than states: in one of old there is none, and it begins as after power-on. */
  readonly mayBeMissing?: boolean;
  /** Unique on its bus; names the device in metrics and in snapshots. */
  readonly name: string;
  /** Kind of device, where there may be several on a bus: a word for people. */
  readonly kind?: string;
  /** What it has counted besides accesses, and what each of these counters is called. */
  readonly counters?: Readonly<Record<string, number>>;
  readonly counterRows?: readonly CounterRow[];
  /** Its registers by offset, for people; the same list as long as they are the same. */
  readonly registers?: readonly RegisterRow[];
  /** What a register holds, without what a read does to the device; undefined where there is nothing to see. */
  peek?(offset: number, size: number): number | undefined;
  /** Reads a register; an unknown one reads 0. The result is an unsigned number of `size` bytes. */
  read(offset: number, size: number): number;
  /** Writes a register; an unknown one ignores it. */
  write(offset: number, size: number, value: number): void;
  /** Returns to the state after power-on. */
  reset(): void;
  /** Its state, as it is until the device changes. */
  capture(): PartState;
  restore(state: PartState): void;
}

/** The state of a device that has none. */
export const STATELESS: Declaration<object> = declare('stateless', {});
export const NO_STATE: PartState = partState(STATELESS, {});

/** A wire into an interrupt controller; setting the level that it has already changes nothing. */
export interface InterruptLine {
  set(level: boolean): void;
}

/** A line that leads nowhere. */
export const UNCONNECTED_LINE: InterruptLine = { set: () => {} };
