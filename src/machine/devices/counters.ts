/**
 * Counters as data: a device lists them with what a person reads of them, and gets a plain object that policies can read and a
 * snapshot holds.
 */
import { type Declaration, declare, type Fields, since } from '#base/state/declare';
import { integer } from '#base/state/types';

/** Event counts by name. */
export type Counters<Name extends string> = Record<Name, number>;

/** One counter: its name in snapshots and metrics, what it is a number of, and what it is called. */
export interface CounterRow<Name extends string = string> {
  readonly id: Name;
  readonly unit: 'count' | 'bytes' | 'ns';
  readonly text: { readonly en: string; readonly zh: string };
}

/** The names of counters. */
export function namesOf<Name extends string>(rows: readonly CounterRow<Name>[]): readonly Name[] {
  return rows.map(({ id }) => id);
}

/** All counters at zero. */
export function zeroCounters<Name extends string>(names: readonly Name[]): Counters<Name> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Counters<Name>;
}

/** What a state holds of counters; those that came with a version of the states were 0 before. */
export function countersState<Name extends string>(
  of: string,
  names: readonly Name[],
  added?: { readonly since: number; readonly names: readonly Name[] },
): Declaration<Counters<Name>> {
  const typeOf = (name: Name) =>
    added?.names.includes(name) === true ? since(added.since, integer, 0) : integer;
  return declare<Counters<Name>>(
    `counters of ${of}`,
    Object.fromEntries(names.map((name) => [name, typeOf(name)])) as Fields<Counters<Name>>,
  );
}
