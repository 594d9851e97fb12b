/** One lab that is open, and what the page is told of it by itself. When it runs is not its affair. */
import { fail, ok, type Result } from '#base/result';
import type {
  HostDescription,
  LabDescription,
  StopReport,
  VmCommandDescription,
} from '#bridge/protocol/answers';
import type { LabBatch, LabEvent } from '#bridge/protocol/lab-api';
import { type Host, type HostView, NewsReader, stopOf } from '#hypervisor/host';
import { REGISTRIES } from '#hypervisor/registries';
import type { Lab } from '#lab/lab';
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
  readonly #readers: readonly NewsReader[];
  /** By host: the last description, without what the lab knows of it. */
  readonly #hosts: HostDescription[];
  /** The last description that the page was given, as text. */
  #described: string;
  /** Events of all hosts are counted together. */
  #eventSerial = 0;

  constructor(lab: Lab, shared: boolean) {
    this.lab = lab;
    this.layout = lab.scenario.layout ?? {};
    this.#readers = lab.hosts.map((host) => new NewsReader(host, shared));
    this.#hosts = this.#readers.map(({ first }) => first);
    this.#described = JSON.stringify(this.describe());
  }

  // What the page is told.

  /** The views as they are now; without sharing, batches carry what changes from here on. */
  get views(): readonly HostView[] {
    return this.#readers.map(({ view }) => view);
  }

  describe(): LabDescription {
    const { title, seed } = this.lab.scenario;
    const hosts = this.#hosts.map((host, index) => this.#describeHost(host, index));
    return { title, seed, hosts, vmCommands: VM_COMMANDS, layout: this.layout };
  }

  /** A host that has failed has no VM that is well. */
  #describeHost(host: HostDescription, index: number): HostDescription {
    const failure = this.lab.failure(index);
    if (failure === undefined) return host;
    const vms = host.vms.map((vm) => ({ ...vm, state: 'failed' as const, reason: failure }));
    return { ...host, vms, failure };
  }

  /** Brings the views up to date, and says what is new since the last time. */
  news(): Omit<LabBatch, 'serial' | 'status'> {
    const news = this.#readers.map((reader) => reader.take());
    for (const [index, { description }] of news.entries())
      if (description !== undefined) this.#hosts[index] = description;
    const description = this.describe();
    const text = JSON.stringify(description);
    const changed = text !== this.#described;
    this.#described = text;
    const of = <T>(part: (index: number) => readonly T[]): (T & { readonly host: number })[] =>
      news.flatMap((_, host) => part(host).map((each) => ({ ...each, host })));
    return {
      console: of((host) => news[host]!.console),
      events: of((host) => news[host]!.events).map((event) => this.#counted(event)),
      patches: of((host) => news[host]!.patches),
      ...(changed ? { lab: description } : {}),
    };
  }

  #counted(event: LabEvent): LabEvent {
    this.#eventSerial += 1;
    return { ...event, serial: this.#eventSerial };
  }

  /** Why the lab stands where it stands. */
  get stop(): StopReport | undefined {
    const { stopped } = this.lab;
    const host = stopped === undefined ? undefined : this.lab.hosts[stopped];
    const stop = host === undefined ? undefined : stopOf(host);
    return stop === undefined || stopped === undefined ? undefined : { host: stopped, ...stop };
  }

  /** The scenario that repeats this run, with the layout of the page. */
  record(): Scenario {
    return { ...this.lab.record(), layout: this.layout };
  }

  host(index: number): Result<Host> {
    const host = this.lab.hosts[index];
    return host === undefined ? fail('no-such-host', { host: index }) : ok(host);
  }
}
