/**
 * A running scenario: its hosts, driven only by timed commands and `advance`, and the log of those commands, which is
 * at once what a link carries and what a replay needs.
 */
import { fail, type LabError, ok, type Result } from '#base/result';
import type { Command, Scenario, TimedCommand } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { Host, type HostEnvironment } from '#hypervisor/host';
import type { EngineModule } from '#machine/engine-module';

/** A command that was carried out, and what came of it. */
export interface LoggedCommand {
  readonly command: TimedCommand;
  readonly error?: LabError;
}

export class Lab {
  readonly scenario: Scenario;
  readonly hosts: readonly Host[];
  /** Commands of the scenario that are still to come, by time. */
  #pending: TimedCommand[];
  readonly #log: LoggedCommand[] = [];

  /** Switches all hosts of a scenario on. */
  static create(scenario: Scenario, engine: EngineModule, environment: HostEnvironment): Lab {
    const { seed, nsPerInstruction, quantumInstructions } = scenario;
    const hosts = scenario.hosts.map((spec, index) =>
      Host.create(engine, spec, { seed: seed + index, nsPerInstruction, quantumInstructions }, environment),
    );
    return new Lab(scenario, hosts);
  }

  private constructor(scenario: Scenario, hosts: readonly Host[]) {
    this.scenario = scenario;
    this.hosts = hosts;
    this.#pending = [...scenario.commands].sort((a, b) => a.at - b.at);
  }

  /** Virtual time that all hosts have reached. */
  get now(): VirtualNs {
    return Math.min(...this.hosts.map((host) => host.now));
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.hosts.reduce((sum, host) => sum + host.instructions, 0);
  }
  /** Everything that was commanded so far, the scenario's own commands included. */
  get log(): readonly LoggedCommand[] {
    return this.#log;
  }

  /** Carries a command out at the host's present quantum boundary, and logs it with that time. */
  execute(host: number, command: Command): Result<null> {
    const target = this.hosts[host];
    if (target === undefined) return fail('no-such-host', { host });
    const result = target.execute(command);
    this.#log.push({
      command: { ...command, at: target.now, host },
      ...(result.ok ? {} : { error: result.error }),
    });
    return result.ok ? ok(null) : result;
  }

  /** Lets virtual time pass on all hosts; commands of the scenario happen at the first quantum boundary at or after their time. */
  advance(until: VirtualNs): void {
    for (;;) {
      const next = this.#pending[0];
      const stop = next === undefined ? until : Math.min(until, next.at);
      for (const host of this.hosts) host.advance(stop);
      if (next === undefined || next.at > this.now || next.at > until) return;
      this.#pending = this.#pending.slice(1);
      const { at: _, host, ...command } = next;
      this.execute(host, command as Command);
    }
  }

  /** The scenario that repeats this run: as it was opened, with everything commanded since. */
  record(): Scenario {
    return { ...this.scenario, commands: [...this.#log.map(({ command }) => command), ...this.#pending] };
  }

  /** Hash of the state of each host. */
  hashes(): string[] {
    return this.hosts.map((host) => host.hash());
  }
}
