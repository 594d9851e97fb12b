/**
 * `virtlab run`: a scenario (file, link or builtin name) headless, for a span of virtual time. Prints what became of it. The
 * exit status tells whether every VM that the scenario starts is well: 0 yes, 1 no, 2 it could not be run.
 */

import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { MetricValues } from '#base/catalogue/metrics';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { fail, ok, type Result } from '#base/result';
import { NS_PER_S } from '#base/virtual-time';
import type { Host, Vm } from '#hypervisor/host';
import { Lab } from '#lab/lab';
import { decodeLink } from '#lab/link';
import type { Scenario } from '#lab/scenario';
import { BUILTIN_SCENARIO_NAMES, builtinScenario } from '#lab/scenarios/builtin';
import { softwareResolver } from '#lab/software';
import { readScenarioText } from '#lab/versions';
import { USUAL_POLICY } from '#machine/translation-policy';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';
import { columnTitles, describe, say, words } from './messages.ts';
import { parseDuration } from './options.ts';
import { COLUMNS } from './texts.ts';

const RUN_OPTIONS = {
  for: { type: 'string', default: '10s' },
  hash: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** What `--json` prints. Times are virtual nanoseconds, sizes bytes. */
interface Report {
  readonly title: string;
  readonly virtualNs: number;
  readonly wallMs: number;
  readonly instructions: number;
  readonly hosts: readonly HostReport[];
}

interface HostReport {
  readonly name: string;
  readonly hash?: string;
  readonly vms: readonly VmReport[];
}

interface VmReport {
  readonly name: string;
  readonly state: VmState;
  /** Why it stopped or failed. */
  readonly reason?: string;
  readonly metrics: MetricValues;
}

/** True for a link: all of an address, its fragment, or the text behind `#`. */
function linkText(source: string): string | undefined {
  const fragment =
    /^https?:[^#]*#(.*)$/.exec(source)?.[1] ?? (source.startsWith('#') ? source.slice(1) : undefined);
  return fragment ?? (/^[1-9][\w-]{20,}$/.test(source) ? source : undefined);
}

/** The scenario, and the folder in which the files that it names lie. */
function scenarioOf(source: string): Result<{ scenario: Scenario; files: GuestFiles }> {
  if (existsSync(source)) {
    let text: string;
    try {
      text = readFileSync(source, 'utf8');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail('file.unreadable', { path: source, reason });
    }
    const read = readScenarioText(text);
    if (!read.ok) return read;
    return ok({ scenario: read.value, files: new GuestFiles(dirname(source)) });
  }
  const files = new GuestFiles('.');
  const builtin = builtinScenario(source, { linux: files.hasLinux });
  if (builtin !== undefined) return ok({ scenario: builtin, files });
  const link = linkText(source);
  if (link === undefined)
    return fail('run.noScenario', { source, builtin: BUILTIN_SCENARIO_NAMES.join(', ') });
  const opened = decodeLink(link);
  return opened.ok ? ok({ scenario: opened.value, files }) : opened;
}

/** Runs the command; the result is the exit status. */
export function run(args: readonly string[], print: (text: string) => void): Result<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: RUN_OPTIONS,
    allowPositionals: true,
  });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'run' });
  const span = parseDuration(values.for, 'for');
  if (!span.ok) return span;
  const found = scenarioOf(source);
  if (!found.ok) return found;
  const { scenario, files } = found.value;
  const created = scenario.commands.flatMap((command) =>
    command.op === 'vm.create' ? [command.args.vm] : [],
  );
  const loaded = files.load([...scenario.hosts.flatMap(({ vms }) => vms), ...created]);
  if (!loaded.ok) return loaded;

  const startMs = performance.now();
  const lab = Lab.create(scenario, engineModule(), {
    software: softwareResolver(files),
    shared: false,
    translate: USUAL_POLICY,
  });
  lab.advance(span.value);
  const report = reportOf(lab, performance.now() - startMs, values.hash);
  const problems = problemsOf(lab);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
  for (const problem of problems) print(`virtlab: ${problem}\n`);
  return ok(problems.length === 0 ? 0 : 1);
}

function reportOf(lab: Lab, wallMs: number, withHash: boolean): Report {
  const hashes = withHash ? lab.hashes() : [];
  return {
    title: lab.scenario.title,
    virtualNs: lab.now,
    wallMs: Math.round(wallMs),
    instructions: lab.instructions,
    hosts: lab.hosts.map((host, index) => {
      const hash = hashes[index];
      return { name: host.spec.name, ...(hash === undefined ? {} : { hash }), vms: host.vms().map(vmReport) };
    }),
  };
}

function vmReport(vm: Vm): VmReport {
  const { name } = vm.spec;
  const reason = vm.reason && describe(vm.reason);
  return { name, state: vm.state, ...(reason === undefined ? {} : { reason }), metrics: vm.measure() };
}

/** Commands that could not be done, VMs that failed, and VMs that should run and never could. */
function problemsOf(lab: Lab): string[] {
  const refused = lab.log.flatMap(({ command, error }) =>
    error === undefined
      ? []
      : [say('refused', { op: command.op, at: command.at, sentence: describe(error) })],
  );
  return [...refused, ...lab.hosts.flatMap(hostProblems)];
}

function hostProblems(host: Host): string[] {
  return host.log
    .since(0)
    .filter(({ severity }) => severity === 'error')
    .map(({ vm, code, data }) => `${host.spec.name}/${vm ?? ''}: ${describe({ code, data })}`);
}

function textOf({ virtualNs, wallMs, instructions, hosts }: Report): string {
  const seconds = virtualNs / NS_PER_S;
  const lines = [say('summary', { virtual: seconds, wall: wallMs / 1000, instructions })];
  const titles = columnTitles();
  const heads = COLUMNS.map((column) => titles[column]);
  for (const { name, hash, vms } of hosts) {
    lines.push('', hash === undefined ? name : `${name}  hash ${hash}`);
    const rows = vms.map(({ name: vm, state, reason, metrics }) => [
      vm,
      reason === undefined ? words().state[state] : `${words().state[state]} (${reason})`,
      `${((metrics.cpu / Math.max(virtualNs, 1)) * 100).toFixed(1)} %`,
      `${(metrics.memory / 2 ** 20).toFixed(1)} MiB`,
      ...[metrics.exits, metrics['net-rx'], metrics['net-tx'], metrics.console].map(String),
    ]);
    lines.push(...table([heads, ...rows]));
  }
  return `${lines.join('\n')}\n`;
}

/** Columns of a terminal that a text takes: Chinese characters and their punctuation take two. */
function width(text: string): number {
  return text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);
}

/** Rows with their columns below each other. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  const padded = (cell: string, column: number): string =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd());
}
