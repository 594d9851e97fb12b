/** The history of a lab, made of its log: typing in one go is one action, and it is known what takes an action back. */
import type { GivenBy, LabActionOf, NoUndo } from '#base/lab-action';
import { inKeyOrder, isPlainObject } from '#base/plain-data';
import { type Command, commandNamed } from '#hypervisor/commands';
import type { Before } from '#hypervisor/commands/command';
import { REGISTRIES } from '#hypervisor/registries';
import { type Run, refusedSince } from './checkpoints/going-back.ts';
import { commandsByHost } from './checkpoints/lab-state.ts';
import type { LoggedCommand, Scenario, TimedCommand } from './scenario.ts';

export type LabAction = LabActionOf<Command>;

/** The newest that are told of. */
export const MOST_ACTIONS = 500;
/** Typing that is longer is told of by its beginning. */
export const MOST_TYPED = 200;

/** Says of the commands of a log, in their order, whether they came with the lab: those of a host come in the scenario's order. */
function origins(scenario: Scenario): (command: TimedCommand) => GivenBy {
  const expected = commandsByHost(scenario);
  const next = expected.map(() => 0);
  return (command) => {
    const own = expected[command.host] ?? [];
    let at = next[command.host] ?? 0;
    // One that is missing was left out when the run was repeated.
    while (at < own.length && own[at]!.at <= command.at && !isSame(own[at]!, command)) at += 1;
    if (at >= own.length || !isSame(own[at]!, command)) return 'person';
    next[command.host] = at + 1;
    return 'lab';
  };
}

/** Whatever the order of keys: what was written and read again has that of its shape. */
function isSame(a: TimedCommand, b: TimedCommand): boolean {
  return a.at === b.at && sorted(a) === sorted(b);
}
function sorted(command: TimedCommand): string {
  return JSON.stringify(command, (_, value: unknown) => (isPlainObject(value) ? inKeyOrder(value) : value));
}

/** The VM that a command is of or makes; none of a command of the host. */
function vmOf({ args }: Command): string {
  if (!('vm' in args)) return '';
  return typeof args.vm === 'string' ? args.vm : args.vm.name;
}

function isTyping(command: Command): command is Extract<Command, { readonly op: 'console.input' }> {
  return command.op === 'console.input';
}

function isGesture(
  command: Command,
): command is Extract<Command, { readonly op: 'desktop.input' | 'desktop.remoteInput' }> {
  return command.op === 'desktop.input' || command.op === 'desktop.remoteInput';
}

/** Typed into the same console, or done with the same desktop, by the same, and taken: one action. */
function joined(last: LabAction | undefined, next: LabAction): LabAction | undefined {
  if (last === undefined) return undefined;
  if (isGesture(last.command) && isGesture(next.command)) {
    const isSame =
      last.command.op === next.command.op &&
      last.host === next.host &&
      last.by === next.by &&
      last.command.args.vm === next.command.args.vm;
    if (!isSame || last.error !== undefined || next.error !== undefined) return undefined;
    return { ...last, commands: last.commands + next.commands, until: next.at };
  }
  if (!isTyping(last.command) || !isTyping(next.command)) return undefined;
  const isSame =
    last.host === next.host && last.by === next.by && last.command.args.vm === next.command.args.vm;
  if (!isSame || last.error !== undefined || next.error !== undefined) return undefined;
  const text = (last.command.args.text + next.command.args.text).slice(0, MOST_TYPED);
  const commands = last.commands + next.commands;
  return {
    ...last,
    commands,
    until: next.at,
    command: { op: 'console.input', args: { ...last.command.args, text } },
  };
}

/** What takes an action back, if nothing was done to its VM since. */
function undoOf(
  { command }: LabAction,
  before: Before,
  isLast: boolean,
): { command: Command } | { why: NoUndo } {
  if (isTyping(command) || command.op === 'console.resize' || isGesture(command)) return { why: 'read' };
  const definition = commandNamed(REGISTRIES.commands, command.op);
  if (definition?.creates(command.args) !== undefined) return { why: 'made' };
  const undo = definition?.undo(command.args, before);
  if (undo === undefined) return { why: 'gone' };
  return isLast ? { command: undo as Command } : { why: 'since' };
}

/** Of each action, by its serial number: what set the same before it, and whether it was there when the lab began. */
function beforeEach(scenario: Scenario, actions: readonly LabAction[]): ReadonlyMap<number, Before> {
  const earlier = new Map<string, Command>();
  const made = new Set<string>();
  const found = new Map<number, Before>();
  for (const { serial, host, command, error } of actions) {
    const of = `${host}/${vmOf(command)}`;
    const key = `${of}/${command.op}`;
    found.set(serial, {
      earlier: earlier.get(key),
      host: made.has(of) ? undefined : scenario.hosts[host],
    });
    if (error !== undefined) continue;
    earlier.set(key, command);
    if (commandNamed(REGISTRIES.commands, command.op)?.creates(command.args) === undefined) continue;
    // Of another VM that had its name.
    for (const known of [...earlier.keys()]) if (known.startsWith(`${of}/`)) earlier.delete(known);
    made.add(of);
  }
  return found;
}

/** Newest first. */
export function historyOf(scenario: Scenario, log: readonly LoggedCommand[]): LabAction[] {
  const by = origins(scenario);
  const actions: LabAction[] = [];
  log.forEach(({ command: timed, error }, serial) => {
    const { at, host, ...command } = timed;
    const action: LabAction = {
      ...{ serial, commands: 1, at, until: at, host, by: by(timed), command },
      ...(error === undefined ? {} : { error }),
    };
    const one = joined(actions.at(-1), action);
    if (one === undefined) actions.push(action);
    else actions[actions.length - 1] = one;
  });
  const touched = new Set<string>();
  const before = beforeEach(scenario, actions);
  return actions
    .slice(-MOST_ACTIONS)
    .reverse()
    .map((action) => {
      if (action.error !== undefined) return action;
      const vm = `${action.host}/${vmOf(action.command)}`;
      const undo = undoOf(
        action,
        before.get(action.serial) ?? { earlier: undefined, host: undefined },
        !touched.has(vm),
      );
      // A guest that was typed at is as it was, for whoever pulls its cable.
      if (!('why' in undo) || undo.why !== 'read') touched.add(vm);
      return { ...action, undo };
    });
}

/** Actions of a run that are refused in it, and were done in another, newest first. */
export function refusedActions(now: Run, before: Run): readonly LabAction[] {
  const isRefused = refusedSince(before, now);
  return historyOf(now.scenario, now.log).filter(({ at, host, command }) =>
    isRefused({ at, host, ...command }),
  );
}
