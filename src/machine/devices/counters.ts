/**
 * Counters as data: a device lists their names, and gets a plain object that policies can read and a snapshot holds.
 */
import { type Declaration, declare, type Fields } from '#base/state/declare';
import { integer } from '#base/state/types';

/** Event counts by name. */
export type Counters<Name extends string> = Record<Name, number>;

/** All counters at zero. */
export function zeroCounters<Name extends string>(names: readonly Name[]): Counters<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counters<Name>;
}

/** What a state holds of counters. */
export function countersState<Name extends string>(
  of: string,
  names: readonly Name[],
): Declaration<Counters<Name>> {
  return declare<Counters<Name>>(
    `counters of ${of}`,
    Object.fromEntries(names.map((name) => [name, integer])) as Fields<Counters<Name>>,
  );
}
