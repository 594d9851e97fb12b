/**
 * One lab that is open: what the page is told of it by itself (description, views, consoles, events), and its hosts, VMs
 * and vCPUs as questions name them. When it runs is not its affair.
 */
import { fail, ok, type Result } from '#base/result';
import type {
  HostDescription,
  LabDescription,
  Timed,
  VmCommandDescription,
  VmRef,
} from '#bridge/protocol/answers';
import type { HostViewHandle, LabBatch } from '#bridge/protocol/lab-api';
import type { Host, Vcpu, Vm } from '#hypervisor/host';
import { REGISTRIES } from '#hypervisor/registries';
import type { Lab } from '#lab/lab';
import type { Scenario } from '#lab/scenario';
import { ConsoleReader, EventReader } from './batches.ts';
import { describeVm } from './queries/vm-detail.ts';
import { ViewFeeder } from './view-feeder.ts';

/** What menus offer, from the definitions. */
const VM_COMMANDS: readonly VmCommandDescription[] = REGISTRIES.commands
  .filter(({ menu }) => menu !== undefined)
  .sort((a, b) => (a.menu ?? 0) - (b.menu ?? 0))
  .map(({ op, from, loses }) => ({ op, from, loses }));

export class RunningLab {
  readonly lab: Lab;
  readonly events: EventReader = new EventReader();
  /** Where nodes stand; the machine knows nothing of it. */
  layout: LabDescription['layout'];
  readonly #consoles = new ConsoleReader();
  readonly #feeders: readonly ViewFeeder[];
  /** The last description that the page was given, as text. */
  #described: string;

  constructor(lab: Lab, shared: boolean) {
    this.lab = lab;
    this.layout = lab.scenario.layout ?? {};
    this.#feeders = lab.hosts.map((host, index) => new ViewFeeder(host, index, shared));
    this.#described = JSON.stringify(this.describe());
  }

  // What the page is told.

  /** The views as they are now; without sharing, batches carry what changes from here on. */
  get views(): readonly HostViewHandle[] {
    return this.#feeders.map(({ writer }) => ({ layout: writer.layout, buffer: writer.buffer }));
  }

  describe(): LabDescription {
    const { scenario, hosts } = this.lab;
    return {
      title: scenario.title,
      seed: scenario.seed,
      hosts: hosts.map((host, index) => this.#describeHost(host, index)),
      vmCommands: VM_COMMANDS,
      layout: this.layout,
    };
  }

  #describeHost(host: Host, index: number): HostDescription {
    const failure = this.lab.failure(index);
    const vms = host.vms().map(describeVm);
    return {
      name: host.spec.name,
      ramBytes: host.spec.ramBytes,
      harts: host.spec.harts,
      switches: host.spec.switches.map(({ name }) => name),
      vms:
        failure === undefined ? vms : vms.map((vm) => ({ ...vm, state: 'failed' as const, reason: failure })),
      ...(failure === undefined ? {} : { failure }),
    };
  }

  /** Brings the views up to date, and says what is new since the last time. */
  news(): Omit<LabBatch, 'serial' | 'status'> {
    for (const feeder of this.#feeders) feeder.feed();
    const description = this.describe();
    const text = JSON.stringify(description);
    const changed = text !== this.#described;
    this.#described = text;
    return {
      console: this.#consoles.take(this.lab.hosts),
      events: this.events.take(this.lab),
      patches: this.#feeders.flatMap((feeder) => feeder.takePatches()),
      ...(changed ? { lab: description } : {}),
    };
  }

  /** The scenario that repeats this run, with the layout of the page. */
  record(): Scenario {
    return { ...this.lab.record(), layout: this.layout };
  }

  // What questions name.

  host(index: number): Result<Host> {
    const host = this.lab.hosts[index];
    return host === undefined ? fail('no-such-host', { host: index }) : ok(host);
  }

  /** The answer to a question about a VM. */
  vm<T>(ref: VmRef, look: (vm: Vm, host: Host) => T): Result<Timed<T>> {
    const host = this.host(ref.host);
    if (!host.ok) return host;
    const vm = host.value.vm(ref.vm);
    return vm === undefined
      ? fail('no-such-vm', { vm: ref.vm })
      : ok({ at: host.value.now, value: look(vm, host.value) });
  }

  /** The answer to a question about a vCPU. */
  vcpu<T>(ref: VmRef, index: number, look: (vm: Vm, vcpu: Vcpu, host: Host) => Result<T>): Result<Timed<T>> {
    const found = this.vm(ref, (vm, host) => {
      const vcpu = vm.vcpus[index];
      return vcpu === undefined ? fail('no-such-vcpu', { vcpu: index }) : look(vm, vcpu, host);
    });
    if (!found.ok) return found;
    const { at, value } = found.value;
    return value.ok ? ok({ at, value: value.value }) : value;
  }
}
