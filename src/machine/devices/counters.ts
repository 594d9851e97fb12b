/**
 * Counters as data: a device lists their names, and gets a plain object that policies can read and a snapshot holds.
 */
import type { StateReader, StateWriter } from '#base/state-codec';

/** Event counts by name. */
export type Counters<Name extends string> = Record<Name, number>;

/** All counters at zero. */
export function zeroCounters<Name extends string>(names: readonly Name[]): Counters<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counters<Name>;
}

/** Writes the counters in the order of their names' list. */
export function saveCounters<Name extends string>(
  w: StateWriter,
  names: readonly Name[],
  counters: Counters<Name>,
): void {
  for (const name of names) w.integer(counters[name]);
}

/** Reads the counters back into the same object. */
export function loadCounters<Name extends string>(
  r: StateReader,
  names: readonly Name[],
  counters: Counters<Name>,
): void {
  for (const name of names) counters[name] = r.integer();
}
