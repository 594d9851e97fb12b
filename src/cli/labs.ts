/** `virtlab labs`: the labs that come along by topic, or the steps of the guide that a lab has, with what ticks each. */
import { parseArgs } from 'node:util';
import { BUILTIN_LABS, LAB_TOPICS } from '#base/catalogue/builtin-labs';
import { guideNamed } from '#base/guides/guides';
import { fail, ok, type Result } from '#base/result';
import type { GuideStep, GuideText } from '#base/scenario';
import { inLanguage } from './messages.ts';
import { withLab } from './open-lab.ts';

const OWN_OPTIONS = { json: { type: 'boolean', default: false } } as const;

/** Runs the command; the result is the exit status. */
export async function labs(args: readonly string[], print: (text: string) => void): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: OWN_OPTIONS, allowPositionals: true },
  });
  const [source] = positionals;
  if (positionals.length > 1) return fail('usage', { command: 'labs' });
  if (source === undefined) {
    const lines = LAB_TOPICS.flatMap((topic) =>
      BUILTIN_LABS.filter((lab) => lab.topic === topic).map(({ id }) => `${topic.padEnd(8)} ${id}`),
    );
    process.stdout.write(values.json ? `${JSON.stringify(BUILTIN_LABS)}\n` : `${lines.join('\n')}\n`);
    return ok(0);
  }
  const guide = await withLab(source, async ({ scenario }) => ok(scenario.guide), { print });
  if (!guide.ok) return guide;
  const steps = typeof guide.value === 'string' ? guideNamed(guide.value) : (guide.value ?? []);
  const text = steps.map((step, index) => `${textOf(step, index + 1)}\n`).join('\n');
  process.stdout.write(values.json ? `${JSON.stringify(steps, null, 2)}\n` : text);
  return ok(0);
}

function said(text: GuideText): string {
  return typeof text === 'string' ? text : inLanguage(text);
}

function textOf({ title, do: task, see, check = [] }: GuideStep, number: number): string {
  const ticks = check.map(({ metric, above, below }) => {
    const bounds = [above === undefined ? '' : `> ${above}`, below === undefined ? '' : `< ${below}`];
    return `   [ ] ${metric} ${bounds.filter((bound) => bound !== '').join(', ')}`;
  });
  const shown = see === undefined ? [] : [`   → ${said(see)}`];
  return [`${number}. ${said(title)}`, `   ${said(task)}`, ...shown, ...ticks].join('\n');
}
