/**
 * `virtlab run`: a scenario (file, link or builtin name) or a lab that was saved, headless, for a span of virtual time. Prints what became of it. The
 * exit status tells whether every VM that the scenario starts is well: 0 yes, 1 no, 2 it could not be run.
 */

import { parseArgs } from 'node:util';
import { vmConflicts } from '#base/card-conflicts';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S } from '#base/virtual-time';
import type { Lab } from '#lab/lab';
import { wiredLab } from '#lab/wired-lab';
import { columnTitles, describe, say, words } from './messages.ts';
import { withLab } from './open-lab.ts';
import { MOST_PORT, parseCount, parseDuration } from './options.ts';
import { debugLab } from './run-debugged.ts';
import { table } from './table.ts';
import { COLUMNS } from './texts.ts';
import { isOff, vmProblem } from './vm-problems.ts';

const RUN_OPTIONS = {
  for: { type: 'string' },
  /** A point of virtual time, or with `+` so long after the beginning, instead of a span. */
  until: { type: 'string' },
  /** The span begins there also where a link was made later. */
  'from-start': { type: 'boolean', default: false },
  hash: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  /** gdb drives first, at a vCPU of a VM. */
  gdb: { type: 'string' },
  host: { type: 'string' },
  vm: { type: 'string' },
} as const;

/** What `--json` prints. Times are virtual nanoseconds, sizes bytes. */
interface Report {
  readonly title: string;
  readonly virtualNs: number;
  readonly wallMs: number;
  readonly instructions: number;
  /** What the set-up has that nobody is likely to want, and that runs all the same. */
  readonly warnings: readonly string[];
  readonly hosts: readonly HostReport[];
}

interface HostReport {
  readonly name: string;
  readonly hash?: string;
  readonly vms: readonly VmReport[];
}

interface VmReport {
  readonly name: string;
  readonly vcpus: number;
  readonly state: VmState;
  /** Why it stopped or failed. */
  readonly reason?: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Runs the command; the result is the exit status. */
export async function run(args: readonly string[], print: (text: string) => void): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: RUN_OPTIONS,
    allowPositionals: true,
  });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'run' });
  const { until } = values;
  if (until !== undefined && values.for !== undefined) return fail('usage', { command: 'run' });
  const time =
    until === undefined ? parseDuration(values.for ?? '10s', 'for') : parseDuration(until, 'until');
  if (!time.ok) return time;
  const isPoint = until !== undefined && !until.trim().startsWith('+');
  const startMs = performance.now();
  const report = async (lab: Lab): Promise<Result<number>> =>
    ok(await printReport(lab, { ...values, startMs }, print));
  const runOn = async (lab: Lab): Promise<Result<number>> => {
    const from = lab.now === 0 && !values['from-start'] ? (lab.scenario.moment ?? 0) : lab.now;
    if (isPoint && time.value < lab.now)
      return fail('run.passed', { seconds: time.value / NS_PER_S, reached: lab.now / NS_PER_S });
    await lab.advance(isPoint ? time.value : from + time.value);
    return report(lab);
  };
  if (values.gdb === undefined) {
    if (values.vm !== undefined || values.host !== undefined) return fail('usage', { command: 'run' });
    return withLab(source, runOn, { print });
  }
  const port = parseCount(values.gdb, 'gdb', MOST_PORT);
  if (!port.ok) return port;
  const debugged = await debugLab(source, { port: port.value, host: values.host, vm: values.vm, print });
  if (!debugged.ok) return debugged;
  const { lab, end } = debugged.value;
  try {
    return await (end === 'killed' ? report(lab) : runOn(lab));
  } finally {
    lab.close();
  }
}

interface ReportOptions {
  readonly hash: boolean;
  readonly json: boolean;
  /** When the run began, by the wall clock. */
  readonly startMs: number;
}

/** Prints what became of a lab; the result is the exit status. */
export async function printReport(
  lab: Lab,
  { hash, json, startMs }: ReportOptions,
  print: (text: string) => void,
): Promise<number> {
  const report = await reportOf(lab, performance.now() - startMs, hash);
  const problems = await problemsOf(lab);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
  if (!json) for (const warning of report.warnings) print(`virtlab: ${warning}\n`);
  for (const problem of problems) print(`virtlab: ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function reportOf(lab: Lab, wallMs: number, withHash: boolean): Promise<Report> {
  const hashes = withHash ? await lab.hashes() : [];
  const hosts: HostReport[] = [];
  for (const [index, { spec }] of lab.hosts.entries()) {
    const hash = hashes[index];
    const vms = await vmReports(lab, index);
    hosts.push({ name: spec.name, ...(hash === undefined ? {} : { hash }), vms });
  }
  return {
    title: lab.scenario.title,
    virtualNs: lab.now,
    wallMs: Math.round(wallMs),
    instructions: lab.instructions,
    warnings: await warningsOf(lab),
    hosts,
  };
}

/** Conflicts between cards of all VMs, on hosts that links join too. */
async function warningsOf(lab: Lab): Promise<string[]> {
  const wired = await wiredLab(lab);
  return wired.hosts.flatMap(({ vms }, host) =>
    vms.flatMap(({ spec }) =>
      vmConflicts(wired, host, spec).map(
        (conflict) => `${lab.hosts[host]?.spec.name ?? ''}/${spec.name}: ${describe(conflict)}`,
      ),
    ),
  );
}

async function vmReports(lab: Lab, host: number): Promise<VmReport[]> {
  const listed = await lab.answer(host, 'vms', {});
  if (!listed.ok) return [];
  return listed.value.value.map(({ spec, state, reason, measures }) => ({
    name: spec.name,
    vcpus: spec.vcpus,
    state,
    ...(reason === undefined ? {} : { reason: describe(reason) }),
    metrics: measures,
  }));
}

/** Commands that could not be done, hosts and VMs that failed, VMs that should run and never could, guests that gave up. */
async function problemsOf(lab: Lab): Promise<string[]> {
  const problems = lab.log.flatMap(({ command, error }) =>
    error === undefined
      ? []
      : [say('refused', { op: command.op, at: command.at, sentence: describe(error) })],
  );
  for (const [index, { spec }] of lab.hosts.entries()) {
    const failure = lab.failure(index);
    if (failure !== undefined) problems.push(`${spec.name}: ${describe(failure)}`);
    problems.push(...(await hostProblems(lab, index)).map((problem) => `${spec.name}/${problem}`));
  }
  return problems;
}

/** VMs of a host that failed, and errors of those that are off: they should run and never could. */
async function hostProblems(lab: Lab, host: number): Promise<string[]> {
  const [listed, events] = await Promise.all([lab.answer(host, 'vms', {}), lab.answer(host, 'events', {})]);
  const vms = listed.ok ? listed.value.value : [];
  const failures = vms.flatMap((vm) => {
    const problem = vmProblem(vm);
    return problem === undefined ? [] : [`${vm.spec.name}: ${describe(problem)}`];
  });
  const on = new Set(vms.filter((vm) => !isOff(vm)).map(({ spec }) => spec.name));
  const errors = (events.ok ? events.value.value : [])
    .filter(({ severity, vm }) => severity === 'error' && (vm === undefined || !on.has(vm)))
    .map(({ vm, code, data }) => `${vm ?? ''}: ${describe({ code, data })}`);
  return [...failures, ...errors];
}

function textOf({ virtualNs, wallMs, instructions, hosts }: Report): string {
  const seconds = virtualNs / NS_PER_S;
  const lines = [say('summary', { virtual: seconds, wall: wallMs / 1000, instructions })];
  const titles = columnTitles();
  const heads = COLUMNS.map((column) => titles[column]);
  for (const { name, hash, vms } of hosts) {
    lines.push('', hash === undefined ? name : `${name}  hash ${hash}`);
    const rows = vms.map(({ name: vm, vcpus, state, reason, metrics }) => [
      vm,
      reason === undefined ? words().state[state] : `${words().state[state]} (${reason})`,
      `${(share(metrics['cpu'] ?? 0, virtualNs, vcpus) * 100).toFixed(1)} %`,
      `${((metrics['memory'] ?? 0) / 2 ** 20).toFixed(1)} MiB`,
      ...['exits', 'net-rx', 'net-tx', 'console'].map((metric) => String(metrics[metric] ?? 0)),
    ]);
    lines.push(...table([heads, ...rows]));
  }
  return `${lines.join('\n')}\n`;
}

/** Of the time that its vCPUs had; a VM that came from elsewhere may have run for longer than this lab. */
function share(usedNs: number, passedNs: number, vcpus: number): number {
  return usedNs / Math.max(passedNs * vcpus, usedNs, 1);
}
