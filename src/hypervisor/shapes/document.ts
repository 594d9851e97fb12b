/** Documents leave out what is as usual: how that is filled in, and how it is left out again. */

/** A type of which only some parts must be given. */
export type Given<T, Required extends keyof T> = Pick<T, Required> & Partial<Omit<T, Required>>;

/** What a document says: entries without a value are not written. */
export type Written = Readonly<Record<string, unknown>>;

/** An entry that is absent when it has no value. */
export function maybe<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: T });
}

export function written(entries: Written): Written {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** An object without the entries that are as the defaults say. */
export function without<T extends object>(value: T, defaults: Partial<T>): Written {
  return Object.fromEntries(
    Object.entries(value).filter(([key, entry]) => entry !== defaults[key as keyof T]),
  );
}

export function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}
