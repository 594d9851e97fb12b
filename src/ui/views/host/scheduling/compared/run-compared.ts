/**
 * The same lab twice from one beginning, each time under another scheduler of a host: from the scenario with everything that was done in
 * it, or from the lab as it stands. Each run has a worker of its own, and stays to be asked.
 */
import { type Failure, fail, ok, type Result } from '#base/result';
import type { ScenarioOf } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { LabClient } from '#bridge/client/client';
import type { Command, LabSource } from '#bridge/protocol/lab-api';

/** Where both runs begin. */
export const BEGINNINGS = ['start', 'now'] as const;
export type Beginning = (typeof BEGINNINGS)[number];

export interface Wish {
  readonly host: number;
  readonly schedulers: readonly [string, string];
  readonly from: Beginning;
  readonly spanNs: VirtualNs;
}

/** A run that has come to its end. */
export interface ComparedRun {
  readonly scheduler: string;
  readonly client: LabClient;
}
export interface Compared {
  readonly host: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly runs: readonly [ComparedRun, ComparedRun];
}

/** Both runs, or why there are none: labs that were opened for them are the caller's to close. */
export async function runCompared(
  lab: LabClient,
  wish: Wish,
  aside: () => LabClient,
  onProgress: (fraction: number) => void,
): Promise<Result<Compared>> {
  const beginning = await beginningOf(lab, wish);
  if (!beginning.ok) return beginning;
  const parts = [0, 0];
  const runs = await Promise.all(
    wish.schedulers.map((scheduler, at) =>
      runOne(beginning.value, wish, scheduler, aside(), (fraction) => {
        parts[at] = fraction;
        onProgress((parts[0]! + parts[1]!) / 2);
      }),
    ),
  );
  const [one, other] = runs;
  if (one === undefined || other === undefined) return fail('no-lab');
  if (!one.ok) return one;
  if (!other.ok) return other;
  const { fromNs, toNs } = one.value;
  return ok({ host: wish.host, fromNs, toNs, runs: [one.value, other.value] });
}

/** What a run is opened from, if its host has another scheduler. */
type BeginningWith = (scheduler: string) => LabSource;

async function beginningOf(lab: LabClient, { host, from }: Wish): Promise<Result<BeginningWith>> {
  if (from === 'now') {
    const file = await lab.calls.saveLab();
    return file.ok ? ok(() => ({ kind: 'state', bytes: file.value })) : file;
  }
  const file = await lab.calls.exportState('start');
  if (!file.ok) return file;
  const scenario = JSON.parse(new TextDecoder().decode(file.value)) as ScenarioOf<Command>;
  return ok((scheduler) => ({ kind: 'scenario', scenario: underScheduler(scenario, host, scheduler) }));
}

/** A scenario whose host has a scheduler from its beginning to its end, whatever was chosen in between. */
export function underScheduler(
  scenario: ScenarioOf<Command>,
  host: number,
  kind: string,
): ScenarioOf<Command> {
  return {
    ...scenario,
    hosts: scenario.hosts.map((each, index) => (index === host ? { ...each, scheduler: { kind } } : each)),
    commands: scenario.commands.filter((each) => each.host !== host || each.op !== 'host.setScheduler'),
  };
}

interface Ran extends ComparedRun {
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
}

async function runOne(
  beginning: BeginningWith,
  { host, from, spanNs }: Wish,
  scheduler: string,
  client: LabClient,
  onFraction: (fraction: number) => void,
): Promise<Result<Ran>> {
  const opened = await client.open(beginning(scheduler), { running: false, rate: 1 }, () => undefined);
  if (!opened.ok) return opened;
  if (from === 'now') {
    const set = await client.calls.command(host, {
      op: 'host.setScheduler',
      args: { scheduler: { kind: scheduler } },
    });
    if (!set.ok) return set;
  } else {
    const missing = missingOf(opened.value.missingImages);
    if (missing !== undefined) return missing;
  }
  const begun = await client.ask(host, 'scheduling', {});
  if (!begun.ok) return begun;
  const fromNs = begun.value.at;
  const ran = await client.runTo(fromNs + spanNs, ({ done, total = 1 }) => onFraction(done / total));
  if (!ran.ok) return ran;
  onFraction(1);
  return ok({ scheduler, client, fromNs, toNs: ran.value.at });
}

/** A run without what its VMs are made of would be another one. */
function missingOf([missing]: readonly { readonly error: Failure['error'] }[]): Failure | undefined {
  return missing === undefined ? undefined : { ok: false, error: missing.error };
}
