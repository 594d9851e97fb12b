/**
 * `virtlab ask`: a scenario run to a virtual time, and a question to one of its hosts: what the page can ask, and nothing else.
 * Questions and their arguments are those of the hypervisor's list.
 */
import { parseArgs } from 'node:util';
import { seriesCsv } from '#base/csv';
import { fail, ok, type Result } from '#base/result';
import { type Question, REGISTRIES, type Registries } from '#hypervisor/registries';
import { argumentsOf, optionsFor, type Shapes, usageOf } from './arguments.ts';
import { inLanguage, say } from './messages.ts';
import { askAt } from './open-lab.ts';
import { parseDuration } from './options.ts';

/** Of the command itself. */
const OWN_OPTIONS = {
  at: { type: 'string', default: '1s' },
  host: { type: 'string' },
  json: { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs the command; the result is the exit status. What there is to ask is what the registries have. */
export async function ask(
  args: readonly string[],
  print: (text: string) => void,
  registries: Registries = REGISTRIES,
): Promise<Result<number>> {
  await registries.questions.come();
  const questions = registries.questions.all;
  const options = optionsFor(questions.map(shapesOf), OWN_OPTIONS);
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: { ...OWN_OPTIONS, ...options }, allowPositionals: true },
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
  const given = argumentsOf(id, shapesOf(question), values, options);
  if (!given.ok) return given;
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const place = { host: values.host, atNs: at.value };
  const answer = await askAt(source, place, id, given.value, { registries, print });
  if (!answer.ok) return answer;
  const plain = plainOf(answer.value);
  if (values.csv) {
    const text = csvOf(plain);
    if (text === undefined) return fail('ask.noTable', { question: id });
    process.stdout.write(text);
    return ok(0);
  }
  process.stdout.write(values.json ? `${JSON.stringify(plain, null, 2)}\n` : `${textOf(plain, '')}\n`);
  return ok(0);
}

/** The arguments of a question that is one of many. */
function shapesOf({ arguments: shapes }: Question): Shapes {
  return shapes as Shapes;
}

function helpText(questions: readonly Question[]): string {
  const lines = questions.map(
    (question) => `  ${usageOf(question.id, shapesOf(question))}\n      ${inLanguage(question.text)}`,
  );
  return `${say('askUsage')}\n${lines.join('\n')}\n`;
}

/** Data as JSON has it: bytes are hexadecimal text, other arrays of numbers are lists. */
function plainOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Float64Array || value instanceof Int16Array || value instanceof Uint32Array)
    return [...value];
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainOf(each)]));
}

/** Points over virtual time as a table, a row each; undefined where the answer is none. */
function csvOf(answer: unknown): string | undefined {
  const series = (answer as { readonly value?: Readonly<Record<string, unknown>> } | undefined)?.value;
  const { atNs, ...parts } = series ?? {};
  if (!isNumbers(atNs)) return undefined;
  const columns = Object.entries(parts).filter((part): part is [string, readonly number[]] =>
    isNumbers(part[1]),
  );
  return seriesCsv(
    columns.map(([name]) => name),
    atNs,
    columns.map(([, values]) => values),
  );
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
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
