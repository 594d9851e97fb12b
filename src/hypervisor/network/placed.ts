/** Stages, parts and appliances where they are, with what they have counted: how a state holds one. */
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, part } from '#base/state/part';
import { integer, list, optional, text, upTo } from '#base/state/types';
import type { Counters } from '#machine/devices/counters';

interface CountState {
  readonly name: string;
  readonly value: number;
}
const COUNT = declare<CountState>('count', { name: text(64), value: integer });

export interface PlacedState {
  readonly id: string;
  readonly counters: readonly CountState[];
  readonly state: PartState | undefined;
}

/** The declaration of such a thing, by what it is. */
export function declarePlaced(name: string): Declaration<PlacedState> {
  return declare<PlacedState>(name, {
    id: text(64),
    counters: list(COUNT, upTo(64)),
    state: optional(part),
  });
}

/** What captures and restores itself, where it has a state. */
interface Stateful {
  capture?(): PartState;
  restore?(state: PartState): void;
}

export function capturePlaced(id: string, thing: Stateful, counters: Counters<string>): PlacedState {
  return {
    id,
    counters: Object.entries(counters).map(([name, value]) => ({ name, value })),
    state: thing.capture?.(),
  };
}

export function restorePlaced(
  id: string,
  thing: Stateful,
  counters: Counters<string>,
  saved: PlacedState,
): void {
  const hasState = thing.restore !== undefined;
  if (saved.id !== id || hasState !== (saved.state !== undefined))
    throw new SnapshotFormatError(`${JSON.stringify(saved.id)} where ${id} belongs`);
  for (const { name, value } of saved.counters) {
    if (!Object.hasOwn(counters, name))
      throw new SnapshotFormatError(`${id} counts no ${JSON.stringify(name)}`);
    counters[name] = value;
  }
  if (saved.state !== undefined) thing.restore?.(saved.state);
}

/** The counter that has risen; the first of several. */
export function risen(counters: Counters<string>, before: Counters<string>): string | undefined {
  return Object.keys(counters).find((name) => counters[name] !== before[name]);
}
