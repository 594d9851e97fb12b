/** Things that a document names by kind: their shape by the registries, and the shortest way to write them. */
import * as v from 'valibot';
import { isPlainObject } from '#base/plain-data';
import type { KindSpec, Settings } from '#base/scenario';
import { type AnyKind, kindNamed } from '#machine/kind';
import type { Shape } from './parse.ts';

/** A thing of one of these kinds, with the settings that this kind takes; defaults are filled in. */
export function kindSchema(kinds: readonly AnyKind[]): Shape<KindSpec> {
  const ids = kinds.map(({ id }) => id);
  const unknown = v.strictObject({ kind: v.picklist(ids) });
  const known = new Map(
    kinds.map(({ id, settings }) => [id, v.strictObject({ kind: v.literal(id), ...settings })]),
  );
  // A map of generic entries has no one type that valibot could name; what they all make is a specification.
  return v.lazy((input) => {
    const id = isPlainObject(input) ? input['kind'] : undefined;
    return ((typeof id === 'string' ? known.get(id) : undefined) ?? unknown) as Shape<KindSpec>;
  });
}

/** Settings without those that are as the kind's schema says by default. */
export function shortSettings(kind: AnyKind | undefined, settings: Settings): Settings {
  const defaults: Readonly<Record<string, unknown>> =
    kind === undefined ? {} : v.getDefaults(v.strictObject(kind.settings));
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]),
    ),
  );
}

/** The shortest specification of the same thing. */
export function shortKind(kinds: readonly AnyKind[], { kind, ...settings }: KindSpec): KindSpec {
  return { kind, ...shortSettings(kindNamed(kinds, kind), settings) };
}
