/**
 * A row of a registry: a kind of thing (device, disk, scheduler, stage of a port), the settings that a specification may
 * give it, and how one is made. Who is given a longer list knows more kinds; nothing else changes.
 */
import * as v from 'valibot';
import type { ErrorCode } from '#base/catalogue/error-codes';
import type { LaterPart } from '#base/later';
import { fail, ok, type Result } from '#base/result';
import type { KindSpec, Settings } from '#base/scenario';
import type { AnyDeclaration } from '#base/state/declare';

/** Settings as they are when the schema has checked them, with its defaults filled in. */
export type SettingsOf<Entries extends v.ObjectEntries> = v.InferOutput<
  v.StrictObjectSchema<Entries, undefined>
>;

/** A check of several settings. */
export type Together = v.CheckAction<Settings, ErrorCode>;

export interface Kind<Environment, Thing> {
  /** What a specification calls it. */
  readonly id: string;
  /** Schema of each setting; one that may be absent has its default there (`v.optional`). */
  readonly settings: v.ObjectEntries;
  /** What holds between settings, where documents and commands must keep to it; its message is a code. */
  readonly together?: Together;
  /** What a snapshot holds of one, where it holds anything. */
  readonly state?: AnyDeclaration | undefined;
  /** Code that must be here before one can be made, where it is not part of the row. */
  readonly later?: LaterPart;
  /** Makes one. Settings that the schema refuses are an exception: whoever reads specifications has checked them. */
  create(settings: Settings, environment: Environment): Thing;
}

/** A kind as its own file writes it, where the schema gives the type of the settings. */
export interface KindDefinition<Entries extends v.ObjectEntries, Environment, Thing> {
  readonly id: string;
  readonly settings: Entries;
  /** Asked for each time: that of a kind whose code comes later is known with its code. */
  readonly state?: AnyDeclaration | undefined;
  readonly later?: LaterPart;
  create(settings: SettingsOf<Entries>, environment: Environment): Thing;
}

/** Makes a row of a definition: its settings are checked once more on the way in, since snapshots carry them too. */
export function defineKind<Entries extends v.ObjectEntries, Environment, Thing>(
  definition: KindDefinition<Entries, Environment, Thing>,
): Kind<Environment, Thing> {
  const { id, settings, later } = definition;
  const schema = v.strictObject(settings);
  return {
    ...{ id, settings, ...(later && { later }) },
    get state() {
      return definition.state;
    },
    create: (given, environment) => definition.create(v.parse(schema, given), environment),
  };
}

/** What all kinds have, whatever they make. */
export type AnyKind = Pick<Kind<never, unknown>, 'id' | 'settings' | 'together' | 'state' | 'later'>;

/** Settings as this kind takes them from documents and commands. */
export function settingsSchema({ settings, together }: AnyKind): v.GenericSchema<Settings, Settings> {
  const shape = v.strictObject(settings) as v.GenericSchema<unknown> as v.GenericSchema<Settings, Settings>;
  return together === undefined ? shape : v.pipe(shape, together);
}

/** The row of a kind by its name. */
export function kindNamed<K extends AnyKind>(kinds: readonly K[], id: string): K | undefined {
  return kinds.find((kind) => kind.id === id);
}

/** The states that snapshots may hold of things of these kinds. */
export function statesOf(kinds: readonly AnyKind[]): AnyDeclaration[] {
  return kinds.flatMap(({ state }) => (state === undefined ? [] : [state]));
}

/** The settings of a specification, without the name of its kind. */
export function settingsOf({ kind: _, ...settings }: KindSpec): Settings {
  return settings;
}

/** Checks that a specification names a kind of the list, with settings that this kind takes. */
export function checkKind(kinds: readonly AnyKind[], spec: KindSpec): Result<null> {
  const kind = kindNamed(kinds, spec.kind);
  if (kind === undefined) return fail('kind.unknown', { kind: spec.kind });
  const parsed = v.safeParse(settingsSchema(kind), settingsOf(spec), { abortEarly: true });
  return parsed.success
    ? ok(null)
    : fail('kind.settings', {
        kind: spec.kind,
        setting: v.getDotPath(parsed.issues[0]) ?? '',
        problem: parsed.issues[0].message,
      });
}

/** Makes what a specification asks for. It must have been checked. */
export function createKind<Environment, Thing>(
  kinds: readonly Kind<Environment, Thing>[],
  spec: KindSpec,
  environment: Environment,
): Thing {
  const kind = kindNamed(kinds, spec.kind);
  if (kind === undefined) throw new Error(`no kind ${JSON.stringify(spec.kind)}`);
  return kind.create(settingsOf(spec), environment);
}
