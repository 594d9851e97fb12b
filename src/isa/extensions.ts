/** Extensions that a machine may have or lack. All others are always there. A machine without one takes its instructions for illegal. */
import type { Extension } from './instructions/row.ts';

export type OptionalExtension = Extract<
  Extension,
  | 'Zba'
  | 'Zbb'
  | 'Zbs'
  | 'Zbc'
  | 'Zicond'
  | 'Zcb'
  | 'Svnapot'
  | 'Svpbmt'
  | 'Sv48'
  | 'Sv57'
  | 'Zicbom'
  | 'Zicboz'
  | 'Zawrs'
  | 'Zicbop'
  | 'Zihintpause'
>;

/** In the order of their bits in the engine's setting. */
export const OPTIONAL_EXTENSIONS: readonly OptionalExtension[] = [
  ...(['Zba', 'Zbb', 'Zbs', 'Zbc', 'Zicond', 'Zcb'] as const),
  ...(['Svnapot', 'Svpbmt', 'Sv48', 'Sv57'] as const),
  ...(['Zicbom', 'Zicboz', 'Zawrs', 'Zicbop', 'Zihintpause'] as const),
];

/** Those of a machine of which nothing is said. */
export const USUAL_EXTENSIONS: readonly OptionalExtension[] = ['Zba', 'Zbb', 'Zbs'];

/** Who has one has others (privileged spec 12.6: a hart with Sv57 has Sv48). */
export const EXTENSION_NEEDS: Readonly<Partial<Record<OptionalExtension, readonly OptionalExtension[]>>> = {
  Sv57: ['Sv48'],
};

/** The bit of an extension in the engine's setting; 0 for what every machine has. */
export function extensionBit(extension: Extension): number {
  const index = (OPTIONAL_EXTENSIONS as readonly Extension[]).indexOf(extension);
  return index < 0 ? 0 : 1 << index;
}

/** The setting for a set of extensions. */
export function extensionBits(extensions: readonly Extension[]): number {
  return extensions.reduce((all, extension) => all | extensionBit(extension), 0);
}

/** Sets of them that have a name. */
const SETS: ReadonlyMap<string, readonly OptionalExtension[]> = new Map([
  ['none', []],
  ['usual', USUAL_EXTENSIONS],
  ['all', OPTIONAL_EXTENSIONS],
]);

/** What a list of extensions may hold, as people write it. */
export const EXTENSION_WORDS: readonly string[] = [
  ...SETS.keys(),
  ...OPTIONAL_EXTENSIONS.map((name) => name.toLowerCase()),
];

/**
 * Extensions as people write them: names and sets, in any case, with commas; `undefined` where one is not known. `usual,zicond` is one more than
 * usual, `zba` that alone.
 */
export function parseExtensions(text: string): readonly OptionalExtension[] | undefined {
  const lower = (name: string): string => name.toLowerCase();
  const said = lower(text)
    .split(',')
    .flatMap((word) => SETS.get(word)?.map(lower) ?? word);
  const needs = OPTIONAL_EXTENSIONS.filter((name) => said.includes(lower(name))).flatMap(
    (name) => EXTENSION_NEEDS[name] ?? [],
  );
  const words = [...said, ...needs.map(lower)];
  const found = OPTIONAL_EXTENSIONS.filter((name) => words.includes(lower(name)));
  return words.every((word) => found.some((name) => lower(name) === word)) ? found : undefined;
}

/** The shortest way to say a set of extensions; `undefined` for the usual ones, of which nothing is said. */
export function writeExtensions(extensions: readonly OptionalExtension[]): string | undefined {
  const isUsual = USUAL_EXTENSIONS.every((name) => extensions.includes(name));
  const others = extensions.filter((name) => !isUsual || !USUAL_EXTENSIONS.includes(name));
  if (isUsual && others.length === 0) return undefined;
  if (extensions.length === OPTIONAL_EXTENSIONS.length) return 'all';
  if (extensions.length === 0) return 'none';
  return [...(isUsual ? ['usual'] : []), ...others.map((name) => name.toLowerCase())].join(',');
}

/** The extensions of a machine whose description says so much, or nothing; it has been checked. */
export function extensionsOf(isa: string | undefined): readonly OptionalExtension[] {
  return (isa === undefined ? undefined : parseExtensions(isa)) ?? USUAL_EXTENSIONS;
}

/** How device trees name them, among names that every hart there has; single letters come first. */
export function treeNames(always: readonly string[], extensions: readonly OptionalExtension[]): string[] {
  const names = [...always, ...extensions.map((name) => name.toLowerCase())];
  return [...names.filter(({ length }) => length === 1), ...names.filter(({ length }) => length > 1).sort()];
}
