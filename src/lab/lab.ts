/**
 * A running scenario: its hosts, driven only by commands at virtual times and by `advance`, and the log of those
 * commands, which is at once what a link carries and what a replay needs.
 */
import { heardBy } from '#base/card-conflicts';
import { LIMITS } from '#base/catalogue/limits';
import { messageOf } from '#base/error-message';
import { fail, type LabError, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Cluster, Driver } from '#cluster/cluster';
import { type Command, commandNamed } from '#hypervisor/commands';
import type {
  DebugRequest,
  HostPort,
  HostStatus,
  MakeHost,
  PortLimits,
  Timed,
  UnkeptFlush,
} from '#hypervisor/port';
import type { AnswerOf, ArgumentsOf, QuestionId } from '#hypervisor/questions';
import { REGISTRIES, type Registries } from '#hypervisor/registries';
import { unreadable } from '#hypervisor/snapshot/file';
import type { LabCheckpoint, LabImage } from './checkpoints/checkpoint.ts';
import { commandsByHost, commandsToCome, readLabState, writeLabState } from './checkpoints/lab-state.ts';
import { fillCommand, fillIn } from './defaults.ts';
import { FILE_LIMITS } from './limits.ts';
import { makeCluster } from './make-cluster.ts';
import { textBeyond } from './paste.ts';
import { plainData } from './plain-data.ts';
import { checkCommand } from './references.ts';
import type { LoggedCommand, Scenario, TimedCommand } from './scenario.ts';
import { parseCommand } from './schema.ts';
import { wiredLab } from './wired-lab.ts';

/** Refusals of a host that has not touched anything: nothing to repeat. */
const WITHOUT_EFFECT: readonly string[] = ['no-such-vm', 'wrong-state', 'console.fixedSize'];

/** True for a command that has to be repeated to come to the same state. */
export function hadEffect({ error }: LoggedCommand): boolean {
  return error === undefined || !WITHOUT_EFFECT.includes(error.code);
}

export class Lab {
  readonly scenario: Scenario;
  readonly #cluster: Cluster;
  readonly #registries: Registries;
  /** Commands of the scenario that are still to come, for each host, the last first. */
  readonly #pending: readonly TimedCommand[][];
  readonly #log: LoggedCommand[] = [];
  /** By index of the host. */
  readonly #failures = new Map<number, LabError>();
  /** Calls that change anything follow one another: hosts may take their time, and nobody comes in between. */
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Switches all hosts of a valid scenario on.
   * @param toCome commands that are carried out instead of the scenario's
   */
  static async create(
    valid: Scenario,
    makeHost: MakeHost,
    registries: Registries = REGISTRIES,
    toCome?: readonly TimedCommand[],
  ): Promise<Lab> {
    const scenario = fillIn(valid, registries);
    const cluster = await makeCluster(scenario, makeHost, []);
    const lab = new Lab(scenario, cluster, registries, toCome ?? scenario.commands);
    for (const index of lab.hosts.keys()) await lab.#executeDue(index);
    return lab;
  }

  /**
   * The lab that a checkpoint holds, which goes on as it did; nothing of it exists unless all of it could be read.
   * @param toCome commands that are carried out instead of those of the scenario that are still to come
   */
  static async restore(
    image: LabImage,
    makeHost: MakeHost,
    registries: Registries = REGISTRIES,
    toCome?: readonly TimedCommand[],
  ): Promise<Result<Lab>> {
    const state = readLabState(image.lab, registries);
    if (!state.ok) return state;
    const { scenario, log } = state.value;
    if (image.hosts.length !== scenario.hosts.length)
      return fail('snapshot.format', { message: 'another number of hosts' });
    try {
      const cluster = await makeCluster(scenario, makeHost, image.hosts);
      const lab = new Lab(scenario, cluster, registries, toCome ?? commandsToCome(state.value));
      for (const entry of log) lab.#log.push(entry);
      return ok(lab);
    } catch (error) {
      return unreadable(messageOf(error));
    }
  }

  private constructor(
    scenario: Scenario,
    cluster: Cluster,
    registries: Registries,
    toCome: readonly TimedCommand[],
  ) {
    this.scenario = scenario;
    this.#registries = registries;
    this.#cluster = cluster;
    cluster.onUnkept = (host, since, unkept) => this.#noteUnkept(host, since, unkept);
    this.#pending = commandsByHost({ ...scenario, commands: toCome }).map((commands) => commands.reverse());
  }

  get hosts(): readonly HostPort[] {
    return this.#cluster.hosts;
  }
  /** Virtual time that all hosts have reached. */
  get now(): VirtualNs {
    return this.#cluster.now;
  }
  /** Nothing happens before it, unless somebody gives a command; `now` where a vCPU has something to do. */
  get idleUntil(): VirtualNs {
    const due = this.#pending.map((_, index) => this.#dueAt(index));
    return Math.max(this.now, Math.min(this.#cluster.idleUntil, ...due));
  }
  /** When the scenario's next command for a host is due. */
  #dueAt(index: number): VirtualNs {
    return this.#pending[index]?.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  }
  /** Instructions retired by all hosts. */
  get instructions(): number {
    return this.#cluster.instructions;
  }
  /** Every command that reached a host, the scenario's own included; those of one host in the order in which they did. */
  get log(): readonly LoggedCommand[] {
    return this.#log;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** The host, while it is of use. */
  #wellHost(index: number): Result<HostPort> {
    const host = this.hosts[index];
    if (host === undefined) return fail('no-such-host', { host: index });
    const failure = this.#failures.get(index);
    return failure === undefined ? ok(host) : { ok: false, error: failure };
  }

  /** Carries a command out at the host's present quantum boundary, and logs it with that time. */
  execute(host: number, command: Command): Promise<Result<null>> {
    return this.#inTurn(() => this.#execute(host, command));
  }

  async #execute(host: number, command: Command): Promise<Result<null>> {
    const target = this.#wellHost(host);
    if (!target.ok) return target;
    await this.#finishQuantum(host);
    const rest = command.op === 'console.input' ? textBeyond(command, LIMITS.typedLength) : undefined;
    if (rest !== undefined) {
      const begun = await this.#execute(host, rest.begin);
      return begun.ok ? this.#execute(host, rest.end) : begun;
    }
    const plain = plainData(await this.#withHeard(host, command), FILE_LIMITS);
    if (!plain.ok) return plain;
    const parsed = parseCommand(plain.value, this.#registries);
    if (!parsed.ok) return parsed;
    const { spec, status } = target.value;
    for (const each of fillCommand(
      { ...parsed.value, at: status.now, host },
      this.scenario.hosts,
      this.#registries,
    )) {
      const checked = checkCommand(each, spec, this.#registries, this.#given(host));
      const done = checked.ok ? await this.#give(each) : checked;
      if (!done.ok) return done;
    }
    return ok(null);
  }

  #given(host: number): readonly Command[] {
    return this.#log.filter(({ command }) => command.host === host).map(({ command }) => command);
  }

  /** A command that plugs cards in, with those that the host hears over links and knows nothing of: what is logged can be repeated. */
  async #withHeard(host: number, command: Command): Promise<Command> {
    const isLinked = (this.scenario.links ?? []).length > 0;
    const isNew = isLinked && commandNamed(this.#registries.commands, command.op)?.plugsIn === true;
    if (!isNew || command.args === undefined || 'heard' in command.args) return command;
    const heard = heardBy(await wiredLab(this), host);
    return heard.length === 0 ? command : ({ ...command, args: { ...command.args, heard } } as Command);
  }

  /**
   * Lets virtual time pass on all hosts, up to the first quantum boundary at or after `until`. A command of the scenario
   * happens at the first boundary at or after its time. How a span is cut into calls does not matter for what happens; a
   * deadline cuts it, after at least one quantum.
   */
  advance(until: VirtualNs, limits: PortLimits = {}): Promise<void> {
    return this.#inTurn(() => this.#cluster.advance(until, this.#driver(limits)));
  }

  #driver(limits: PortLimits = {}): Driver {
    return {
      advance: (index, end, idleUntil) =>
        this.#advance(index, end, idleUntil === undefined ? limits : { ...limits, idleUntil }),
      dueAt: (index) => this.#dueAt(index),
      guarded: (index, work) => this.#guarded(index, work),
    };
  }

  /** Lets one host run; true when there is a reason for all to stop. */
  async #advance(index: number, end: VirtualNs, limits: PortLimits): Promise<boolean> {
    const host = this.hosts[index]!;
    let isOver = false;
    while (host.status.now < end && !this.#failures.has(index) && !isOver) {
      // One stop at a time: the other hosts follow when this one has gone on.
      if (this.stopped !== undefined) return true;
      const pass = Math.min(end, this.#dueAt(index));
      const advanced = await this.#guarded(index, () => this.#cluster.run(index, pass, limits));
      isOver = advanced?.isOver === true;
      await this.#executeDue(index);
    }
    return isOver || host.status.stop !== undefined;
  }

  /** The host that has stopped at a breakpoint or after a step: the lab stands until it is told to go on. */
  get stopped(): number | undefined {
    const index = this.hosts.findIndex(({ status }) => status.stop !== undefined);
    return index < 0 ? undefined : index;
  }

  /** Where a host is to stop, and that it may go on. It changes no machine, and is not logged. */
  debug(host: number, request: DebugRequest): Promise<Result<null>> {
    return this.#inTurn(async () => {
      const target = this.#wellHost(host);
      if (!target.ok) return target;
      const answer = await this.#guarded(host, () => target.value.debug(request));
      return answer ?? { ok: false, error: this.#failures.get(host)! };
    });
  }

  /** Asks a host a question, of a host that has failed too, as far as it can be asked. */
  async ask(host: number, id: string, args: unknown): Promise<Result<Timed<unknown>>> {
    const target = this.hosts[host];
    if (target === undefined) return fail('no-such-host', { host });
    try {
      return await target.ask(id, args);
    } catch (error) {
      const failure = this.#failures.get(host);
      if (failure === undefined) throw error;
      return { ok: false, error: failure };
    }
  }

  /** Asks a host one of the questions of the product: the name says what it takes, and what it is answered with. */
  answer<Id extends QuestionId>(
    host: number,
    id: Id,
    args: ArgumentsOf<Id>,
  ): Promise<Result<Timed<AnswerOf<Id>>>> {
    return this.ask(host, id, args) as Promise<Result<Timed<AnswerOf<Id>>>>;
  }

  /** Commands happen at quantum boundaries: a host that has stopped between two goes on to the next, and does what is due there. */
  async #finishQuantum(index: number): Promise<void> {
    const host = this.hosts[index]!;
    if (host.status.restOfQuantumNs === 0 || this.#failures.has(index)) return;
    await this.#cluster.finishQuantum(index, this.#driver());
    await this.#executeDue(index);
  }

  /** Why a host stands still for good: a mistake of ours, not of its guests. Its state stays to be looked at. */
  failure(host: number): LabError | undefined {
    return this.#failures.get(host);
  }

  /** What is thrown inside a host ends that host and no other. */
  async #guarded<T>(index: number, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const message = messageOf(error);
      const { name } = this.hosts[index]!.spec;
      this.#failures.set(index, { code: 'host.failed', data: { host: name, message } });
      this.#cluster.halt(index);
      return undefined;
    }
  }

  /** What is due is done as soon as a host has reached it: before anybody can give it another command. */
  async #executeDue(index: number): Promise<void> {
    const pending = this.#pending[index]!;
    const { status } = this.hosts[index]!;
    for (
      let next = pending.at(-1);
      next !== undefined && next.at <= status.now && !this.#failures.has(index);
      next = pending.at(-1)
    ) {
      pending.pop();
      await this.#give(next);
    }
  }

  async #give(command: TimedCommand): Promise<Result<null>> {
    const { at: _at, host, ...rest } = command;
    const answer = await this.#guarded(host, () => this.hosts[host]!.execute(rest));
    const result = answer ?? { ok: false, error: this.#failures.get(host)! };
    this.#log.push(result.ok ? { command } : { command, error: result.error });
    return result;
  }

  /** Flushes that failed in what a host has just run: noted as known since its last boundary, where this is repeated they fail too. */
  #noteUnkept(host: number, { now, restOfQuantumNs }: HostStatus, unkept: readonly UnkeptFlush[]): void {
    const { quantumInstructions, nsPerInstruction } = this.scenario;
    const at = restOfQuantumNs === 0 ? now : now + restOfQuantumNs - quantumInstructions * nsPerInstruction;
    for (const args of unkept) this.#log.push({ command: { op: 'vm.refuseFlush', args, at, host } });
  }

  /** The scenario that repeats this run: as it was opened, with everything that was commanded since. */
  record(): Scenario {
    const given = this.#log.filter(hadEffect);
    const toCome = this.#pending.flatMap((pending) => [...pending].reverse());
    // Hosts run side by side: who of them was first is nobody's affair, and not part of the record.
    const commands = [...given.map(({ command }) => command), ...toCome];
    const { moment: _, ...scenario } = this.scenario;
    return { ...scenario, commands: commands.sort((a, b) => a.at - b.at || a.host - b.host) };
  }

  /**
   * A checkpoint of the lab as it stands, with the pieces of each host whose content is above a number. It changes nothing that a
   * hash could notice. There is none while a host stands between two quanta, or when one has failed.
   */
  checkpoint(known: readonly number[], layout?: Scenario['layout']): Promise<LabCheckpoint | undefined> {
    return this.#inTurn(async () => {
      if (this.#failures.size > 0 || this.hosts.some(({ status }) => status.restOfQuantumNs > 0))
        return undefined;
      const hosts = await Promise.all(
        this.hosts.map((host, index) => this.#guarded(index, () => host.checkpoint(known[index] ?? 0))),
      );
      const scenario = { ...this.scenario, ...(layout === undefined ? {} : { layout }) };
      const pending = this.#pending.map(({ length }) => length);
      const lab = writeLabState({ scenario, log: this.#log, pending });
      const taken = hosts.filter((host) => host !== undefined);
      return taken.length === hosts.length ? { at: this.now, lab, hosts: taken } : undefined;
    });
  }

  /** Copies a part of what the next checkpoint will need; the lab may run on before the next part. True when there is more. */
  copyAhead(known: readonly number[]): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#failures.size > 0) return false;
      const more = await Promise.all(
        this.hosts.map((host, index) => this.#guarded(index, () => host.copyAhead(known[index] ?? 0))),
      );
      return more.includes(true);
    });
  }

  /** Hash of the state of each host; of one whose thread is gone, nothing. */
  hashes(): Promise<string[]> {
    return this.#inTurn(async () => {
      for (const index of this.hosts.keys()) await this.#finishQuantum(index);
      return Promise.all(
        this.hosts.map((host, index) =>
          this.#failures.has(index) ? host.hash().catch(() => '') : host.hash(),
        ),
      );
    });
  }

  /** Ends all hosts. */
  close(): void {
    for (const host of this.hosts) host.close();
  }
}
