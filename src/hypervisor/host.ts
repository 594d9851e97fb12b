/**
 * The door of the hypervisor: one host with its hardware, VMs and network, driven only by commands and `advance`. It
 * knows nothing of other hosts, of scenarios or of a page.
 */
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { isWithin, LIMITS } from '#base/catalogue/limits';
import { isName, NAME_LENGTH } from '#base/catalogue/names';
import { isAllowed, type LifeCycleOp } from '#base/catalogue/vm-life-cycle';
import { fail, invariant, type LabError, ok, type Result } from '#base/result';
import type { Command, HostSpec, VmSpec } from '#base/scenario';
import { SnapshotFormatError, StateReader, StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import type { EngineModule } from '#machine/engine-module';
import { Machine } from '#machine/machine';
import type { TranslationPolicy } from '#machine/translation-policy';
import { Dispatcher } from './cpu/dispatcher.ts';
import { setUpHart } from './cpu/hs-setup.ts';
import type { PhysicalCpu } from './cpu/physical-cpu.ts';
import { type AdvanceLimits, Quanta } from './cpu/quanta.ts';
import { createScheduler } from './cpu/schedulers/schedulers.ts';
import { StopControl } from './cpu/stops.ts';
import { type Allocate, FIRST_FRAME, FrameAllocator } from './memory/frame-allocator.ts';
import type { CodeHeat } from './monitor/code-heat.ts';
import { EventLog } from './monitor/event-log.ts';
import { MEASURED_METRICS, type MeasuredMetric } from './monitor/measures.ts';
import { SAMPLE_PERIOD_NS } from './monitor/metrics.ts';
import { TraceRecorder } from './monitor/trace.ts';
import { HostNetwork } from './network/host-network.ts';
import { REGISTRIES, type Registries } from './registries.ts';
import { unwrapSnapshot, wrapSnapshot } from './snapshot/file.ts';
import type { ExitVm } from './vcpu/exit-vm.ts';
import type { Vcpu } from './vcpu/vcpu.ts';
import { checkDevices } from './vm/devices.ts';
import type { GuestSoftware } from './vm/image.ts';
import { Vm } from './vm/vm.ts';

// What the layers above may know of the rooms behind this door.
export { COSTS as HART_COSTS } from '#machine/cycles';
export { SWITCH_COST_NS } from './cpu/physical-cpu.ts';
export { type AddressStop, type ExitStop, MOST_ADDRESS_STOPS } from './cpu/stops.ts';
export type { WalkStep } from './memory/walk.ts';
export { SAMPLE_PERIOD_NS, SAMPLES_KEPT } from './monitor/metrics.ts';
export { formatMac } from './network/ether-frame.ts';
export { EXIT_REASONS, type ExitReasonId } from './vcpu/exit-reasons.ts';
export type { Vcpu } from './vcpu/vcpu.ts';
export type { GuestSoftware } from './vm/image.ts';
export type { Vm } from './vm/vm.ts';

/** Finds the software that a VM's specification names. */
export interface SoftwareResolver {
  load(vm: VmSpec): Result<GuestSoftware>;
}

/** What a host is given from outside, and that no snapshot holds. */
export interface HostEnvironment {
  readonly software: SoftwareResolver;
  /** The machine's memory in a `SharedArrayBuffer`. */
  readonly shared: boolean;
  /** Memory of what the page reads: frame map, sample rings, timelines. */
  readonly allocate?: Allocate;
  /** How hot code of guests is found that is translated; see the machine's configuration. */
  readonly translate?: TranslationPolicy;
  /** What it can be made of: the lists of the product unless given. */
  readonly registries?: Registries;
}

/** What of the scenario concerns a host besides its own specification. */
export interface HostSettings {
  readonly seed: number;
  readonly nsPerInstruction: number;
  readonly quantumInstructions: number;
}

const SAMPLE_CHANNEL = 'sample';

export class Host {
  readonly spec: HostSpec;
  readonly settings: HostSettings;
  readonly machine: Machine;
  readonly frames: FrameAllocator;
  readonly network: HostNetwork;
  readonly trace: TraceRecorder = new TraceRecorder();
  /** Breakpoints and steps; after a stop `advance` does nothing until it is told to go on. */
  readonly stops: StopControl;
  readonly log: EventLog = new EventLog();
  /** What is measured of each VM. */
  readonly metrics: readonly MeasuredMetric[] = MEASURED_METRICS;
  readonly #environment: HostEnvironment;
  readonly #registries: Registries;
  readonly #allocate: Allocate;
  readonly #dispatcher: Dispatcher;
  /** By slot. */
  readonly #vms: (Vm | undefined)[] = new Array<Vm | undefined>(LIMITS.vms).fill(undefined);
  readonly #quanta: Quanta;

  /** A host that is switched on: VMs created, those with `autostart` started. What fails is in the log. */
  static create(
    engine: EngineModule,
    spec: HostSpec,
    settings: HostSettings,
    environment: HostEnvironment,
  ): Host {
    const host = new Host(engine, spec, settings, environment);
    host.machine.events.schedule(SAMPLE_PERIOD_NS, SAMPLE_CHANNEL, 0);
    for (const vm of spec.vms) {
      const created = host.execute({ op: 'vm.create', args: { vm } });
      if (created.ok && vm.autostart) host.execute({ op: 'vm.start', args: { vm: vm.name } });
    }
    return host;
  }

  /** The host that a snapshot holds; nothing of it exists unless all of it could be read. */
  static restore(engine: EngineModule, file: Uint8Array, environment: HostEnvironment): Result<Host> {
    try {
      return Host.#restore(engine, file, environment);
    } catch (error) {
      // The file may be made to look whole: whatever goes wrong while it is read is the file's fault.
      return fail('snapshot.format', { message: error instanceof Error ? error.message : String(error) });
    }
  }

  static #restore(engine: EngineModule, file: Uint8Array, environment: HostEnvironment): Result<Host> {
    const hasher = Machine.create(engine, SMALLEST_MACHINE);
    const content = unwrapSnapshot(file, (bytes) => hasher.hash(bytes, []));
    if (!content.ok) return content;
    const r = new StateReader(content.value);
    r.section('host');
    const { spec, settings } = JSON.parse(r.string()) as { spec: HostSpec; settings: HostSettings };
    const host = new Host(engine, spec, settings, environment);
    host.#load(r);
    return ok(host);
  }

  private constructor(
    engine: EngineModule,
    spec: HostSpec,
    settings: HostSettings,
    environment: HostEnvironment,
  ) {
    this.spec = spec;
    this.settings = settings;
    this.#environment = environment;
    this.#registries = environment.registries ?? REGISTRIES;
    this.#allocate = environment.allocate ?? ((bytes) => new ArrayBuffer(bytes));
    this.machine = Machine.create(engine, {
      ramBytes: spec.ramBytes,
      harts: spec.harts,
      shared: environment.shared,
      attached: true,
      nsPerInstruction: settings.nsPerInstruction,
      ...(environment.translate === undefined ? {} : { translate: environment.translate }),
    });
    for (const hart of this.machine.harts) setUpHart(hart);
    this.stops = new StopControl(this.machine);
    this.frames = new FrameAllocator(this.machine.ram, this.#allocate);
    const { machine, stops, quantumNs } = this;
    this.#dispatcher = new Dispatcher({
      ...{ machine, stops, quantumNs },
      scheduler: createScheduler(this.#registries.schedulers, spec),
      slots: LIMITS.vms,
      allocate: this.#allocate,
      vcpuOf: (id) => this.#vcpuOf(id),
      serve: (vm) => this.#serve(vm),
    });
    this.#quanta = new Quanta({ machine, stops, quantumNs, dispatcher: this.#dispatcher });
    this.network = new HostNetwork(
      spec.switches.map(({ name }) => name),
      this.machine.events,
      () => this.#dispatcher.currentNs(),
    );
    this.machine.events.on(SAMPLE_CHANNEL, (_, at) => this.#sample(at));
  }

  // Time.

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
  /** A host that has stopped goes on to the next quantum boundary: only there it takes commands, and has a hash. */
  finishQuantum(): void {
    this.#quanta.finish();
  }

  #sample(at: VirtualNs): void {
    for (const vm of this.vms()) vm.samples.add(vm.measure());
    this.machine.events.schedule(at + SAMPLE_PERIOD_NS, SAMPLE_CHANNEL, 0);
  }

  // Commands.

  /** Does what a person or a scenario asks, at the present quantum boundary. */
  execute(command: Command): Result<null> {
    this.finishQuantum();
    if (command.op === 'vm.create') return this.#create(command.args.vm);
    const vm = this.vm(command.args.vm);
    if (vm === undefined) return fail('no-such-vm', { vm: command.args.vm });
    if (!isAllowed(command.op, vm.state))
      return fail('wrong-state', { op: command.op, state: vm.state, vm: vm.spec.name });
    if (command.op === 'console.input') return this.#type(vm, command.args.text);
    const result = this.#changeLife(vm, command.op);
    if (result.ok) this.#tell(vm, 'info', command.op.replace('.', '-'), {});
    else this.#tell(vm, 'error', result.error.code, result.error.data);
    return result;
  }

  #changeLife(vm: Vm, op: LifeCycleOp): Result<null> {
    switch (op) {
      case 'vm.start':
        return this.#start(vm);
      case 'vm.pause':
        vm.pause();
        return ok(null);
      case 'vm.resume':
        vm.resume();
        return ok(null);
      case 'vm.reset':
        vm.powerOff(undefined);
        return this.#start(vm);
      case 'vm.shutDown':
        return vm.askToShutDown() ? ok(null) : fail('vm.cannotAsk', { vm: vm.spec.name });
      case 'vm.powerOff':
        vm.powerOff(undefined);
        return ok(null);
      case 'vm.delete':
        vm.dispose();
        this.network.disconnect(vm.slot);
        this.#vms[vm.slot] = undefined;
        this.stops.forget(vm.slot);
        return ok(null);
    }
  }

  #create(spec: VmSpec): Result<null> {
    const checked = this.#check(spec);
    if (!checked.ok) {
      this.log.add({ at: this.now, vm: spec.name, severity: 'error', ...checked.error });
      return checked;
    }
    const slot = this.#vms.indexOf(undefined);
    const vm = this.#build(spec, slot);
    this.#tell(vm, 'info', 'vm-create', {});
    return ok(null);
  }

  #check(spec: VmSpec): Result<null> {
    const { memoryBytes, vcpus, name } = spec;
    if (!isName(name)) return fail('vm.badName', { vm: name, limit: NAME_LENGTH });
    if (this.vm(name) !== undefined || this.network.switches.has(name))
      return fail('vm.nameTaken', { vm: name });
    if (!this.#vms.includes(undefined)) return fail('host.tooManyVms', { limit: LIMITS.vms });
    if (memoryBytes % PAGE_SIZE !== 0 || !isWithin(memoryBytes, LIMITS.vmMemoryBytes))
      return fail('vm.memorySize', { memoryBytes, ...LIMITS.vmMemoryBytes });
    if (!isWithin(vcpus, { least: 1, most: LIMITS.vcpus }))
      return fail('vm.vcpus', { vcpus, limit: LIMITS.vcpus });
    const unknown = spec.nics.find((nic) => !this.network.switches.has(nic.switch));
    if (unknown !== undefined) return fail('vm.noSuchSwitch', { vm: name, switch: unknown.switch });
    return checkDevices(spec);
  }

  #build(spec: VmSpec, slot: number): Vm {
    const vm = new Vm(spec, slot, {
      machine: this.machine,
      frames: this.frames,
      dispatcher: this.#dispatcher,
      trace: this.trace,
      stops: this.stops,
      seed: this.settings.seed,
      allocate: this.#allocate,
      metrics: this.metrics,
      connect: (owner, card, nic, receive) =>
        this.network.connect(owner.slot, card, `${spec.name}/${card}`, nic.switch, receive),
    });
    this.#vms[slot] = vm;
    return vm;
  }

  #start(vm: Vm): Result<null> {
    const software = this.#environment.software.load(vm.spec);
    return software.ok ? vm.start(software.value) : software;
  }

  #type(vm: Vm, text: string): Result<null> {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
    const accepted = vm.type(bytes);
    return accepted === bytes.length ? ok(null) : fail('console.full', { accepted, bytes: bytes.length });
  }

  /** What a guest asked for through SBI, or brought upon itself. */
  #serve(caller: ExitVm): void {
    const vm = this.#vms[caller.slot];
    const request = vm?.takeRequest();
    if (vm === undefined || request === undefined) return;
    if (request.kind === 'fail') {
      vm.halt({ code: request.code, data: request.data });
      this.#tell(vm, 'error', request.code, request.data);
      return;
    }
    const { kind, isFailure } = request;
    const code = isFailure ? 'vm.guestPanic' : kind === 'reboot' ? 'vm.guestReboot' : 'vm.guestShutDown';
    vm.powerOff({ code, data: {} });
    this.#tell(vm, isFailure ? 'warning' : 'info', code, {});
    if (kind !== 'reboot') return;
    const started = this.#start(vm);
    if (!started.ok) this.#tell(vm, 'error', started.error.code, started.error.data);
  }

  #tell(vm: Vm, severity: 'info' | 'warning' | 'error', code: string, data: LabError['data']): void {
    this.log.add({ at: this.#dispatcher.currentNs(), vm: vm.spec.name, severity, code, data });
  }

  // Looking.

  /** All VMs, by slot. */
  vms(): readonly Vm[] {
    return this.#vms.filter((vm) => vm !== undefined);
  }
  /** A VM by name. */
  vm(name: string): Vm | undefined {
    return this.#vms.find((vm) => vm?.spec.name === name);
  }
  /** Harts with their accounts and timelines. */
  get cpus(): readonly PhysicalCpu[] {
    return this.#dispatcher.cpus;
  }
  /** Where virtual time goes, by instruction. */
  get heat(): CodeHeat {
    return this.#dispatcher.heat;
  }

  #vcpuOf(id: number): { vm: Vm; vcpu: Vcpu } {
    const vm = this.#vms[Math.floor(id / LIMITS.vcpus)];
    const vcpu = vm?.vcpus[id % LIMITS.vcpus];
    invariant(vm !== undefined && vcpu !== undefined, 'a vCPU in use exists');
    return { vm, vcpu };
  }

  // Snapshots.

  /** Everything that guests or policies can observe, as one file. */
  snapshot(): Uint8Array {
    this.finishQuantum();
    const w = new StateWriter();
    this.#save(w);
    w.section('ram');
    for (const spfn of this.frames.used()) {
      const bytes = this.machine.ram.view(spfn * PAGE_SIZE, PAGE_SIZE);
      const isZero = bytes.every((byte) => byte === 0);
      w.bool(isZero);
      if (!isZero) w.bytes(bytes);
    }
    return wrapSnapshot(w.finish(), (bytes) => this.machine.hash(bytes, []));
  }

  /** Hash of the state: of the bytes of a snapshot and of all frames in use. */
  hash(): string {
    this.finishQuantum();
    const w = new StateWriter();
    this.#save(w);
    return this.machine.hash(w.finish(), this.frames.used());
  }

  #save(w: StateWriter): void {
    w.section('host');
    w.string(JSON.stringify({ spec: this.spec, settings: this.settings }));
    w.integer(this.now);
    const vms = this.vms();
    w.list(vms, (vm) => {
      w.u32(vm.slot);
      w.string(JSON.stringify(vm.spec));
    });
    this.machine.save(w);
    this.frames.save(w);
    for (const vm of vms) vm.save(w);
    this.#dispatcher.save(w);
    this.network.save(w);
  }

  /** Reads what `#save` and `snapshot` wrote behind the specification. */
  #load(r: StateReader): void {
    this.#quanta.now = r.integer();
    r.list(() => {
      const slot = r.u32();
      if (slot >= LIMITS.vms || this.#vms[slot] !== undefined)
        throw new SnapshotFormatError('two VMs in one slot');
      this.#build(JSON.parse(r.string()) as VmSpec, slot);
    }, LIMITS.vms);
    this.machine.load(r);
    this.frames.load(r);
    for (const vm of this.vms()) vm.load(r);
    this.#dispatcher.load(r);
    this.network.load(r);
    r.section('ram');
    for (const spfn of this.frames.used()) {
      const at = RAM_BASE + (spfn - FIRST_FRAME) * PAGE_SIZE;
      if (r.bool()) this.machine.ram.fill(at, PAGE_SIZE, 0);
      else this.machine.ram.write(at, pageOf(r));
    }
    if (!r.atEnd()) throw new SnapshotFormatError('bytes behind the end');
  }
}

/** Only for its hash function, before it is known what a snapshot holds. */
const SMALLEST_MACHINE = { ramBytes: 65536, harts: 1, shared: false, attached: true } as const;

function pageOf(r: StateReader): Uint8Array {
  const bytes = r.bytes();
  if (bytes.length !== PAGE_SIZE) throw new SnapshotFormatError('a frame of another size');
  return bytes;
}
