/**
 * How a lab comes to what it was at an earlier time: from a checkpoint of the same run, or from its beginning, by repeating what was
 * commanded between that and the time. A run is deterministic, so that this is the state that it passed through.
 */
import type { VirtualNs } from '#base/virtual-time';
import { hadEffect, type Lab } from '../lab.ts';
import { isSameDocument } from '../plain-data.ts';
import type { LoggedCommand, Scenario, TimedCommand } from '../scenario.ts';
import { commandsByHost, commandsToCome, type LabState } from './lab-state.ts';

/** What a lab has done: as it was opened, and what was commanded since. */
export type Run = Pick<Lab, 'scenario' | 'log'>;

/** The run in which some commands were never given: so many from one of the log on. Nothing where there are none such. */
export function runWithout({ scenario, log }: Run, from: number, count: number): Run | undefined {
  const isThere = Number.isInteger(from) && Number.isInteger(count) && from >= 0 && count > 0;
  if (!isThere || from + count > log.length) return undefined;
  return { scenario, log: [...log.slice(0, from), ...log.slice(from + count)] };
}

/** Commands of a run that were done before, and are refused in another run that was to be the same. */
export function refusedSince(before: Run, now: Run): (entry: TimedCommand) => boolean {
  const key = (command: TimedCommand): string =>
    JSON.stringify([command.at, command.host, command.op, command.args]);
  const done = new Set(
    before.log.filter(({ error }) => error === undefined).map(({ command }) => key(command)),
  );
  const refused = now.log.filter(({ command, error }) => error !== undefined && done.has(key(command)));
  const keys = new Set(refused.map(({ command }) => key(command)));
  return (command) => keys.has(key(command));
}

/** The state of a run at its beginning. */
export function beginningOf({ scenario }: Run): LabState {
  return { scenario, log: [], pending: commandsByHost(scenario).map(({ length }) => length) };
}

/**
 * Commands with which a state goes on to what the run was at a time. Nothing when the state is none that the run passed through:
 * it is of another run, or of a time before the run was taken back.
 */
export function commandsBetween(state: LabState, run: Run, to: VirtualNs): TimedCommand[] | undefined {
  if (!isSameBeginning(state.scenario, run.scenario)) return undefined;
  const again: TimedCommand[] = commandsToCome(state).filter(({ at }) => at > to);
  for (const host of run.scenario.hosts.keys()) {
    const done = ofHost(state.log, host);
    const all = ofHost(run.log, host);
    const isOfRun = done.length <= all.length && done.every((entry, at) => isSame(entry, all[at]!));
    if (!isOfRun) return undefined;
    const since = all.slice(done.length).filter((entry) => hadEffect(entry) && entry.command.at <= to);
    again.push(...since.map(({ command }) => command));
  }
  return again;
}

function ofHost(log: readonly LoggedCommand[], host: number): readonly LoggedCommand[] {
  return log.filter(({ command }) => command.host === host);
}

function isSame({ command: a }: LoggedCommand, { command: b }: LoggedCommand): boolean {
  return a === b || (a.at === b.at && a.op === b.op && isSameDocument(a.args, b.args));
}

/** Where nodes stand is no part of what happens. */
function isSameBeginning({ layout: _a, ...a }: Scenario, { layout: _b, ...b }: Scenario): boolean {
  return isSameDocument(a, b);
}
