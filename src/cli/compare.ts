/**
 * `virtlab compare`: the same lab from the same beginning, once under each of some schedulers, and what each VM had of the CPUs: its share,
 * how often it came onto one, and how long it had waited for that. Nothing else differs between the runs.
 */
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { REGISTRIES } from '#hypervisor/registries';
import type { Lab } from '#lab/lab';
import { figureTitles, say } from './messages.ts';
import { withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { table } from './table.ts';
import { FIGURES } from './texts.ts';

const OWN_OPTIONS = {
  schedulers: { type: 'string' },
  /** When both begin: the lab comes there as it is. */
  at: { type: 'string', default: '0s' },
  for: { type: 'string', default: '2s' },
  json: { type: 'boolean', default: false },
} as const;

/** What a VM had under a scheduler. Times are virtual nanoseconds. */
interface ComparedVm {
  readonly host: string;
  readonly vm: string;
  /** Of all CPUs of its host. */
  readonly share: number;
  readonly switches: number;
  readonly p50Ns: VirtualNs;
  readonly p95Ns: VirtualNs;
  readonly mostNs: VirtualNs;
  /** Time in which one of its vCPUs ran while another waited. */
  readonly apartNs: VirtualNs;
}
interface ComparedRun {
  readonly scheduler: string;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** The beginning of the run is no longer remembered: figures are of what is. */
  readonly truncated: boolean;
  readonly vms: readonly ComparedVm[];
}

/** Runs the command; the result is the exit status. */
export async function compare(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: OWN_OPTIONS, allowPositionals: true },
  });
  const [source] = positionals;
  if (source === undefined || positionals.length > 1) return fail('usage', { command: 'compare' });
  const schedulers = schedulersOf(values.schedulers);
  if (!schedulers.ok) return schedulers;
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const span = parseDuration(values.for, 'for');
  if (!span.ok) return span;
  const runs: ComparedRun[] = [];
  for (const scheduler of schedulers.value) {
    const run = await withLab(source, (lab) => runUnder(lab, scheduler, at.value, span.value), { print });
    if (!run.ok) return run;
    runs.push(run.value);
  }
  if (runs.some(({ truncated }) => truncated)) print(`virtlab: ${say('comparedTruncated')}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(runs, null, 2)}\n` : textOf(runs));
  return ok(0);
}

/** Those that are named, or all that there are. */
function schedulersOf(text: string | undefined): Result<readonly string[]> {
  const known = REGISTRIES.schedulers.map(({ id }) => id);
  const named = text?.split(',').map((name) => name.trim()) ?? known;
  const strange = named.find((name) => !known.includes(name));
  return strange === undefined
    ? ok(named)
    : fail('option.choice', { option: 'schedulers', choices: known.join(', '), text: strange });
}

/** Lets a lab come to its beginning, and run from there with a scheduler on every host. */
async function runUnder(
  lab: Lab,
  scheduler: string,
  at: VirtualNs,
  spanNs: VirtualNs,
): Promise<Result<ComparedRun>> {
  await lab.advance(at);
  const fromNs = lab.now;
  for (const host of lab.hosts.keys()) {
    const set = await lab.execute(host, {
      op: 'host.setScheduler',
      args: { scheduler: { kind: scheduler } },
    });
    if (!set.ok) return set;
  }
  await lab.advance(fromNs + spanNs);
  const toNs = lab.now;
  const vms: ComparedVm[] = [];
  let truncated = false;
  for (const [index, { spec }] of lab.hosts.entries()) {
    const asked = await lab.answer(index, 'run-queue', { fromNs, toNs });
    if (!asked.ok) return asked;
    const { value } = asked.value;
    truncated ||= value.truncated;
    for (const { vm, ranNs, switches, apartNs, delays } of value.vms)
      vms.push({
        ...{ host: spec.name, vm, share: ranNs / Math.max(1, toNs - fromNs) / value.harts, switches },
        ...{ p50Ns: delays.p50Ns, p95Ns: delays.p95Ns, mostNs: delays.mostNs, apartNs },
      });
  }
  return ok({ scheduler, fromNs, toNs, truncated, vms });
}

const milliseconds = (ns: VirtualNs): string => `${(ns / NS_PER_MS).toFixed(2)} ms`;

const SAID: Readonly<Record<(typeof FIGURES)[number], (vm: ComparedVm) => string>> = {
  share: ({ share }) => `${(share * 100).toFixed(1)} %`,
  switches: ({ switches }) => String(switches),
  p50: ({ p50Ns }) => milliseconds(p50Ns),
  p95: ({ p95Ns }) => milliseconds(p95Ns),
  most: ({ mostNs }) => milliseconds(mostNs),
  apart: ({ apartNs }) => milliseconds(apartNs),
};

/** A row for each figure of each VM, a column for each scheduler. */
function textOf(runs: readonly ComparedRun[]): string {
  const titles = figureTitles();
  const [first] = runs;
  const rows = (first?.vms ?? []).flatMap(({ host, vm }) => {
    const same = runs.map(({ vms }) => vms.find((each) => each.host === host && each.vm === vm));
    // A VM of one vCPU is never apart from itself.
    const figures = same.some((each) => (each?.apartNs ?? 0) > 0) ? FIGURES : FIGURES.slice(0, -1);
    return figures.map((figure, at) => [
      at === 0 ? `${host}/${vm}` : '',
      titles[figure],
      ...same.map((each) => (each === undefined ? '' : SAID[figure](each))),
    ]);
  });
  const head = ['', '', ...runs.map(({ scheduler }) => scheduler)];
  const span = { from: (first?.fromNs ?? 0) / 1e9, to: (first?.toNs ?? 0) / 1e9 };
  return `${say('compared', span)}\n${table([head, ...rows]).join('\n')}\n`;
}
