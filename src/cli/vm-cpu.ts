/**
 * What of the CPUs is a VM's, as `virtlab vm` takes it: `--cpu weight=200,cap=50,harts=0+1,pinned=true`, `--cpu period=10ms,budget=4ms`.
 * Whether a value is right the shape of VMs finds out.
 */
import { fail, ok, type Result } from '#base/result';
import { parseDuration } from './options.ts';

/** What can be said of it, and the part of a document that it means. */
const WORDS: Readonly<Record<string, (word: string) => Result<object>>> = {
  weight: (word) => ok({ weight: numberIn(word) }),
  cap: (word) => ok({ capPercent: numberIn(word) }),
  harts: (word) => ok({ harts: word.split('+').map(numberIn) }),
  pinned: (word) => ok({ pinned: truthIn(word) }),
  together: (word) => ok({ together: truthIn(word) }),
  period: (word) => duration('cpu period', word, 'periodNs'),
  budget: (word) => duration('cpu budget', word, 'budgetNs'),
};

/** What is no number stays as it is, and is refused with its name where the shape is known. */
function numberIn(word: string): number | string {
  return /^\d{1,9}$/.test(word) ? Number(word) : word;
}
function truthIn(word: string): boolean | string {
  return word === 'true' || (word === 'false' ? false : word);
}
function duration(option: string, word: string, as: string): Result<object> {
  const parsed = parseDuration(word, option);
  return parsed.ok ? ok({ realTime: { [as]: parsed.value } }) : parsed;
}

/** The part of a VM, as a document has it. */
export function cpuFrom(text: string): Result<Readonly<Record<string, unknown>>> {
  let cpu: Readonly<Record<string, unknown>> = {};
  for (const word of text.split(',').filter(Boolean)) {
    const [, key = word, value = ''] = /^(\w*)=(.*)$/.exec(word) ?? [];
    const read = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
    if (read === undefined)
      return fail('option.unknown', { of: 'cpu', option: key, known: Object.keys(WORDS).join(', ') });
    const said = read(value);
    if (!said.ok) return said;
    const { realTime, ...rest } = said.value as { readonly realTime?: object };
    cpu = {
      ...cpu,
      ...rest,
      ...(realTime === undefined ? {} : { realTime: { ...(cpu['realTime'] as object), ...realTime } }),
    };
  }
  return ok(cpu);
}
