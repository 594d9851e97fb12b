/** Arguments of questions and commands as options: which there are, and the data that was given. */
import { fail, ok, type Result } from '#base/result';
import { dataOf, isOptional, wordFor } from '#hypervisor/shapes/words';

/** The shape of each argument. */
export type Shapes = Readonly<Record<string, Parameters<typeof dataOf>[0]>>;

/** An option of `parseArgs` for every argument of any of them; those of one are looked at when it is known. */
export function optionsFor(
  all: readonly Shapes[],
  own: object,
): Readonly<Record<string, { type: 'string' }>> {
  const names = new Set(all.flatMap((shapes) => Object.keys(shapes)));
  const free = [...names].filter((name) => !Object.hasOwn(own, name));
  return Object.fromEntries(free.map((name) => [name, { type: 'string' } as const]));
}

/** What was given, as data; what this one does not take is an error that says what it does. */
export function argumentsOf(
  of: string,
  shapes: Shapes,
  values: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): Result<Readonly<Record<string, unknown>>> {
  const given: Record<string, unknown> = {};
  for (const option of Object.keys(options)) {
    const word = values[option];
    if (typeof word !== 'string') continue;
    const shape = shapes[option];
    if (shape === undefined)
      return fail('option.unknown', { of, option, known: Object.keys(shapes).join(', ') });
    given[option] = dataOf(shape, word);
  }
  return ok(given);
}

/** How one is written: its name and its options. */
export function usageOf(name: string, shapes: Shapes): string {
  const words = Object.entries(shapes).map(([option, shape]) => {
    const word = `--${option} ${wordFor(shape)}`;
    return isOptional(shape) ? `[${word}]` : word;
  });
  return [name, ...words].join(' ');
}
