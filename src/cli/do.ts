/**
 * `virtlab do`: a scenario run to a virtual time, or a saved lab, and a command to one of its hosts: whatever hosts can be told, with
 * the names and shapes of the hypervisor's list. The lab that comes of it can be saved.
 */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { parseShape } from '#hypervisor/shapes/parse';
import { entriesOf } from '#hypervisor/shapes/words';
import type { Lab } from '#lab/lab';
import { argumentsOf, optionsFor, type Shapes, usageOf } from './arguments.ts';
import { describe, say } from './messages.ts';
import { hostNamed, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { saveLab } from './save.ts';

const OWN_OPTIONS = {
  at: { type: 'string', default: '1s' },
  on: { type: 'string' },
  for: { type: 'string', default: '0s' },
  save: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Runs the command; the result is the exit status: 1 when the host refused. */
export async function doCommand(
  args: readonly string[],
  print: (text: string) => void,
  registries: Registries = REGISTRIES,
): Promise<Result<number>> {
  const { commands } = registries;
  const shapes = (definition: Registries['commands'][number]): Shapes =>
    entriesOf(definition.shape(registries));
  const options = optionsFor(commands.map(shapes), OWN_OPTIONS);
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: { ...OWN_OPTIONS, ...options }, allowPositionals: true },
  });
  if (values.help) {
    print(`${say('doUsage')}\n${commands.map((each) => `  ${usageOf(each.op, shapes(each))}`).join('\n')}\n`);
    return ok(0);
  }
  const [source, op] = positionals;
  if (source === undefined || op === undefined || positionals.length > 2)
    return fail('usage', { command: 'do' });
  const definition = commands.find((each) => each.op === op);
  if (definition === undefined)
    return fail('do.noCommand', { command: op, known: commands.map((each) => each.op).join(', ') });
  const given = argumentsOf(op, shapes(definition), values, options);
  const checked = given.ok ? parseShape(definition.shape(registries), given.value) : given;
  if (!checked.ok) return checked;
  const times = timesOf(values);
  if (!times.ok) return times;
  const wishes = { ...times.value, ...values };
  const command = { op, args: checked.value };
  return withLab(source, (lab) => carryOut(lab, command, wishes, print), {
    ...{ registries, print, given: [command] },
  });
}

interface Times {
  readonly atNs: number;
  readonly forNs: number;
}

function timesOf(values: { readonly at: string; readonly for: string }): Result<Times> {
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const span = parseDuration(values.for, 'for');
  return span.ok ? ok({ atNs: at.value, forNs: span.value }) : span;
}

interface Wishes extends Times {
  readonly on?: string | undefined;
  readonly save?: string | undefined;
}

async function carryOut(
  lab: Lab,
  command: { readonly op: string; readonly args: object },
  { atNs, forNs, on, save }: Wishes,
  print: (text: string) => void,
): Promise<Result<number>> {
  const host = hostNamed(lab, on);
  if (!host.ok) return host;
  await lab.advance(atNs);
  // The shape of its definition has been asked, and is asked again.
  const done = await lab.execute(host.value, command as Parameters<Lab['execute']>[1]);
  if (!done.ok) {
    print(`virtlab: ${describe(done.error)}\n`);
    return ok(1);
  }
  await lab.advance(lab.now + forNs);
  const saved = save === undefined ? ok(null) : await saveLab(lab, save);
  return saved.ok ? ok(0) : saved;
}
