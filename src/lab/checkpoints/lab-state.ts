/**
 * What a lab is besides its hosts: what it was opened as, what was commanded since and what came of it. It is read as a document
 * from anywhere is: checked whole before anything is made of it.
 */
import { LIMITS } from '#base/catalogue/limits';
import { isPlainObject } from '#base/plain-data';
import { fail, type LabError, ok, type Result } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encode } from '#base/state/codec';
import { type Declaration, declare } from '#base/state/declare';
import type { Differences } from '#base/state/diff';
import { list, optional, text, u32, upTo } from '#base/state/types';
import type { Registries } from '#hypervisor/registries';
import { fillCommand } from '../defaults.ts';
import { FILE_LIMITS } from '../limits.ts';
import { parseJson } from '../plain-data.ts';
import type { LoggedCommand, Scenario, TimedCommand } from '../scenario.ts';
import { parseCommand } from '../schema.ts';
import { readScenarioText } from '../versions.ts';

export interface LabState {
  /** As the lab was opened. */
  readonly scenario: Scenario;
  readonly log: readonly LoggedCommand[];
  /** By host, how many of the scenario's commands are still to come. */
  readonly pending: readonly number[];
}

/** By host, a scenario's commands in the order in which they are carried out; those of one time keep theirs. */
export function commandsByHost({ hosts, commands }: Scenario): readonly TimedCommand[][] {
  const inOrder = [...commands].sort((a, b) => a.at - b.at);
  return hosts.map((_, index) => inOrder.filter(({ host }) => host === index));
}

/** What the scenario of a lab will still command. */
export function commandsToCome({ scenario, pending }: LabState): readonly TimedCommand[] {
  return commandsByHost(scenario).flatMap((commands, index) => {
    const toCome = pending[index] ?? 0;
    return commands.slice(Math.max(0, commands.length - toCome));
  });
}

interface WrittenCommand {
  readonly command: string;
  readonly error: string | undefined;
}
interface Written {
  readonly scenario: string;
  readonly log: readonly WrittenCommand[];
  readonly pending: readonly number[];
}

/** A VM's specification, or a paste, as JSON. */
const LONGEST_COMMAND = 65_536;
const LONGEST_ERROR = 4096;
/** Of a session that is far longer than a file may be: keys that were typed are a command each. */
const MOST_COMMANDS = 1 << 20;

const WRITTEN: Declaration<Written> = declare('lab', {
  scenario: text(FILE_LIMITS.documentBytes),
  log: list(
    declare<WrittenCommand>('logged command', {
      command: text(LONGEST_COMMAND),
      error: optional(text(LONGEST_ERROR)),
    }),
    upTo(MOST_COMMANDS),
  ),
  pending: list(u32, upTo(LIMITS.hosts)),
});

export function writeLabState({ scenario, log, pending }: LabState): Uint8Array {
  const json = (error: LabError | undefined): string | undefined => error && JSON.stringify(error);
  return encode(WRITTEN, {
    scenario: JSON.stringify(scenario),
    log: log.map(({ command, error }) => ({ command: JSON.stringify(command), error: json(error) })),
    pending,
  });
}

/** The state that bytes hold; `snapshot.format` or what is wrong with the scenario. */
export function readLabState(bytes: Uint8Array, registries: Registries): Result<LabState> {
  try {
    const written = decode(WRITTEN, bytes);
    const scenario = readScenarioText(written.scenario, registries);
    if (!scenario.ok) return scenario;
    const { hosts } = scenario.value;
    if (written.pending.length !== hosts.length)
      return fail('snapshot.format', { message: 'another number of hosts' });
    const log: LoggedCommand[] = [];
    for (const entry of written.log) {
      const parsed = parseJson(entry.command, FILE_LIMITS);
      const command = parsed.ok ? parseCommand(parsed.value, registries) : parsed;
      if (!command.ok) return command;
      const [filled, ...more] = fillCommand(command.value, hosts, registries);
      if (filled === undefined || more.length > 0 || hosts[filled.host] === undefined)
        return fail('snapshot.format', { message: 'a command in the log that is none' });
      log.push(
        entry.error === undefined ? { command: filled } : { command: filled, error: errorOf(entry.error) },
      );
    }
    return ok({ scenario: scenario.value, log, pending: written.pending });
  } catch (error) {
    if (error instanceof SnapshotFormatError) return fail('snapshot.format', { message: error.message });
    throw error;
  }
}

/** Adds the differences of two labs besides their hosts. */
export function compareLabStates(found: Differences, a: Uint8Array, b: Uint8Array): void {
  found.compare(WRITTEN, decode(WRITTEN, a), decode(WRITTEN, b), 'lab');
}

function errorOf(json: string): LabError {
  const parsed = parseJson(json, FILE_LIMITS);
  const error = parsed.ok && isPlainObject(parsed.value) ? parsed.value : {};
  const { code, data, where } = error as Readonly<Record<keyof LabError, unknown>>;
  const isData = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
  if (typeof code !== 'string' || !isPlainObject(data) || !Object.values(data).every(isData))
    throw new SnapshotFormatError('an error that is none');
  return { code, data: data as LabError['data'], ...(typeof where === 'string' ? { where } : {}) };
}
