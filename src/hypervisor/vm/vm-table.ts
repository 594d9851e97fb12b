/** The VMs of a host by slot: how one comes to be, is started, ends by what its guest asked, and goes. */
import { PAGE_SIZE } from '#base/addresses';
import { type HeardCard, hearing, vmConflicts } from '#base/card-conflicts';
import { isWithin, LIMITS } from '#base/catalogue/limits';
import { isName, NAME_LENGTH } from '#base/catalogue/names';
import { hasMemory } from '#base/catalogue/vm-life-cycle';
import { hexNumber } from '#base/hex64';
import { fail, type LabError, ok, type Result } from '#base/result';
import { possibleVcpus, type VmSpec } from '#base/scenario';
import { HostDevices } from '../io/passthrough/host-devices.ts';
import type { PassedDevice } from '../io/passthrough/passed-device.ts';
import { wholeAt } from '../io/slots.ts';
import { checkDevices } from '../io/wanted-devices.ts';
import { admit, shortage } from '../memory/admission.ts';
import { allocateAll } from '../memory/allocate.ts';
import type { EventLog } from '../monitor/event-log.ts';
import type { WayOut } from '../network/appliances/appliance.ts';
import type { HostNetwork } from '../network/host-network.ts';
import type { Plug } from '../network/plug.ts';
import type { ExitVm } from '../vcpu/exit-vm.ts';
import type { AgentJob } from './agent/state.ts';
import { connectCard } from './cable.ts';
import { canGoOn, copyOfSpec } from './copy.ts';
import type { FrameDoor, VmHome, VmPlace } from './home.ts';
import { checkLayers } from './host-layers.ts';
import { devicesOf, placeIn, type Sort, takeOut } from './hot-plug.ts';
import { macText } from './identity.ts';
import type { SoftwareResolver } from './image.ts';
import type { VmSnapshot } from './state.ts';
import { processorAnswered } from './vcpu-count.ts';
import { Vm } from './vm.ts';

/** What the VMs of a host live in. */
export interface VmTableOptions
  extends FrameDoor,
    Omit<VmHome, 'connect' | 'cardInUse' | 'note' | 'requested' | 'agentEnded' | 'passThrough' | 'fence'> {
  readonly network: HostNetwork;
  readonly software: SoftwareResolver;
  readonly log: EventLog;
  /** Of RAM, in percent, that VMs may be promised together; absent: without a limit. */
  readonly overcommitPercent: () => number | undefined;
}

export class VmTable {
  readonly #options: VmTableOptions;
  readonly #slots: (Vm | undefined)[] = new Array<Vm | undefined>(LIMITS.vms).fill(undefined);
  /** Those that are there: asked at every sample. */
  #list: readonly Vm[] = [];

  /** Slots of VMs that want something done, or wanted it. */
  readonly #requests = new Set<number>();

  /** Devices of the host that its VMs are given whole. */
  readonly passThrough: HostDevices;

  constructor(options: VmTableOptions) {
    this.#options = options;
    const { machine, frames, storage, dispatcher } = options;
    this.passThrough = new HostDevices({
      ...{ machine, frames, storage, now: () => dispatcher.currentNs() },
      ...{ vmOf: (slot) => this.#slots[slot], vms: () => this.list() },
      work: (ns) => dispatcher.work(ns),
      ...{ switches: () => [...options.network.switches.keys()], seed: options.seed },
      onFault: ({ slot }, { name }, { why, iova }) => {
        const vm = this.#slots[slot];
        if (vm !== undefined)
          this.tell(vm, 'warning', 'vm.dmaRefused', { device: name, why, address: hexNumber(iova) });
      },
    });
  }

  /** All VMs, by slot. */
  list(): readonly Vm[] {
    return this.#list;
  }
  /** A VM by name. */
  find(name: string): Vm | undefined {
    return this.#slots.find((vm) => vm?.spec.name === name);
  }
  at(slot: number): Vm | undefined {
    return this.#slots[slot];
  }

  /**
   * A VM in the first free slot; what the host cannot give is refused, and said in the log.
   * @param heard cards of other hosts, over links
   */
  create(spec: VmSpec, heard: readonly HeardCard[] = []): Result<null> {
    const checked = this.#check(spec);
    if (!checked.ok) {
      const at = this.#options.dispatcher.currentNs();
      this.#options.log.add({ at, vm: spec.name, severity: 'error', ...checked.error });
      return checked;
    }
    const slot = this.#slots.indexOf(undefined);
    const filled = this.passThrough.filled(spec);
    const vm = this.build(filled, { slot, identity: this.#freeIdentity(slot, spec, heard) });
    this.tell(vm, 'info', 'vm-create', {});
    this.#warn(vm, heard);
    return ok(null);
  }

  /** Says what is wrong with the cards of a VM: it can run like this, and somebody may want to see what comes of it. */
  #warn(vm: Vm, heard: readonly HeardCard[]): void {
    for (const { code, data } of vmConflicts(hearing(this.list(), heard), 0, vm.spec))
      this.tell(vm, 'warning', code, data);
  }

  /**
   * A copy of a VM, as that is or was: of another name and with addresses of its own. Where software runs in it that knows the
   * original's, its cables are out until somebody inserts them.
   * @param contents of its pages, as for {@link moveIn}
   */
  copy(
    name: string,
    state: VmSnapshot,
    contents: readonly (Uint8Array | undefined)[],
    heard: readonly HeardCard[] = [],
  ): Result<Vm> {
    const others = hearing(this.list(), heard).hosts.flatMap(({ vms }) => vms.map((each) => each.spec));
    const spec = copyOfSpec(state.spec, name, others);
    const identity = this.#freeIdentity(state.identity, spec, heard);
    const moved = this.moveIn({ ...state, identity, spec }, contents);
    if (!moved.ok) return moved;
    const { value: vm } = moved;
    vm.becomeCopy();
    this.#warn(vm, heard);
    if (vm.hasMemory && vm.spec.nics.length > 0) this.tell(vm, 'warning', 'vm.cablesOut', {});
    return moved;
  }

  /** Takes a VM in that nobody here knows. It stays what it is; with an address that one has that is here, its links are cut. */
  moveInStranger(
    state: VmSnapshot,
    contents: readonly (Uint8Array | undefined)[],
    heard: readonly HeardCard[] = [],
  ): Result<Vm> {
    const moved = this.moveIn(state, contents);
    if (!moved.ok) return moved;
    const { value: vm } = moved;
    for (const [card, mac] of vm.macs.entries()) {
      const isHeard = (each: HeardCard): boolean =>
        each.mac === mac && each.switch === vm.spec.nics[card]?.switch;
      const twin = this.#othersWith(vm, mac)[0]?.spec.name ?? heard.find(isHeard)?.vm;
      if (twin === undefined) continue;
      this.#options.network.setLink(vm.slot, card, false);
      this.tell(vm, 'warning', 'vm.addressTaken', { card, other: twin });
    }
    this.#warn(vm, heard);
    return moved;
  }

  #othersWith(vm: Vm, mac: string): readonly Vm[] {
    return this.list().filter((other) => other !== vm && mac !== '' && other.macs.includes(mac));
  }

  /** Pulls or inserts the cable of a card; an address that another VM is reached by already is refused. */
  setLink(vm: Vm, card: number, up: boolean): Result<null> {
    const { network } = this.#options;
    const [device, mac] = [vm.cards[card], vm.macs[card]];
    if (device === undefined || mac === undefined || mac === '')
      return fail('vm.noCard', { vm: vm.spec.name, card });
    const twin = this.#othersWith(vm, mac).find((other) => this.isLinked(other, other.macs.indexOf(mac)));
    if (up && twin !== undefined) return fail('vm.addressTaken', { card, other: twin.spec.name });
    device.setLink?.(up);
    if (up) network.setLink(vm.slot, card, true);
    return ok(null);
  }
  /** True while the cable of a card is in, at both ends. */
  isLinked(vm: Vm, card: number): boolean {
    return vm.cards[card]?.linkUp !== false && this.#options.network.hasLink(vm.slot, card);
  }

  /** A number that no VM here has and whose cards nobody hears: a given one, or the next. */
  #freeIdentity(wanted: number, { nics }: VmSpec, heard: readonly HeardCard[]): number {
    const taken = new Set(this.list().map(({ identity }) => identity));
    const macs = new Set(heard.map(({ mac }) => mac));
    const isHeard = (identity: number): boolean =>
      nics.some(
        ({ mac }, card) => mac === undefined && macs.has(macText(this.#options.seed, identity, card)),
      );
    let identity = wanted;
    while (taken.has(identity) || isHeard(identity)) identity += 1;
    return identity;
  }

  /**
   * Takes a VM in that comes from elsewhere, and that goes on if it was running. What the host cannot give is refused, and nothing of
   * it stays.
   * @param contents of its pages in the order of guest frames; nothing for zeros
   */
  moveIn(state: VmSnapshot, contents: readonly (Uint8Array | undefined)[]): Result<Vm> {
    const checked = this.#check(state.spec);
    if (!checked.ok) return checked;
    // What a device was at stays with the host that has it, and what harts can do.
    const movable = canGoOn(state, this.#options.machine.extensions);
    if (!movable.ok) return movable;
    const admitted = hasMemory(state.state) ? this.#admit(state.spec) : ok(null);
    if (!admitted.ok) return admitted;
    const slot = this.#slots.indexOf(undefined);
    const vm = this.build(state.spec, { slot, identity: state.identity });
    try {
      if (vm.moveIn(state, contents)) {
        vm.devices.announce();
        return ok(vm);
      }
      this.remove(vm);
      return this.#shortage(state.spec);
    } catch (error) {
      this.remove(vm);
      throw error;
    }
  }

  #check(spec: VmSpec): Result<null> {
    const { memoryBytes, vcpus, name, append = '' } = spec;
    if (!isName(name)) return fail('vm.badName', { vm: name, limit: NAME_LENGTH });
    if (this.find(name) !== undefined || this.#options.network.hasName(name))
      return fail('vm.nameTaken', { vm: name });
    if (!this.#slots.includes(undefined)) return fail('host.tooManyVms', { limit: LIMITS.vms });
    if (memoryBytes % PAGE_SIZE !== 0 || !isWithin(memoryBytes, LIMITS.vmMemoryBytes))
      return fail('vm.memorySize', { memoryBytes, ...LIMITS.vmMemoryBytes });
    if (append.length > LIMITS.appendLength)
      return fail('vm.appendLength', { found: append.length, limit: LIMITS.appendLength });
    if (!isWithin(vcpus, { least: 1, most: LIMITS.vcpus }))
      return fail('vm.vcpus', { vcpus, limit: LIMITS.vcpus });
    if (possibleVcpus(spec) > LIMITS.vcpus)
      return fail('vm.vcpus', { vcpus: possibleVcpus(spec), limit: LIMITS.vcpus });
    // A card whose cable was taken out of its switch hangs at none.
    const unknown = spec.nics.find((nic) => nic.switch !== '' && !this.hasSwitch(nic.switch));
    if (unknown !== undefined) return fail('vm.noSuchSwitch', { vm: name, switch: unknown.switch });
    const fits = checkDevices(spec, this.#options.registries);
    const passed = fits.ok ? this.passThrough.check(spec) : fits;
    return passed.ok ? checkLayers(spec, this.#options.layers.find) : passed;
  }

  /** Puts a VM into a free slot, whatever its specification. */
  build(spec: VmSpec, place: VmPlace): Vm {
    const { network } = this.#options;
    const vm: Vm = new Vm(spec, place, {
      ...this.#options,
      passThrough: this.passThrough,
      fence: (slot) => {
        this.#options.dispatcher.fence(slot);
        this.passThrough.fence(slot);
      },
      note: (slot, code, data) => {
        const noted = this.#slots[slot];
        if (noted !== undefined) this.tell(noted, 'warning', code, data);
      },
      requested: (slot) => this.#requests.add(slot),
      agentEnded: (slot, job) => this.#agentEnded(slot, job),
      cardInUse: (slot, card, isInUse) => network.plugOf(slot, card)?.use(isInUse),
      connect: (...given) => connectCard(this.#options, () => vm, spec.name, ...given),
    });
    this.#put(place.slot, vm);
    this.#options.management.reclaim.adopt(place.slot, vm.memory);
    return vm;
  }

  #put(slot: number, vm: Vm | undefined): void {
    this.#slots[slot] = vm;
    this.#list = this.#slots.filter((each) => each !== undefined);
  }

  /** What an agent did, or did not, is told to people. */
  #agentEnded(slot: number, { request, what, state, answer }: AgentJob): void {
    const vm = this.#slots[slot];
    if (vm === undefined || state === 'cancelled') return;
    if (request === 'unplug') this.#finishUnplug(vm, what, state === 'done');
    if (request === 'processor') processorAnswered(vm);
    if (state === 'done') this.tell(vm, 'info', 'agent.done', { request, what, answer });
    else this.tell(vm, 'warning', 'agent.failed', { request, what, answer });
  }

  /** The guest has let go of a device, or would not; one that is forced out goes all the same. */
  #finishUnplug(vm: Vm, what: string, isFree: boolean): void {
    const place = placeIn(what);
    if (!isFree && !place.force) return;
    const found = devicesOf(vm.spec).find(({ slot }) => slot === place.slot);
    if (found !== undefined) this.takeOut(vm, found.sort, found.index);
  }
  /** Gives a VM the device of this host that has come to one of its slots, if it is one; all its memory must be there from now on. */
  giveWhole(vm: Vm, slot: number): Result<null> {
    const whole = wholeAt(vm.devices, slot);
    if (whole === undefined || !vm.hasMemory) return ok(null);
    const given = this.#give(vm, whole);
    if (!given.ok && whole.sort === 'card') this.#options.network.disconnectCard(vm.slot, whole.index);
    return given;
  }
  #give(vm: Vm, whole: PassedDevice): Result<null> {
    if (vm.memory.balloonedPages > 0) return fail('vm.passedLent', { vm: vm.spec.name });
    return allocateAll(vm.memory) ? this.passThrough.give(vm, whole) : fail('vm.hostMemoryExhausted');
  }
  /** Takes a disk or card out, whatever its driver is at. */
  takeOut(vm: Vm, sort: Sort, index: number): void {
    const whole = vm.devices.passed.find((each) => each.sort === sort && each.index === index);
    if (whole !== undefined) this.passThrough.release(vm, whole);
    takeOut(vm, sort, index);
    if (sort === 'card') this.#options.network.disconnectCard(vm.slot, index);
    this.tell(vm, 'info', sort === 'disk' ? 'vm.diskOut' : 'vm.cardOut', { index });
  }
  /** A VM's card is specified as it is plugged in now. */
  noteCard(slot: number, card: number, { switchName, settings }: Plug): void {
    const vm = this.#slots[slot];
    if (vm === undefined) return;
    const { port: _, ...others } = vm.spec.nics[card] ?? { switch: '' };
    const port = Object.keys(settings).length === 0 ? {} : { port: settings };
    const noted = { ...others, switch: switchName, ...port };
    vm.spec = { ...vm.spec, nics: vm.spec.nics.map((nic, at) => (at === card ? noted : nic)) };
  }
  hasSwitch(name: string): boolean {
    return this.#options.network.switches.has(name);
  }

  /** Loads what the VM's specification names, and starts it. */
  start(vm: Vm): Result<null> {
    const admitted = this.#admit(vm.spec);
    if (!admitted.ok) return admitted;
    const others = this.list().filter((other) => other !== vm && other.hasMemory);
    const budgets = this.#options.dispatcher.admission([...others, vm]);
    if (!budgets.ok) return budgets;
    const software = this.#options.software.load(vm.spec, this.#wayOutOf(vm.spec));
    if (!software.ok) return software;
    const started = vm.start(software.value);
    return started.ok || started.error.code !== 'vm.hostMemoryExhausted' ? started : this.#shortage(vm.spec);
  }

  #wayOutOf({ nics }: VmSpec): WayOut | undefined {
    const card = nics.find(({ address }) => address !== undefined);
    return card?.address === undefined
      ? undefined
      : this.#options.network.wayOutOf(card.address, card.switch);
  }
  /** Whether the host may promise a VM its memory. */
  #admit(spec: VmSpec): Result<null> {
    const { machine, overcommitPercent } = this.#options;
    const promises = { ramBytes: machine.ram.sizeBytes, overcommitPercent: overcommitPercent() };
    return admit(spec, this.list(), promises);
  }
  #shortage(spec: VmSpec): Result<never> {
    return shortage(spec, this.list(), this.#options.frames.free);
  }

  /** Takes a VM out; nothing of it stays. */
  remove(vm: Vm): void {
    vm.dispose();
    this.#options.network.disconnect(vm.slot);
    this.#put(vm.slot, undefined);
    this.#options.management.reclaim.dismiss(vm.slot);
    this.#options.stops.forget(vm.slot);
  }

  /** Does what VMs asked for while none of them ran: devices do, in events and commands. */
  servePending(): void {
    if (this.#requests.size === 0) return;
    for (const slot of [...this.#requests].sort((a, b) => a - b)) {
      const vm = this.#slots[slot];
      if (vm !== undefined) this.serve(vm);
    }
    this.#requests.clear();
  }

  /** Does what a guest asked for through SBI, or brought upon itself. */
  serve(caller: ExitVm): void {
    const vm = this.#slots[caller.slot];
    const request = vm?.takeRequest();
    if (vm === undefined || request === undefined) return;
    if (request.kind === 'hold') {
      vm.pause({ code: request.code, data: request.data });
      this.tell(vm, 'warning', request.code, request.data);
      return;
    }
    if (request.kind === 'fail') {
      vm.halt({ code: request.code, data: request.data });
      this.tell(vm, 'error', request.code, request.data);
      return;
    }
    if (request.kind === 'shutdown' && request.isFailure) {
      // Not switched off: what the guest left behind says why it gave up.
      vm.halt({ code: 'vm.guestPanic', data: {} });
      this.tell(vm, 'error', 'vm.guestPanic', {});
      return;
    }
    const code = request.kind === 'reboot' ? 'vm.guestReboot' : 'vm.guestShutDown';
    vm.powerOff({ code, data: {} });
    this.tell(vm, 'info', code, {});
    if (request.kind !== 'reboot') return;
    const started = this.start(vm);
    if (!started.ok) this.tell(vm, 'error', started.error.code, started.error.data);
  }

  /** Writes what happened to a VM into the host's log. */
  tell(vm: Vm, severity: 'info' | 'warning' | 'error', code: string, data: LabError['data']): void {
    const at = this.#options.dispatcher.currentNs();
    this.#options.log.add({ at, vm: vm.spec.name, severity, code, data });
  }
}
