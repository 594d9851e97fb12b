/**
 * One virtual machine: memory, vCPUs, devices, consoles, and its life cycle. It may not decide who runs (cpu/) nor reach
 * other VMs; its host gives it a slot, frames and a network.
 */

import type { ErrorCode } from '#base/catalogue/error-codes';
import type { EventCode } from '#base/catalogue/event-codes';
import type { MetricValues } from '#base/catalogue/metrics';
import { hasMemory, type VmState } from '#base/catalogue/vm-life-cycle';
import { hexNumber } from '#base/hex64';
import { type ErrorData, ok, type Result } from '#base/result';
import { possibleVcpus, type VmSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { OWNER_FIRST_VM } from '#base/views';
import { NS_PER_TICK, type VirtualNs } from '#base/virtual-time';
import type { MmioBus } from '#machine/devices/mmio-bus';
import type { TerminalSize, VirtioDevice } from '#machine/devices/virtio/virtio-device';
import type { PhysicalMemory } from '#machine/memory';
import type { DispatchedVm } from '../cpu/dispatcher.ts';
import type { StopControl } from '../cpu/stops.ts';
import { NO_OWNED, type OwnedDevices } from '../io/passthrough/state.ts';
import { type Card, Vioc } from '../io/vioc.ts';
import { giveMemory, shapeOf, takePages } from '../memory/allocate.ts';
import { arrive } from '../memory/swap/swapping.ts';
import { VmMemory } from '../memory/vm-memory.ts';
import { type PageContents, pagesOf } from '../memory/vm-pages.ts';
import { probeWalk, type WalkAccess, type WalkResult } from '../memory/walk.ts';
import { Answers } from '../monitor/answers.ts';
import { ConsoleLog } from '../monitor/console-log.ts';
import { ExitDetails } from '../monitor/exit-details.ts';
import { measuresOf, samplesFor } from '../monitor/measures.ts';
import type { Samples } from '../monitor/metrics.ts';
import { Stalls } from '../monitor/pressure/stalls.ts';
import type { TraceRecorder } from '../monitor/trace.ts';
import { formatMac, macAt } from '../network/ether-frame.ts';
import { registersOf, type VcpuRegisters, walkContextOf } from '../vcpu/inspect.ts';
import { Vcpu } from '../vcpu/vcpu.ts';
import { agentOf } from './agent/agent-door.ts';
import type { Agent } from './agent/agent-types.ts';
import { vmDeviceTree, vmExtensions } from './device-tree.ts';
import { frameBufferOf, frameBufferPlace, ramBytes } from './frame-buffer.ts';
import { GuestClock } from './guest-clock.ts';
import type { VmHome, VmPlace } from './home.ts';
import { macOf, startSeed } from './identity.ts';
import { type GuestSoftware, type Placement, placeImage } from './image.ts';
import type { Terminal, VmPlacement, VmReason, VmRequest, VmSnapshot } from './state.ts';
import { VmTerminal } from './terminal.ts';

export class Vm implements DispatchedVm {
  spec: VmSpec; // Another one when a disk or card comes or goes.
  /** Place on its host, 0 to 63; its VMID, owner byte and colour follow from it. */
  readonly slot: number;
  /** Tells it from all others of its lab, and stays its own wherever it goes: addresses and random numbers follow from it. */
  readonly identity: number;
  readonly memory: VmMemory;
  readonly vcpus: readonly Vcpu[];
  readonly devices: Vioc;
  readonly agent: Agent;
  readonly trace: TraceRecorder;
  readonly stops: StopControl;
  readonly console: ConsoleLog = new ConsoleLog();
  readonly sampled: Samples;
  readonly stalls: Stalls;
  readonly answers: Answers;
  readonly exitDetails: ExitDetails = new ExitDetails();
  readonly #home: VmHome;
  readonly #terminal = new VmTerminal(this.console, (terminal) => this.#consoleDevice(terminal));
  #state: VmState = 'created';
  #reason: VmReason | undefined;
  #request: VmRequest | undefined;
  #startedAtNs: VirtualNs = 0;
  readonly #clock: GuestClock;
  #shutDownText = '';
  #extensions: VmSnapshot['extensions'] = [];

  constructor(spec: VmSpec, { slot, identity }: VmPlace, home: VmHome) {
    this.spec = spec;
    [this.slot, this.identity] = [slot, identity];
    this.#home = home;
    [this.trace, this.stops] = [home.trace, home.stops];
    this.sampled = samplesFor(home.registries.metrics, home.allocate);
    const { machine, frames, dispatcher, seed } = home;
    this.stalls = new Stalls(machine.harts.length, false, dispatcher.currentNs());
    this.answers = new Answers(() => dispatcher.currentNs());
    this.#clock = new GuestClock(() => dispatcher.currentNs());
    this.memory = new VmMemory({
      ...{ ram: machine.ram, frames, swap: home.swap, ...shapeOf(spec) },
      ...{ compressed: home.management.compressed, pressure: home.management.reclaim },
      owner: OWNER_FIRST_VM + slot,
      fence: () => home.fence(slot),
      onShortage: (gpa) => this.#hold(home.management.shortage, { gpa: hexNumber(gpa) }),
    });
    this.vcpus = Array.from({ length: possibleVcpus(spec) }, (_, index) => new Vcpu(this, index, dispatcher));
    this.devices = new Vioc({
      ...{ spec, name: spec.name, seed: seed ^ (identity + 1), date: home.date },
      ...{ memory: this.memory, events: machine.events },
      now: () => dispatcher.currentNs(),
      onInterrupt: (vcpu, level) => this.vcpus[vcpu]?.setExternal(level),
      onSerial: (bytes) => this.#terminal.output('serial', bytes),
      onConsole: (bytes) => this.#terminal.output('virtio', bytes),
      ...{ connect: home.connect.bind(home, slot), cardInUse: home.cardInUse.bind(home, slot) },
      isRunning: () => this.isRunning,
      tell: (code, data) => this.note(code, data),
      mac: (index, given) => macOf(given, seed, identity, index),
      ...{ registries: home.registries, layers: home.layers, frameBuffer: frameBufferOf(spec, this.memory) },
      ...{ storage: home.storage.of(slot, spec.disks), hold: (why, disk) => this.#hold(why, { disk }) },
      unkept: (disk, flush, why) => home.layers.refused({ vm: spec.name, disk, flush, why }),
    });
    this.agent = agentOf({
      port: this.devices.bytePort,
      now: () => this.#clock.ticks * NS_PER_TICK,
      ended: (job) => home.agentEnded(slot, job),
    });
  }

  get state(): VmState {
    return this.#state;
  }
  /** Why it stopped or failed. */
  get reason(): VmReason | undefined {
    return this.#reason;
  }
  get startedAtNs(): VirtualNs {
    return this.#startedAtNs;
  }
  get isRunning(): boolean {
    return this.#state === 'running';
  }
  /** It has been switched on: software is in its memory. */
  get hasMemory(): boolean {
    return hasMemory(this.#state);
  }
  /** Its network cards, in the order of its specification; nothing for one that was taken out. */
  get cards(): readonly (Card | undefined)[] {
    return this.spec.nics.map((_, card) => this.devices.card(card));
  }
  /** Addresses of its cards, as text; empty for one that was taken out. */
  get macs(): readonly string[] {
    return this.cards.map((card) => (card?.mac === undefined ? '' : formatMac(macAt(card.mac, 0))));
  }
  get ram(): PhysicalMemory {
    return this.#home.machine.ram;
  }
  get bus(): MmioBus {
    return this.devices.bus;
  }
  /** Guest `time` less host `time`, in ticks: the guest's clock starts at 0 and stands while it is paused. */
  get timeDelta(): number {
    return this.#clock.delta;
  }
  // Life cycle. Whether the state allows a step is checked by the host (life-cycle.ts).

  /** Gives memory, places the image, and starts vCPU 0. Nothing stays behind when it cannot. */
  start(software: GuestSoftware): Result<null> {
    const placed = this.#place(software);
    if (!placed.ok) {
      this.#releaseMemory();
      return placed;
    }
    this.#startedAtNs = this.#home.dispatcher.currentNs();
    this.#clock.runFrom(0);
    this.#reason = this.#request = undefined;
    this.#terminal.reset();
    this.#shutDownText = software.shutDownText ?? '';
    for (const vcpu of this.vcpus) vcpu.state = 'off';
    this.#state = 'running';
    const [first] = this.vcpus;
    first?.prepare(placed.value.entry, placed.value.deviceTree, 0);
    if (first !== undefined) this.startVcpu(first);
    return ok(null);
  }

  #place(software: GuestSoftware): Result<Placement> {
    const { spec, memory } = this;
    this.#extensions = this.#home.machine.extensions;
    const given = giveMemory(memory, spec.allocation);
    const passed = given.ok ? this.#home.passThrough.attach(this) : given;
    if (!passed.ok) return passed;
    return placeImage(memory, ramBytes(spec), software, (place) =>
      vmDeviceTree({
        ...{ vcpus: possibleVcpus(spec), memoryBytes: ramBytes(spec), frameBuffer: frameBufferPlace(spec) },
        extensions: vmExtensions(this.#extensions),
        ...{ ideDisks: this.devices.registerDisks, ethocCards: this.devices.registerCards },
        chosen: {
          ...{ bootargs: software.bootargs, rngSeed: startSeed(this.#home.seed, this.identity) },
          ...(place === undefined ? {} : { initrd: place }),
        },
      }),
    );
  }

  /** @param reason why, where nobody asked for it */
  pause(reason?: VmReason): void {
    this.#clock.stand();
    this.#state = 'paused';
    this.#reason = reason;
    this.#home.dispatcher.withdraw(this);
  }
  resume(): void {
    this.#clock.runFrom(this.#clock.ticks);
    [this.#state, this.#reason] = ['running', undefined];
    this.#home.dispatcher.admit(this);
    this.devices.retry();
  }
  /** Off, with its memory given back. */
  powerOff(reason: VmReason | undefined): void {
    this.#state = 'stopped';
    this.#clock.stand(0);
    [this.#reason, this.#request] = [reason, undefined];
    this.#home.dispatcher.withdraw(this);
    for (const vcpu of this.vcpus) vcpu.state = 'off';
    this.devices.bus.reset();
    this.#releaseMemory();
  }
  /** Stopped for good by a mistake of the guest's (or of ours): everything stays to be looked at. */
  halt(reason: VmReason): void {
    this.#clock.stand();
    this.#state = 'failed';
    [this.#reason, this.#request] = [reason, undefined];
    this.#home.dispatcher.withdraw(this);
  }
  /** Before it is removed: no event and no cable of it stays. */
  dispose(): void {
    this.devices.unplug();
    this.#releaseMemory();
  }
  /** Asks the guest to shut down, in its own words; false when there is no way to. */
  askToShutDown(): boolean {
    return this.#shutDownText !== '' && this.type(new TextEncoder().encode(this.#shutDownText)) > 0;
  }

  #releaseMemory(): void {
    this.#home.passThrough.detach(this);
    this.memory.release();
    this.#home.dispatcher.forget(this.slot);
  }

  /** A page is there that was on its way from the swap area; or it could not be read, and lies where it lay. */
  pageArrived(guestFrame: number, failedAt?: number): void {
    arrive(this.memory, guestFrame, failedAt);
    this.#home.dispatcher.arrived(this, guestFrame);
    this.devices.pageArrived();
  }

  /** Takes what a handler asked for. */
  takeRequest(): VmRequest | undefined {
    const request = this.#request;
    this.#request = undefined;
    return request;
  }

  // What exits and SBI calls ask (ExitVm).

  get hasRequest(): boolean {
    return this.#request !== undefined;
  }
  fail(code: ErrorCode, data: ErrorData): void {
    this.#request = { kind: 'fail', code, data };
  }
  /** It cannot go on now, and loses nothing: it is paused when whoever runs now has come to an end. */
  #hold(code: ErrorCode, data: ErrorData): void {
    if (!this.isRunning) return;
    this.#request ??= { kind: 'hold', code, data };
    this.#home.requested(this.slot);
  }
  requestReset(kind: 'shutdown' | 'reboot', isFailure: boolean): void {
    this.#request ??= { kind, isFailure };
  }
  note(code: EventCode, data: ErrorData): void {
    this.#home.note(this.slot, code, data);
  }
  startVcpu(vcpu: Vcpu): void {
    this.#home.dispatcher.makeReady(vcpu);
  }
  consoleOutput(bytes: Uint8Array): void {
    this.#terminal.output('debug', bytes);
  }
  consoleInput(target: Uint8Array): number {
    return this.#terminal.takeTyped(target);
  }

  /** Types bytes on the VM's terminal; the number that had room. */
  type(bytes: Uint8Array): number {
    return this.#terminal.type(bytes);
  }
  /** The size of the terminal as the guest knows it. */
  get terminalSize(): TerminalSize {
    return this.#terminal.size;
  }
  /** Gives the terminal another size; false where the guest would not heed it. */
  resizeTerminal(columns: number, rows: number): boolean {
    return this.#terminal.resize(columns, rows);
  }
  #consoleDevice(terminal: Terminal): Pick<VirtioDevice, 'input' | 'terminalSize' | 'resize'> | undefined {
    const { uart, terminal: virtio } = this.devices;
    return terminal === 'serial' ? uart : terminal === 'virtio' ? virtio : undefined;
  }

  // Looking.

  /** Registers of a vCPU, wherever they lie. */
  registers(vcpu: Vcpu): VcpuRegisters {
    return registersOf(vcpu);
  }
  /**
   * Two-stage walk for an address of a vCPU, in probe mode.
   * @param user made in VU-mode or in VS-mode; in the vCPU's own unless given
   */
  walk(vcpu: Vcpu, gvaLo: number, gvaHi: number, access: WalkAccess, user?: boolean): WalkResult {
    const context = walkContextOf(this, vcpu);
    return probeWalk(user === undefined ? context : { ...context, user }, gvaLo, gvaHi, access);
  }

  /** Counters and levels as they are now, by the ids of metrics. */
  measure(): MetricValues {
    this.sampled.settle();
    return measuresOf(this.#home.registries.metrics, this);
  }

  /** All of it but the content of its pages, and nothing of its host. */
  capture(): VmSnapshot {
    return {
      ...{ spec: this.spec, identity: this.identity, state: this.#state, reason: this.#reason },
      ...{ guestTicks: this.#clock.ticks, shutDownText: this.#shutDownText, extensions: this.#extensions },
      ...{ ...this.#terminal.capture(), ...this.sampled.capture(), exitDetails: this.exitDetails.list() },
      ...{ answers: this.answers.capture(), console: this.console.capture(), memory: pagesOf(this.memory) },
      vcpus: this.vcpus.map((vcpu) => vcpu.capture()),
      ...{ devices: this.devices.bus.capture(), agent: this.agent.capture() },
    };
  }

  /**
   * Everything but memory, which must be there: devices hold pages again. It has been built of the same specification. Its vCPUs are
   * on no hart and in no queue.
   */
  #restore(saved: VmSnapshot): void {
    if (saved.vcpus.length !== this.vcpus.length) throw new SnapshotFormatError('a VM of other vCPUs');
    this.#state = saved.state;
    this.#reason = saved.reason;
    if (saved.state === 'running') this.#clock.runFrom(saved.guestTicks);
    else this.#clock.stand(saved.guestTicks);
    this.#startedAtNs = this.#home.dispatcher.currentNs() - saved.guestTicks * NS_PER_TICK;
    [this.#shutDownText, this.#extensions] = [saved.shutDownText, saved.extensions];
    this.#terminal.restore(saved);
    this.console.restore(saved.console);
    for (const [index, vcpu] of this.vcpus.entries()) vcpu.restore(saved.vcpus[index]!);
    this.devices.bus.restore(saved.devices);
    this.agent.restore(saved.agent);
    this.sampled.restore(saved);
    this.answers.restore(saved.answers);
    this.exitDetails.restore(saved.exitDetails);
  }

  /** What it has of its host: devices that it was given whole. */
  captureOwned(): OwnedDevices {
    return this.#home.passThrough.captureOf(this);
  }

  /** What its host knows of it. */
  capturePlacement(): VmPlacement {
    return {
      ...{ startedAtNs: this.#startedAtNs, memory: this.memory.capture() },
      vcpus: this.vcpus.map((vcpu) => vcpu.capturePlacement()),
    };
  }
  /** On the same host as before, whose frames have been restored: it is where it was. */
  restore(saved: VmSnapshot, { startedAtNs, memory, vcpus }: VmPlacement): void {
    this.memory.restore(memory);
    this.#restore(saved);
    if (vcpus.length !== this.vcpus.length) throw new SnapshotFormatError('a place of other vCPUs');
    this.#startedAtNs = startedAtNs;
    for (const [index, vcpu] of this.vcpus.entries()) vcpu.restorePlacement(vcpus[index]!);
  }

  /**
   * On another host, or on this one at another time: takes frames for its pages, and goes on if it was running. False on a shortage of
   * frames, with none taken.
   * @param contents in the order of guest frames; nothing for zeros
   * @param owned devices of this host that it was given whole
   */
  moveIn(saved: VmSnapshot, contents: PageContents, owned: OwnedDevices = NO_OWNED): boolean {
    const { passThrough } = this.#home;
    const isIn = (): boolean => takePages(this.memory, saved.memory, contents) && passThrough.attach(this).ok;
    if (hasMemory(saved.state) && !isIn()) {
      this.#releaseMemory();
      return false;
    }
    this.#restore(saved);
    passThrough.restoreOf(this, owned);
    if (this.isRunning) this.#home.dispatcher.admit(this);
    // What a device waited for in the swap area of another host is there.
    this.devices.pageArrived();
    return true;
  }

  /** It is a copy of another VM, and must not pass for it: what devices have of their own is this VM's. */
  becomeCopy(): void {
    this.devices.becomeCopy(this.hasMemory);
  }
}
