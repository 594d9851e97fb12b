/**
 * `virtlab ask`: a scenario run to a virtual time, and a question to one of its hosts: what the page can ask, and nothing else.
 * Questions and their arguments are those of the hypervisor's list.
 */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { type Question, REGISTRIES, type Registries } from '#hypervisor/registries';
import { dataOf, isOptional, wordFor } from '#hypervisor/shapes/words';
import type { Lab } from '#lab/lab';
import { inLanguage, say } from './messages.ts';
import { withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';

/** Of the command itself. */
const OWN_OPTIONS = {
  at: { type: 'string', default: '1s' },
  host: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Every argument of any question; which of them a question takes is looked at when it is known. */
function argumentNames(questions: readonly Question[]): readonly string[] {
  const all = new Set(questions.flatMap(({ arguments: shapes }) => Object.keys(shapes)));
  return [...all].filter((name) => !Object.hasOwn(OWN_OPTIONS, name));
}

/** Runs the command; the result is the exit status. What there is to ask is what the registries have. */
export async function ask(
  args: readonly string[],
  print: (text: string) => void,
  registries: Registries = REGISTRIES,
): Promise<Result<number>> {
  const { questions } = registries;
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...OWN_OPTIONS,
      ...Object.fromEntries(argumentNames(questions).map((name) => [name, { type: 'string' } as const])),
    },
    allowPositionals: true,
  });
  if (values.help) {
    print(helpText(questions));
    return ok(0);
  }
  const [source, id] = positionals;
  if (source === undefined || id === undefined || positionals.length > 2)
    return fail('usage', { command: 'ask' });
  const question = questions.find((each) => each.id === id);
  if (question === undefined)
    return fail('ask.noQuestion', { question: id, known: questions.map((each) => each.id).join(', ') });
  const given = argumentsOf(question, values, argumentNames(questions));
  if (!given.ok) return given;
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const answer = await withLab(
    source,
    async (lab) => {
      const host = hostNamed(lab, values.host);
      if (!host.ok) return host;
      await lab.advance(at.value);
      return lab.ask(host.value, id, given.value);
    },
    registries,
  );
  if (!answer.ok) return answer;
  const plain = plainOf(answer.value);
  process.stdout.write(values.json ? `${JSON.stringify(plain, null, 2)}\n` : `${textOf(plain, '')}\n`);
  return ok(0);
}

type Shapes = Readonly<Record<string, Parameters<typeof dataOf>[0]>>;

/** The arguments of a question that is one of many. */
function shapesOf({ arguments: shapes }: Question): Shapes {
  return shapes as Shapes;
}

/** What was given for a question, as data; what it does not take is an error that says what it does. */
function argumentsOf(
  question: Question,
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Result<Readonly<Record<string, unknown>>> {
  const known = shapesOf(question);
  const given: Record<string, unknown> = {};
  for (const name of names) {
    const word = values[name];
    if (typeof word !== 'string') continue;
    const shape = known[name];
    if (shape === undefined)
      return fail('ask.noArgument', {
        question: question.id,
        argument: name,
        known: Object.keys(known).join(', '),
      });
    given[name] = dataOf(shape, word);
  }
  return ok(given);
}

/** The index of a host by its name; the first unless one is named. */
function hostNamed({ hosts }: Lab, name: string | undefined): Result<number> {
  if (name === undefined) return ok(0);
  const index = hosts.findIndex(({ spec }) => spec.name === name);
  const known = hosts.map(({ spec }) => spec.name).join(', ');
  return index < 0 ? fail('ask.noHost', { host: name, known }) : ok(index);
}

function helpText(questions: readonly Question[]): string {
  const lines = questions.map((question) => {
    const words = Object.entries(shapesOf(question)).map(([name, shape]) => {
      const word = `--${name} ${wordFor(shape)}`;
      return isOptional(shape) ? `[${word}]` : word;
    });
    return `  ${[question.id, ...words].join(' ')}\n      ${inLanguage(question.text)}`;
  });
  return `${say('askUsage')}\n${lines.join('\n')}\n`;
}

/** Data as JSON has it: bytes are hexadecimal text, other arrays of numbers are lists. */
function plainOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Float64Array || value instanceof Int16Array) return [...value];
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainOf(each)]));
}

/** Data for a person: a line for each value, those of an object below its name. */
function textOf(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return `${indent}${String(value)}`;
  const entries = Array.isArray(value)
    ? value.map((each) => ['-', each] as const)
    : Object.entries(value as object).map(([key, each]) => [`${key}:`, each] as const);
  if (entries.every(([, each]) => typeof each !== 'object') && Array.isArray(value))
    return `${indent}${value.join(' ')}`;
  return entries
    .map(([name, each]) =>
      typeof each === 'object' && each !== null
        ? `${indent}${name}\n${textOf(each, `${indent}  `)}`
        : `${indent}${name} ${String(each)}`,
    )
    .join('\n');
}
