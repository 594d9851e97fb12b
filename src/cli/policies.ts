/**
 * `virtlab policies`: the same scenario, from the same seed, once under each replacement policy, and how many pages of each VM had to
 * be brought back from the swap area. What the policies decide, they decide live; the question `fault-curves` has the same on one
 * recorded string, beside what is possible at best.
 */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { REGISTRIES } from '#hypervisor/registries';
import type { Lab } from '#lab/lab';
import { say } from './messages.ts';
import { withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { table } from './table.ts';

const OWN_OPTIONS = {
  for: { type: 'string', default: '10s' },
  json: { type: 'boolean', default: false },
} as const;

/** What a VM had under a policy. */
interface LiveFaults {
  readonly host: string;
  readonly vm: string;
  /** Pages that came back from the swap area, and that went there. */
  readonly faults: number;
  readonly written: number;
}
interface LiveRun {
  readonly policy: string;
  readonly vms: readonly LiveFaults[];
}

/** Runs the command; the result is the exit status. */
export async function policies(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: OWN_OPTIONS, allowPositionals: true },
  });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'policies' });
  const span = parseDuration(values.for, 'for');
  if (!span.ok) return span;
  const runs: LiveRun[] = [];
  for (const { id } of REGISTRIES.policies) {
    const run = await withLab(source, (lab) => runUnder(lab, id, span.value), { print });
    if (!run.ok) return run;
    runs.push(run.value);
  }
  process.stdout.write(values.json ? `${JSON.stringify(runs, null, 2)}\n` : textOf(runs));
  return ok(0);
}

/** Lets a lab run with a policy on every host that takes pages back. */
async function runUnder(lab: Lab, policy: string, spanNs: number): Promise<Result<LiveRun>> {
  let swapping = 0;
  for (const host of lab.hosts.keys()) {
    const asked = await lab.answer(host, 'reclaim', {});
    if (!asked.ok) return asked;
    const { settings } = asked.value.value;
    if (settings === undefined) continue;
    const set = await lab.execute(host, { op: 'host.setSwap', args: { on: true, ...settings, policy } });
    if (!set.ok) return set;
    swapping += 1;
  }
  if (swapping === 0) return fail('policies.noSwap');
  await lab.advance(lab.now + spanNs);
  const vms: LiveFaults[] = [];
  for (const [index, { spec }] of lab.hosts.entries()) {
    const asked = await lab.answer(index, 'reclaim', {});
    if (!asked.ok) return asked;
    for (const { vm, swappedIn, swappedOut } of asked.value.value.vms)
      vms.push({ host: spec.name, vm, faults: swappedIn, written: swappedOut });
  }
  return ok({ policy, vms });
}

/** A row for each VM, a column for each policy. */
function textOf(runs: readonly LiveRun[]): string {
  const [{ vms } = { vms: [] }] = runs;
  const rows = vms.map(({ host, vm }, at) => [
    `${host}/${vm}`,
    ...runs.map((run) => String(run.vms[at]?.faults ?? 0)),
  ]);
  const head = ['', ...runs.map(({ policy }) => policy)];
  return `${say('liveFaults')}\n${table([head, ...rows]).join('\n')}\n`;
}
