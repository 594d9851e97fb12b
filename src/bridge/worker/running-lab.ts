/** One lab that is open, and what the page is told of it by itself. When it runs is not its affair. */
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type {
  AnswerOf,
  Breakpoint,
  HostDescription,
  LabDescription,
  StopReport,
  VmCommandDescription,
} from '#bridge/protocol/answers';
import type { LabBatch, LabEvent } from '#bridge/protocol/lab-api';
import { type Command, commandNamed } from '#hypervisor/commands';
import type { HostNews, HostPort, HostView } from '#hypervisor/port';
import { REGISTRIES } from '#hypervisor/registries';
import type { Lab } from '#lab/lab';
import { linksOf } from '#lab/links-between';
import type { Scenario } from '#lab/scenario';

/** What menus offer, from the definitions. */
const VM_COMMANDS: readonly VmCommandDescription[] = REGISTRIES.commands
  .filter(({ menu }) => menu !== undefined)
  .sort((a, b) => (a.menu ?? 0) - (b.menu ?? 0))
  .map(({ op, from, loses }) => ({ op, from, loses }));

export class RunningLab {
  readonly lab: Lab;
  /** Where nodes stand; the machine knows nothing of it. */
  layout: LabDescription['layout'];
  readonly #links: LabDescription['links'];
  /** By host: the last description, without what the lab knows of it. */
  readonly #hosts: HostDescription[];
  /** The last description that the page was given, as text. */
  #described: string;
  /** Events of all hosts are counted together. */
  #eventSerial = 0;

  /** Hosts whose failure has been told. */
  readonly #failed = new Set<number>();

  constructor(lab: Lab) {
    this.lab = lab;
    this.#links = linksOf(lab.scenario);
    this.layout = lab.scenario.layout ?? {};
    this.#hosts = lab.hosts.map(({ beginning }) => beginning.description);
    this.#described = JSON.stringify(this.describe());
  }

  // What the page is told.

  /** The views as they are now; without sharing, batches carry what changes from here on. */
  get views(): readonly HostView[] {
    return this.lab.hosts.map(({ beginning }) => beginning.view);
  }

  describe(): LabDescription {
    const { title, seed, date, guide } = this.lab.scenario;
    const hosts = this.#hosts.map((host, index) => this.#describeHost(host, index));
    return {
      ...{ title, seed, hosts, links: this.#links, vmCommands: VM_COMMANDS, layout: this.layout },
      ...(date === undefined ? {} : { date }),
      ...(guide === undefined ? {} : { guide }),
    };
  }

  /** A host that has failed has no VM that is well. */
  #describeHost(host: HostDescription, index: number): HostDescription {
    const failure = this.lab.failure(index);
    if (failure === undefined) return host;
    const vms = host.vms.map((vm) => ({ ...vm, state: 'failed' as const, reason: failure }));
    return { ...host, vms, failure };
  }

  /** Brings the views up to date, and says what is new since the last time. */
  async news(): Promise<Omit<LabBatch, 'serial' | 'status'>> {
    const news = await Promise.all(this.lab.hosts.map((host, index) => this.#newsOf(host, index)));
    for (const [index, { description }] of news.entries())
      if (description !== undefined) this.#hosts[index] = description;
    const description = this.describe();
    const text = JSON.stringify(description);
    const changed = text !== this.#described;
    this.#described = text;
    const of = <T>(part: (index: number) => readonly T[]): (T & { readonly host: number })[] =>
      news.flatMap((_, host) => part(host).map((each) => ({ ...each, host })));
    const events = [...of((host) => news[host]!.events), ...this.#failures()];
    return {
      console: of((host) => news[host]!.console),
      events: events.map((event) => this.#counted(event)),
      patches: of((host) => news[host]!.patches),
      ...(changed ? { lab: description } : {}),
    };
  }

  /** A host whose thread is gone says nothing more. */
  #newsOf(host: HostPort, index: number): Promise<HostNews> {
    return host.news().catch((error: unknown) => {
      if (this.lab.failure(index) === undefined) throw error;
      return { console: [], events: [], patches: [] };
    });
  }

  /** Failures of hosts that nobody has been told of. */
  #failures(): LabEvent[] {
    return this.lab.hosts.flatMap(({ status }, host) => {
      const failure = this.lab.failure(host);
      if (failure === undefined || this.#failed.has(host)) return [];
      this.#failed.add(host);
      return [{ serial: 0, at: status.now, host, severity: 'error' as const, ...failure }];
    });
  }

  #counted(event: LabEvent): LabEvent {
    this.#eventSerial += 1;
    return { ...event, serial: this.#eventSerial };
  }

  /** Why the lab stands where it stands. */
  get stop(): StopReport | undefined {
    const { stopped, hosts } = this.lab;
    const stop = stopped === undefined ? undefined : hosts[stopped]?.status.stop;
    return stop === undefined || stopped === undefined ? undefined : { host: stopped, ...stop };
  }

  /** What stops each of the hosts. */
  async breakpoints(): Promise<readonly (readonly Breakpoint[])[]> {
    const answers = await Promise.all(this.lab.hosts.map((_, host) => this.lab.answer(host, 'machine', {})));
    return answers.map((answer) => (answer.ok ? answer.value.value.breakpoints : []));
  }
  /** Sets those of VMs that are there. */
  async setBreakpoints(breakpoints: readonly (readonly Breakpoint[])[]): Promise<void> {
    for (const [host, wanted] of breakpoints.entries()) {
      const names = this.#hosts[host]?.vms.map(({ spec }) => spec.name) ?? [];
      const known = wanted.filter(({ vm }) => names.includes(vm));
      if (known.length > 0) await this.lab.debug(host, { kind: 'breakpoints', breakpoints: known });
    }
  }

  /** The scenario that repeats this run, with the layout of the page. */
  record(): Scenario {
    return { ...this.lab.record(), layout: this.layout };
  }

  /** The VM whose software must be here before a command can be carried out. */
  async softwareOf(host: number, { op, args }: Command): Promise<VmSpec | undefined> {
    const definition = commandNamed(REGISTRIES.commands, op);
    const created = definition?.creates(args)?.spec;
    if (created !== undefined || definition?.loads !== true || !('vm' in args)) return created;
    const answer = await this.lab.ask(host, 'vm', { vm: args.vm });
    return answer.ok ? (answer.value.value as AnswerOf<'vm'>).description.spec : undefined;
  }

  host(index: number): Result<HostPort> {
    const host = this.lab.hosts[index];
    return host === undefined ? fail('no-such-host', { host: index }) : ok(host);
  }
}
