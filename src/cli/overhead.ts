/**
 * `virtlab overhead`: the same program on a bare hart and in VMs, on machines with the clock, the scheduler and the disk of a host of the
 * lab, and where the time of each run went: a table for each kind of work, and what each optimisation brings.
 */
import { parseArgs } from 'node:util';
import {
  exitNsOf,
  gainsAmong,
  OVERHEAD_GROUPS,
  OVERHEAD_PARTS,
  OVERHEAD_RUNS,
} from '#base/catalogue/overhead';
import { fail, ok, type Result } from '#base/result';
import type { AnswerOf } from '#hypervisor/questions';
import { inLanguage, say } from './messages.ts';
import { hostNamed, withLab } from './open-lab.ts';
import { table } from './table.ts';

type Run = AnswerOf<'overhead'>;

const OWN_OPTIONS = {
  host: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
/** What is said of a lab that nobody names: any has the usual host. */
const USUAL_LAB = 'first-visit';

/** Runs the command; the result is the exit status. */
export async function overhead(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: OWN_OPTIONS, allowPositionals: true },
  });
  if (positionals.length > 1) return fail('usage', { command: 'overhead' });
  const runs = await withLab(
    positionals[0] ?? USUAL_LAB,
    async (lab) => {
      const host = hostNamed(lab, values.host);
      if (!host.ok) return host;
      const found: Run[] = [];
      for (const { id } of OVERHEAD_RUNS) {
        const answer = await lab.answer(host.value, 'overhead', { run: id });
        if (!answer.ok) return answer;
        found.push(answer.value.value);
      }
      return ok(found);
    },
    { print },
  );
  if (!runs.ok) return runs;
  process.stdout.write(values.json ? `${JSON.stringify(runs.value, null, 2)}\n` : textOf(runs.value));
  return ok(0);
}

const micros = (ns: number): string => (ns === 0 ? '-' : (ns / 1000).toFixed(1));

function textOf(runs: readonly Run[]): string {
  const groups = OVERHEAD_GROUPS.map(({ id, text }) => {
    const rows = runs.filter(({ group }) => group === id);
    const bareNs = rows[0]?.elapsedNs ?? 1;
    // What none of them has needs no column.
    const parts = OVERHEAD_PARTS.filter((part) => rows.some((run) => run.parts[part.id] > 0));
    const head = [
      '',
      say('overheadAll'),
      say('overheadTimes'),
      ...parts.map((part) => inLanguage(part.text)),
    ];
    const lines = rows.map((run) => [
      nameOf(run.run),
      micros(run.elapsedNs),
      (run.elapsedNs / bareNs).toFixed(2),
      ...parts.map((part) => micros(run.parts[part.id])),
    ]);
    return `${inLanguage(text)}\n${table([head, ...lines]).join('\n')}\n`;
  });
  const gains = gainsAmong(runs).map((gain) => [
    inLanguage(gain.text),
    ...FIGURES_OF_GAIN.map((of) => `${of(gain.before)} > ${of(gain.after)}`),
  ]);
  const head = ['', say('overheadAll'), say('overheadExitTime'), say('overheadExits')];
  return `${groups.join('\n')}\n${say('overheadGains')}\n${table([head, ...gains]).join('\n')}\n`;
}

function nameOf(id: string): string {
  const run = OVERHEAD_RUNS.find((each) => each.id === id);
  return run === undefined ? id : inLanguage(run.text);
}
const FIGURES_OF_GAIN: readonly ((run: Run) => string)[] = [
  ({ elapsedNs }) => micros(elapsedNs),
  ({ parts }) => micros(exitNsOf(parts)),
  ({ exits }) => String(exits.reduce((sum, { count }) => sum + count, 0)),
];
