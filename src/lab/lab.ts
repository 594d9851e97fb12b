/**
 * A running scenario: its hosts, driven only by commands at virtual times and by `advance`, and the log of those
 * commands, which is at once what a link carries and what a replay needs.
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, type LabError, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { Cluster, type ShouldStop } from '#cluster/cluster';
import type { Command } from '#hypervisor/commands';
import { Host, type HostEnvironment } from '#hypervisor/host';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import type { EngineModule } from '#machine/engine-module';
import { fillCommand, fillIn } from './defaults.ts';
import { FILE_LIMITS } from './limits.ts';
import { plainData } from './plain-data.ts';
import { checkCommand } from './references.ts';
import type { Scenario, TimedCommand } from './scenario.ts';
import { parseCommand } from './schema.ts';

/** A command that was given to a host, and what came of it. */
export interface LoggedCommand {
  readonly command: TimedCommand;
  readonly error?: LabError;
}

type Typing = Extract<Command, { readonly op: 'console.input' }>;

/** Typing (a paste) that is longer than one command may be, in two parts. */
function textBeyond({ op, args }: Typing, length: number): { begin: Typing; end: Typing } | undefined {
  if (typeof args?.text !== 'string' || args.text.length <= length) return undefined;
  const { text } = args;
  return {
    begin: { op, args: { ...args, text: text.slice(0, length) } },
    end: { op, args: { ...args, text: text.slice(length) } },
  };
}

/** Refusals of a host that has not touched anything: nothing to repeat. */
const WITHOUT_EFFECT: readonly string[] = ['no-such-vm', 'wrong-state'];

export class Lab {
  readonly scenario: Scenario;
  readonly #cluster: Cluster;
  readonly #registries: Registries;
  /** Commands of the scenario that are still to come, for each host, the last first. */
  readonly #pending: readonly TimedCommand[][];
  readonly #log: LoggedCommand[] = [];
  /** By index of the host. */
  readonly #failures = new Map<number, LabError>();

  /** Switches all hosts of a valid scenario on. */
  static create(valid: Scenario, engine: EngineModule, environment: HostEnvironment): Lab {
    const registries = environment.registries ?? REGISTRIES;
    const scenario = fillIn(valid, registries);
    const { seed, nsPerInstruction, quantumInstructions } = scenario;
    const hosts = scenario.hosts.map((spec, index) => {
      const settings = { seed: (seed + index) >>> 0, nsPerInstruction, quantumInstructions };
      return Host.create(engine, spec, settings, environment);
    });
    return new Lab(scenario, new Cluster(hosts), registries);
  }

  private constructor(scenario: Scenario, cluster: Cluster, registries: Registries) {
    this.scenario = scenario;
    this.#registries = registries;
    this.#cluster = cluster;
    // Sorting is stable: commands of one time keep their order.
    const commands = [...scenario.commands].sort((a, b) => a.at - b.at).reverse();
    this.#pending = cluster.hosts.map((_, index) => commands.filter(({ host }) => host === index));
    for (const index of cluster.hosts.keys()) this.#executeDue(index);
  }

  get hosts(): readonly Host[] {
    return this.#cluster.hosts;
  }
  /** Virtual time that all hosts have reached. */
  get now(): VirtualNs {
    return this.#cluster.now;
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.#cluster.instructions;
  }
  /** Every command that reached a host, the scenario's own included, in the order in which they did. */
  get log(): readonly LoggedCommand[] {
    return this.#log;
  }

  /** Carries a command out at the host's present quantum boundary, and logs it with that time. */
  execute(host: number, command: Command): Result<null> {
    const target = this.hosts[host];
    if (target === undefined) return fail('no-such-host', { host });
    const failure = this.#failures.get(host);
    if (failure !== undefined) return { ok: false, error: failure };
    this.#finishQuantum(host);
    const rest = command.op === 'console.input' ? textBeyond(command, LIMITS.typedLength) : undefined;
    if (rest !== undefined) {
      const begun = this.execute(host, rest.begin);
      return begun.ok ? this.execute(host, rest.end) : begun;
    }
    const plain = plainData(command, FILE_LIMITS);
    if (!plain.ok) return plain;
    const parsed = parseCommand(plain.value, this.#registries);
    if (!parsed.ok) return parsed;
    for (const each of fillCommand(
      { ...parsed.value, at: target.now, host },
      this.scenario.hosts,
      this.#registries,
    )) {
      const checked = checkCommand(each, target.spec, this.#registries);
      const done = checked.ok ? this.#give(each) : checked;
      if (!done.ok) return done;
    }
    return ok(null);
  }

  /**
   * Lets virtual time pass on all hosts, up to the first quantum boundary at or after `until`. A command of the scenario
   * happens at the first boundary at or after its time. How a span is cut into calls does not matter for what happens;
   * `shouldStop` cuts it, after at least one quantum.
   */
  advance(until: VirtualNs, shouldStop?: ShouldStop): void {
    const isOver: ShouldStop = () => this.stopped !== undefined || shouldStop?.() === true;
    const limits = shouldStop === undefined ? {} : { stop: shouldStop };
    const advanceHost = (index: number, end: VirtualNs): void => {
      // One stop at a time: the other hosts follow when this one has gone on.
      if (this.stopped !== undefined) return;
      this.#guarded(index, (host) => {
        do {
          host.advance(Math.min(end, this.#pending[index]?.at(-1)?.at ?? end), limits);
          this.#executeDue(index);
        } while (host.now < end && !this.#failures.has(index) && !isOver());
      });
    };
    this.#cluster.advance(until, advanceHost, isOver);
  }

  /** The host that has stopped at a breakpoint or after a step: the lab stands until its {@link Host.stops} go on. */
  get stopped(): number | undefined {
    const index = this.hosts.findIndex(({ stops }) => stops.stopped !== undefined);
    return index < 0 ? undefined : index;
  }

  /** Commands happen at quantum boundaries: a host that has stopped between two goes on to the next, and does what is due there. */
  #finishQuantum(index: number): void {
    this.#guarded(index, (host) => {
      if (host.restOfQuantumNs === 0) return;
      host.finishQuantum();
      this.#executeDue(index);
    });
  }

  /** Why a host stands still for good: a mistake of ours, not of its guests. Its state stays to be looked at. */
  failure(host: number): LabError | undefined {
    return this.#failures.get(host);
  }

  /** What is thrown inside a host ends that host and no other. */
  #guarded<T>(index: number, work: (host: Host) => T): T | undefined {
    const host = this.hosts[index]!;
    try {
      return work(host);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failure: LabError = { code: 'host.failed', data: { host: host.spec.name, message } };
      this.#failures.set(index, failure);
      this.#cluster.halt(index);
      host.log.add({ at: host.now, severity: 'error', ...failure });
      return undefined;
    }
  }

  /** What is due is done as soon as a host has reached it: before anybody can give it another command. */
  #executeDue(index: number): void {
    const pending = this.#pending[index]!;
    const { now } = this.hosts[index]!;
    for (
      let next = pending.at(-1);
      next !== undefined && next.at <= now && !this.#failures.has(index);
      next = pending.at(-1)
    ) {
      pending.pop();
      this.#give(next);
    }
  }

  #give(command: TimedCommand): Result<null> {
    const { at: _at, host, ...rest } = command;
    const answer = this.#guarded(host, (target) => target.execute(rest as Command));
    const result = answer ?? { ok: false, error: this.#failures.get(host)! };
    this.#log.push(result.ok ? { command } : { command, error: result.error });
    return result;
  }

  /** The scenario that repeats this run: as it was opened, with everything that was commanded since. */
  record(): Scenario {
    const given = this.#log.filter(
      ({ error }) => error === undefined || !WITHOUT_EFFECT.includes(error.code),
    );
    const toCome = this.#pending.flatMap((pending) => [...pending].reverse());
    const commands = [...given.map(({ command }) => command), ...toCome.sort((a, b) => a.at - b.at)];
    return { ...this.scenario, commands };
  }

  /** Hash of the state of each host. */
  hashes(): string[] {
    for (const index of this.hosts.keys()) if (!this.#failures.has(index)) this.#finishQuantum(index);
    return this.hosts.map((host) => host.hash());
  }
}
