/**
 * The door of the hypervisor: one host with its hardware, VMs and network, driven only by commands and `advance`. It
 * knows nothing of other hosts, of scenarios or of a page.
 */
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { fail, invariant, ok, type Result } from '#base/result';
import type { CommandData, HostSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encode, encodeApart } from '#base/state/codec';
import { OWNER_FIRST_VM } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import { extensionsOf } from '#isa/extensions';
import type { EngineModule } from '#machine/engine-module';
import { Machine } from '#machine/machine';
import { Adjustment } from './adjustment/adjustment.ts';
import { BARE, type BareOwner } from './bare/state.ts';
import { commandNamed } from './commands.ts';
import { Dispatcher } from './cpu/dispatcher.ts';
import { setUpHarts } from './cpu/hs-setup.ts';
import type { PhysicalCpu } from './cpu/physical-cpu.ts';
import { type AdvanceLimits, Quanta } from './cpu/quanta.ts';
import { slotOf } from './cpu/schedulers/active.ts';
import { createScheduler } from './cpu/schedulers/schedulers.ts';
import { StopControl } from './cpu/stops.ts';
import { besideOf, type HostEnvironment } from './host-environment.ts';
import { HostComparison } from './io/comparison/host-comparison.ts';
import { HostStorage } from './io/media/storage.ts';
import { type Allocate, FrameAllocator } from './memory/frame-allocator.ts';
import { MemoryManagement } from './memory/management.ts';
import { SwapArea } from './memory/swap/swap-area.ts';
import type { CodeHeat } from './monitor/code-heat.ts';
import { EventLog } from './monitor/event-log.ts';
import { HostMonitor } from './monitor/host-monitor.ts';
import type { MeasuredMetric } from './monitor/measures.ts';
import { TraceRecorder } from './monitor/trace.ts';
import { HostNetwork } from './network/host-network.ts';
import type { Timed } from './questions/question.ts';
import { askHost } from './questions.ts';
import { REGISTRIES, type Registries } from './registries.ts';
import { guarded, type HashBytes, wrapSnapshot } from './snapshot/file.ts';
import { hasher } from './snapshot/hasher.ts';
import type { HostCheckpoint, HostImage } from './snapshot/host-checkpoint.ts';
import {
  HOST,
  type HostSettings,
  type HostState,
  partsOf,
  readHostFile,
  SAVED_HOST,
  type SavedHost,
} from './snapshot/host-state.ts';
import { PieceTracker } from './snapshot/pieces.ts';
import { VmSnapshots } from './snapshot/vm-snapshots.ts';
import type { Vcpu } from './vcpu/vcpu.ts';
import { HostLayers } from './vm/host-layers.ts';
import { type CodeNames, NO_NAMES, type SoftwareResolver } from './vm/image.ts';
import type { Vm } from './vm/vm.ts';
import { VmTable } from './vm/vm-table.ts';

// What the layers above may know of the rooms behind this door.
export type { HostEnvironment } from './host-environment.ts';
export type { HostSettings } from './snapshot/host-state.ts';
export { type CodeNames, type GuestSoftware, NO_NAMES, type SoftwareResolver } from './vm/image.ts';
export type { Vm } from './vm/vm.ts';

export class Host {
  spec: HostSpec;
  settings: HostSettings;
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly swap: SwapArea;
  readonly management: MemoryManagement;
  readonly network: HostNetwork;
  readonly storage: HostStorage;
  readonly comparison: HostComparison;
  readonly monitor: HostMonitor;
  readonly adjustment: Adjustment;
  readonly trace: TraceRecorder = new TraceRecorder();
  /** Breakpoints and steps; after a stop `advance` does nothing until it is told to go on. */
  readonly stops: StopControl;
  readonly log: EventLog = new EventLog();
  readonly engine: EngineModule;
  readonly environment: HostEnvironment;
  readonly registries: Registries;
  readonly dispatcher: Dispatcher;
  readonly vmTable: VmTable;
  /** Software that owns the harts, where no VMs do. */
  readonly bare: BareOwner | undefined;
  readonly layers: HostLayers;
  readonly snapshots: VmSnapshots;
  /** Of bytes that belong to no VM. */
  readonly hashBytes: HashBytes = (bytes) => this.machine.hash(bytes, []);
  readonly #quanta: Quanta;
  readonly #pieces: PieceTracker;

  /** A host that is switched on: VMs created, those with `autostart` started. What fails is in the log. */
  static create(
    engine: EngineModule,
    spec: HostSpec,
    settings: HostSettings,
    environment: HostEnvironment,
  ): Host {
    const host = new Host(engine, spec, settings, environment);
    host.monitor.begin(0);
    host.management.begin();
    host.bare?.begin();
    for (const vm of spec.vms) {
      const created = host.execute({ op: 'vm.create', args: { vm } });
      if (created.ok && vm.autostart) host.execute({ op: 'vm.start', args: { vm: vm.name } });
    }
    host.adjustment.set(spec.policies ?? []);
    return host;
  }

  /** The host that a snapshot holds; nothing of it exists unless all of it could be read. */
  static restore(engine: EngineModule, file: Uint8Array, environment: HostEnvironment): Result<Host> {
    const read = readHostFile(file, hasher(engine), partsOf(environment.registries ?? REGISTRIES));
    return read.ok ? guarded(() => ok(Host.#load(engine, read.value, environment))) : read;
  }

  static #load(engine: EngineModule, saved: SavedHost, environment: HostEnvironment): Host {
    const host = new Host(engine, saved.host.spec, saved.host.settings, environment);
    host.#fill(saved);
    return host;
  }

  private constructor(
    engine: EngineModule,
    spec: HostSpec,
    settings: HostSettings,
    environment: HostEnvironment,
  ) {
    [this.spec, this.settings, this.engine, this.environment] = [spec, settings, engine, environment];
    this.registries = environment.registries ?? REGISTRIES;
    const allocate: Allocate = environment.allocate ?? ((bytes) => new ArrayBuffer(bytes));
    const { ramBytes, harts, software } = spec;
    this.machine = Machine.create(engine, {
      ...{ ramBytes, harts, shared: environment.shared, attached: software === undefined },
      ...{ nsPerInstruction: settings.nsPerInstruction, extensions: extensionsOf(spec.isa) },
      ...(environment.translate === undefined ? {} : { translate: environment.translate }),
    });
    this.#pieces = new PieceTracker(this.machine, (piece) => this.snapshots.contents.has(piece));
    if (software === undefined) setUpHarts(this.machine);
    this.stops = new StopControl(this.machine);
    this.frames = new FrameAllocator(this.machine.ram, allocate, environment.checkOwners);
    const { machine, stops, quantumNs } = this;
    const { ram, events } = machine;
    const now = (): VirtualNs => this.bare?.platform.currentNs ?? this.dispatcher.currentNs();
    this.swap = new SwapArea({ ram, events, now, capacity: this.frames.count }, (owner, ...page) =>
      this.vmTable.at(owner - OWNER_FIRST_VM)?.pageArrived(...page),
    );
    this.dispatcher = new Dispatcher({
      ...{ machine, stops, quantumNs },
      scheduler: (harts) => createScheduler(this.registries.schedulers, this.spec.scheduler, harts),
      ...{ timeSliceNs: spec.timeSliceNs, slots: LIMITS.vms },
      vcpuOf: (id) => this.#vcpuOf(id),
      serve: (vm) => this.vmTable.serve(vm),
      changed: (slot) => {
        const vm = this.vmTable.at(slot);
        if (vm !== undefined) this.monitor.changed(vm);
      },
    });
    this.storage = new HostStorage({ disks: spec.storage, events, now, registries: this.registries });
    this.comparison = new HostComparison({ events, now, log: this.log, vmOf: (name) => this.vm(name) });
    this.management = new MemoryManagement({
      ...{ machine, frames: this.frames, swap: this.swap, spec: spec.memory ?? {}, now },
      ...{ policies: this.registries.policies, seed: settings.seed },
      vmOf: (slot) => this.vmTable.at(slot),
      spend: (ns) => this.dispatcher.spend(ns),
      charge: (ns) => this.dispatcher.work(ns),
    });
    const afterEvents = (): void => this.vmTable.servePending();
    this.bare = software === undefined ? undefined : new BARE.code.here.BareOwner(this);
    const { dispatcher, bare: owner } = this;
    this.#quanta = new Quanta({ machine, stops, quantumNs, dispatcher, owner, afterEvents });
    this.network = new HostNetwork({
      registries: this.registries,
      uplinks: settings.uplinks ?? [],
      desktopOf: (vm) => this.vm(vm)?.devices,
      ...{ spec, events, now, seed: settings.seed },
    });
    owner?.connect(this.network);
    this.snapshots = new VmSnapshots({
      ...{ hash: this.hashBytes, now: () => this.now },
      parts: partsOf(this.registries),
      ...{ network: this.network, mayReturn: (all) => this.vmTable.passThrough.mayReturn(all) },
    });
    this.layers = new HostLayers(environment.software);
    this.vmTable = new VmTable({
      ...{ machine, stops, allocate, network: this.network, trace: this.trace, ...this.comparison.door },
      ...{ frames: this.frames, swap: this.swap, management: this.management, storage: this.storage },
      ...{ dispatcher: this.dispatcher, registries: this.registries },
      ...{ seed: settings.seed, overcommitPercent: () => this.spec.memory?.overcommitPercent },
      ...{ software: environment.software, layers: this.layers, log: this.log, date: settings.date },
    });
    this.monitor = new HostMonitor({
      ...{ harts: spec.harts, events, allocate, metrics: this.metrics, host: this, now },
      vms: () => this.vms(),
    });
    this.adjustment = new Adjustment(this);
  }

  /** Virtual time that all harts have reached: a quantum boundary, unless the host has {@link stops | stopped}. */
  get now(): VirtualNs {
    return this.#quanta.now;
  }
  /** Length of a quantum. */
  get quantumNs(): VirtualNs {
    return this.settings.quantumInstructions * this.settings.nsPerInstruction;
  }
  /** Instructions retired by all harts. */
  get instructions(): number {
    return this.#quanta.instructions;
  }
  /**
   * Lets virtual time pass up to the first quantum boundary at or after `until`. How a span is cut into calls does not
   * matter for what happens. A host that has stopped does nothing until it is told to go on.
   */
  advance(until: VirtualNs, limits: AdvanceLimits = {}): void {
    this.#quanta.advance(until, limits);
  }
  /** Time up to the next quantum boundary: 0 unless the host has stopped before one. */
  get restOfQuantumNs(): VirtualNs {
    return this.#quanta.restNs;
  }
  /** No vCPU runs before it, and nothing happens but that samples are taken, unless the host is told something; an alarm may tell it at a sample. */
  get idleUntil(): VirtualNs {
    return Math.min(this.#quanta.idleUntil, Math.max(this.now, this.monitor.actsAt));
  }
  /** A host that has stopped goes on to the next quantum boundary: only there it takes commands, and has a hash. */
  finishQuantum(): void {
    this.#quanta.finish();
  }

  /** Does what a person or a scenario asks, at the present quantum boundary. */
  execute(command: CommandData): Result<null> {
    this.finishQuantum();
    const definition = commandNamed(this.registries.commands, command.op);
    if (definition === undefined) return fail('no-such-command', { op: command.op });
    const result = definition.run(command.args, this);
    this.vmTable.servePending();
    return result;
  }

  /** What is measured of each VM. */
  get metrics(): readonly MeasuredMetric[] {
    return this.registries.metrics;
  }

  /** Another host, of the same engine and lists, for an experiment: nothing here notices it. */
  createBeside(spec: HostSpec, settings: HostSettings, software: SoftwareResolver): Host {
    return Host.create(this.engine, spec, settings, besideOf(this.environment, software));
  }
  restoreBeside(file: Uint8Array, software: SoftwareResolver): Result<Host> {
    return Host.restore(this.engine, file, besideOf(this.environment, software));
  }

  /** The answer to a question by its name, with the virtual time at which it was true; the questions must be here. */
  ask(id: string, args: unknown): Result<Timed<unknown>> {
    return askHost(this.registries.questions.find(id), this, id, args);
  }
  /** The clock of whoever runs the host; 0 without one. */
  get wallMs(): number {
    return this.environment.wallMs?.() ?? 0;
  }
  /** A file of a person's own, if it is here. */
  file(name: string): Uint8Array | undefined {
    return this.environment.software.file?.(name);
  }
  /** Names in the code of a VM's image. */
  namesIn(vm: Vm): CodeNames {
    return this.environment.software.names?.(vm.spec) ?? NO_NAMES;
  }
  /** All VMs, by slot. */
  vms(): readonly Vm[] {
    return this.vmTable.list();
  }
  /** A VM by name. */
  vm(name: string): Vm | undefined {
    return this.vmTable.find(name);
  }
  /** Harts with their accounts and timelines. */
  get cpus(): readonly PhysicalCpu[] {
    return this.dispatcher.cpus;
  }
  /** Where virtual time goes, by instruction. */
  get heat(): CodeHeat {
    return this.dispatcher.heat;
  }

  #vcpuOf(id: number): { vm: Vm; vcpu: Vcpu } {
    const vm = this.vmTable.at(slotOf(id));
    const vcpu = vm?.vcpus[id % LIMITS.vcpus];
    invariant(vm !== undefined && vcpu !== undefined, 'a vCPU in use exists');
    return { vm, vcpu };
  }

  // Snapshots.
  /** Everything that guests or policies can observe, as one file. */
  snapshot(): Uint8Array {
    this.finishQuantum();
    return wrapSnapshot('host', encode(SAVED_HOST, this.#saved()), this.hashBytes);
  }

  /**
   * The same in parts, for who takes it again and again: pages and other pieces only where their content is above a number. It
   * changes nothing that software or a hash could notice; not to be asked while the host has stopped between two quanta.
   */
  checkpoint(known: number): HostCheckpoint {
    invariant(this.restOfQuantumNs === 0, 'a checkpoint is taken at a quantum boundary');
    return this.#pieces.take(encodeApart(SAVED_HOST, this.#saved()), known);
  }

  /** Copies a part of what the next checkpoint will need, while the host may run on between; true when there is more. */
  copyAhead(known: number): boolean {
    return this.#pieces.copyAhead(this.frames.used(), known);
  }

  /** The host that was taken so, of the same hardware as a specification says; nothing of it exists unless all could be read. */
  static fromImage(
    engine: EngineModule,
    image: HostImage,
    spec: HostSpec,
    environment: HostEnvironment,
  ): Result<Host> {
    return guarded(() => {
      const parts = partsOf(environment.registries ?? REGISTRIES);
      const saved = decode(SAVED_HOST, image.state, { parts, apart: image.pieces });
      const { name, ramBytes, harts, isa } = saved.host.spec;
      if (name !== spec.name || ramBytes !== spec.ramBytes || harts !== spec.harts || isa !== spec.isa)
        return fail('snapshot.format', { message: 'another host' });
      return ok(Host.#load(engine, saved, environment));
    });
  }

  #saved(): SavedHost {
    this.#pieces.update();
    const ram = Array.from(this.frames.used(), (spfn) =>
      this.#pieces.isZero(spfn) ? undefined : this.machine.ram.view(spfn * PAGE_SIZE, PAGE_SIZE),
    );
    const snapshotContents = this.snapshots.contents.list().map(({ bytes }) => bytes);
    return { host: this.#capture(), ram, snapshotContents };
  }

  /** Hash of the state: of the bytes of a snapshot and of all frames in use. */
  hash(): string {
    this.finishQuantum();
    return this.machine.hash(encode(HOST, this.#capture()), this.frames.used());
  }

  #capture(): HostState {
    const { spec, settings, now } = this;
    return {
      ...{ spec, settings, now, nextSampleNs: this.monitor.nextSampleNs },
      monitor: this.monitor.capture(),
      vms: this.vms().map((vm) => ({
        ...{ slot: vm.slot, vm: vm.capture() },
        placement: vm.capturePlacement(),
      })),
      ...{ machine: this.machine.capture(), frames: this.frames.capture(), swap: this.swap.capture() },
      ...{ management: this.management.capture(), comparison: this.comparison.capture() },
      ...{ dispatcher: this.dispatcher.capture(), network: this.network.capture() },
      snapshots: this.snapshots.capture(),
      ...{ storage: this.storage.capture(), passThrough: this.vmTable.passThrough.capture() },
      ...{ adjustment: this.adjustment.capture(), bare: this.bare?.capture() },
    };
  }

  #fill({ host, ram, snapshotContents }: SavedHost): void {
    this.#quanta.now = host.now;
    for (const { slot, vm } of host.vms) {
      if (slot >= LIMITS.vms || this.vmTable.at(slot) !== undefined)
        throw new SnapshotFormatError('two VMs in one slot');
      this.vmTable.build(vm.spec, { slot, identity: vm.identity });
    }
    this.frames.restore(host.frames);
    this.swap.restore(host.swap);
    const frames = [...this.frames.used()];
    if (frames.length !== ram.length) throw new SnapshotFormatError('RAM of other frames');
    for (const [index, spfn] of frames.entries()) {
      const bytes = ram[index];
      if (bytes === undefined) this.machine.ram.fill(spfn * PAGE_SIZE, PAGE_SIZE, 0);
      else this.machine.ram.write(spfn * PAGE_SIZE, bytes);
    }
    // After RAM: to write there ends reservations, and those that harts had then are theirs still.
    this.machine.restore(host.machine);
    if (host.bare !== undefined) this.bare?.restore(host.bare, host.now);
    for (const { slot, vm, placement } of host.vms) this.vmTable.at(slot)?.restore(vm, placement);
    this.management.restore(host.management);
    this.dispatcher.restore(host.dispatcher, this.vms());
    this.network.restore(host.network);
    this.vmTable.passThrough.restore(host.passThrough);
    this.storage.restore(host.storage);
    this.comparison.restore(host.comparison);
    this.adjustment.restore(host.adjustment, this.spec.policies ?? []);
    this.snapshots.restore(host.snapshots, snapshotContents, (slot) => this.vmTable.at(slot) !== undefined);
    this.monitor.restore(host.monitor, host.now);
  }
}
