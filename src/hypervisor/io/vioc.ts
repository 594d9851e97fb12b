/**
 * The virtual I/O controller of one VM: its bus with a window for each device, its slots, and the wire from each to an interrupt.
 * It is built from the VM's specification, and wires devices to each other's doors; what a device does is its own affair.
 */
import type { FlushRefusal } from '#base/catalogue/disk-errors';
import type { EventCode } from '#base/catalogue/event-codes';
import type { DiskCount } from '#base/catalogue/metrics';
import { type ErrorData, fail, ok, type Result } from '#base/result';
import { type NicSpec, possibleVcpus, type VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { MmioDevice } from '#machine/devices/device';
import type { DiskKind } from '#machine/devices/disk/disk';
import { DiskFaults, type HoldReason } from '#machine/devices/disk/disk-faults';
import type { OpenDrive } from '#machine/devices/disk/drive';
import type { DiskLayers } from '#machine/devices/disk/layers/layer';
import { LayeredDisk } from '#machine/devices/disk/layers/layered-disk';
import { withLayers } from '#machine/devices/disk/layers/with-layers';
import type { Display } from '#machine/devices/display/display';
import type { EthocCard } from '#machine/devices/ethoc/device';
import type { GuestMemory, GuestPages } from '#machine/devices/guest-memory';
import type { IdeDisk } from '#machine/devices/ide/device';
import { MmioBus } from '#machine/devices/mmio-bus';
import { PLATFORM, VIRTIO_SLOTS, virtioWindow } from '#machine/devices/platform';
import { Plic } from '#machine/devices/plic/device';
import { Rtc } from '#machine/devices/rtc/device';
import { Uart } from '#machine/devices/uart/device';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import { BLOCK_KIND } from '#machine/devices/virtio/block/kind';
import type { Cable, DeviceEnvironment, Transmit } from '#machine/devices/virtio/device-kind';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { NET_KIND } from '#machine/devices/virtio/net/kind';
import type { BytePort, VirtioDevice } from '#machine/devices/virtio/virtio-device';
import type { EventQueue } from '#machine/event-queue';
import { createKind } from '#machine/kind';
import { type Emulated, placesBehind, placesOf } from './behind-registers.ts';
import { DeviceCounters } from './counting.ts';
import { EMULATION } from './emulation.ts';
import { passedDevices } from './passthrough/host-devices.ts';
import type { PassedDevice } from './passthrough/passed-device.ts';
import type { IoStream } from './scheduling/request.ts';
import { type DeviceRegistries, type WantedDevice, wantedDevices } from './wanted-devices.ts';

/** Where a VM's disks lie. */
export interface VmStorage {
  opener(index: number): OpenDrive;
  /** When a request of theirs is next done; Infinity while none is served. */
  nextAt(): VirtualNs;
  counted(count: DiskCount): number;
  /** How long so many of a hundred requests took at most, of those that were done lately; 0 while none was. */
  latency(percent: number): VirtualNs;
  /** Its disks at the physical disks. */
  streams(): readonly IoStream[];
}

export interface ViocOptions {
  readonly spec: VmSpec;
  /** Prefix of the channels of its events: unique on the host. */
  readonly name: string;
  /** What its clock showed when its host was switched on. */
  readonly date: string | undefined;
  /** Seed of its entropy device. */
  readonly seed: number;
  readonly memory: GuestMemory & GuestPages;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** The PLIC changed a vCPU's external interrupt. */
  readonly onInterrupt: (vcpu: number, level: boolean) => void;
  /** Output of the serial port and of the virtio console. */
  readonly onSerial: (bytes: Uint8Array) => void;
  readonly onConsole: (bytes: Uint8Array) => void;
  /** Connects card `index` to its switch. */
  readonly connect: (index: number, nic: NicSpec, receive: Transmit) => Transmit;
  /** A driver has begun to use a card, or has ended. */
  readonly cardInUse?: (index: number, isInUse: boolean) => void;
  /** Hardware address of card `index`; as given, where it is. */
  readonly mac: (index: number, given: string | undefined) => Uint8Array;
  readonly isRunning: () => boolean;
  /** Tells people what the guest does, or does not. */
  readonly tell: (code: EventCode, data: ErrorData) => void;
  readonly registries: DeviceRegistries;
  /** Where disks find what they lie on. */
  readonly layers: DiskLayers;
  /** What a disk's guest has flushed could not be kept. */
  readonly unkept: (disk: number, flush: number, why: FlushRefusal) => void;
  /** The VM cannot go on, since one of its disks does not do what it must. */
  readonly hold: (why: HoldReason, disk: number) => void;
  /** Its screen, if that is memory. */
  readonly frameBuffer: Display | undefined;
  readonly storage: VmStorage;
}

interface PluggedDevice extends WantedDevice {
  /** Of a disk or card, its place in the specification, however others are given. */
  readonly place: number;
  readonly device: VirtioDevice;
}

/** What any network card is to its VM: a physical one has no address while it is not its VM's. */
export type Card = Pick<VirtioDevice, 'linkUp' | 'setLink' | 'counters'> & {
  readonly mac?: Uint8Array | undefined;
  counted?(counter: string): number;
};

export class Vioc {
  readonly #options: ViocOptions;
  readonly storage: VmStorage;
  readonly bus: MmioBus = new MmioBus();
  readonly plic: Plic;
  readonly uart: Uart;
  readonly rtc: Rtc;
  /** What is in slots, each with what the specification says of it. */
  #plugged: readonly PluggedDevice[] = [];
  #devices: readonly VirtioDevice[] = [];
  #balloon: Balloon | undefined;
  readonly counting: DeviceCounters = new DeviceCounters(this);
  readonly slots: readonly VirtioSlot[];
  /** Disks whose content is in layers, by their index. */
  readonly #layered = new Map<number, LayeredDisk>();
  /** What is broken of its disks, by their index. */
  readonly #faults = new Map<number, DiskFaults>();
  /** What its screen shows, if it has one. */
  readonly display: Display | undefined;
  /** Disks behind registers that the hypervisor plays, in the order of their windows. */
  readonly ideDisks: readonly Emulated<IdeDisk>[];
  /** The same of cards. */
  readonly ethocCards: readonly Emulated<EthocCard>[];
  /** Devices of the host that it is given whole, on no bus of the hypervisor's making. */
  #passed: readonly PassedDevice[];

  constructor(options: ViocOptions) {
    const { spec, memory } = options;
    this.#options = options;
    this.storage = options.storage;
    this.plic = new Plic({ contexts: possibleVcpus(spec), onChange: options.onInterrupt });
    const serialByte = new Uint8Array(1);
    this.uart = new Uart({
      line: this.plic.line(PLATFORM.uart.irq),
      output: (byte) => {
        serialByte[0] = byte;
        options.onSerial(serialByte);
      },
    });
    this.rtc = new Rtc({
      ...{ channel: `${options.name}.rtc`, events: options.events, now: options.now, date: options.date },
      line: this.plic.line(PLATFORM.rtc.irq),
    });
    const wanted = wantedDevices(spec, options.registries);
    this.#setPlugged(wanted.map((each) => this.#make(each, spec)));
    this.display = this.devices.find(({ display }) => display !== undefined)?.display ?? options.frameBuffer;
    const packedRings = spec.virtqueues === 'packed';
    this.slots = Array.from({ length: VIRTIO_SLOTS }, (_, index) => {
      const { irq } = virtioWindow(index);
      const name = `virtio${index}`;
      const slot = new VirtioSlot({ name, memory, line: this.plic.line(irq), packedRings });
      const found = this.#plugged.find((each) => each.slot === index);
      if (found !== undefined) slot.plug(found.device);
      return slot;
    });
    this.#passed = passedDevices(spec).map((whole) => whole.cabled(options.connect));
    this.ideDisks =
      placesOf('hypervisor', spec.disks).length === 0
        ? []
        : EMULATION.code.here.emulatedDisks(spec, {
            ...{ name: options.name, memory, events: options.events, now: options.now },
            ...{ kindsFor: (disk) => this.#kindsFor(disk), opener: options.storage.opener },
            faultsOf: (disk) => this.#faultsOf(disk, spec),
            line: (source) => this.plic.line(source),
          });
    this.ethocCards =
      placesOf('hypervisor', spec.nics).length === 0
        ? []
        : EMULATION.code.here.emulatedCards(spec, {
            memory,
            line: (source) => this.plic.line(source),
            connect: (card, nic, receive) => this.#connect(card, nic, receive),
          });
    this.bus.attach(this.plic, PLATFORM.plic.base, PLATFORM.plic.size);
    this.bus.attach(this.rtc, PLATFORM.rtc.base, PLATFORM.rtc.size);
    this.bus.attach(this.uart, PLATFORM.uart.base, PLATFORM.uart.size);
    this.slots.forEach((slot, index) => {
      const { base, size } = virtioWindow(index);
      this.bus.attach(slot, base, size);
    });
    for (const { device, window } of this.ideDisks) this.bus.attach(device, window.base, window.size);
    for (const { device, window } of this.ethocCards) this.bus.attach(device, window.base, window.size);
  }

  /** What the content of a disk can lie in, by its place in the specification, however it is given. */
  #kindsFor(disk: number): readonly DiskKind[] {
    const { registries, layers, unkept } = this.#options;
    const own = { ...layers, unkept: unkept.bind(undefined, disk) };
    return withLayers(registries.disks, own, (content) => {
      if (content instanceof LayeredDisk) this.#layered.set(disk, content);
    });
  }

  #faultsOf(disk: number, { disks }: VmSpec): DiskFaults {
    const { readErrors: reads, writeErrors: writes } = disks[disk] ?? {};
    const faults = new DiskFaults({
      ...{ reads, writes, hold: (why) => this.#options.hold(why, disk) },
      told: (why) => this.#options.tell(`disk.flushFailed.${why}`, { disk }),
    });
    this.#faults.set(disk, faults);
    return faults;
  }

  #make(device: WantedDevice, spec: VmSpec): PluggedDevice {
    const { spec: wanted, index, further } = device;
    const { name, memory, events, now, isRunning, tell, storage, registries, seed } = this.#options;
    const place = this.#placeOf(wanted.kind, index, spec);
    const environment: DeviceEnvironment = {
      channel: `${name}.${wanted.kind}${index}`,
      ...{ events, now, isRunning, tell, openDrive: storage.opener(place) },
      connect: (nic, receive) => this.#connect(place, nic, receive),
      disks: this.#kindsFor(place),
      ...(wanted.kind === BLOCK_KIND.id ? { faults: this.#faultsOf(place, spec) } : {}),
      pages: memory,
      // Those that a specification names draw other numbers than those that every VM has.
      seed: seed ^ (further << 16),
      serial: `${spec.name}-${index}`,
      output: this.#options.onConsole,
    };
    return { ...device, place, device: createKind(registries.devices, wanted, environment) };
  }
  /** Of a virtio device of a kind: where it stands in the specification, beside those that are given otherwise. */
  #placeOf(kind: string, index: number, spec: VmSpec): number {
    if (kind === BLOCK_KIND.id) return placesBehind('queues', spec.disks)[index] ?? index;
    return (kind === NET_KIND.id ? placesBehind('queues', spec.nics)[index] : undefined) ?? index;
  }
  #connect(card: number, nic: NicSpec, receive: Transmit): Cable {
    const { mac, connect, cardInUse } = this.#options;
    const inUse = (isInUse: boolean): void => cardInUse?.(card, isInUse);
    return { mac: mac(card, nic.mac), transmit: connect(card, nic, receive), inUse };
  }

  /** Puts the device that a specification has for a slot into it; the guest finds it when it looks. */
  plugWanted(spec: VmSpec, slot: number): void {
    const whole = passedDevices(spec).find((each) => each.slot === slot);
    if (whole !== undefined) this.#setPassed([...this.#passed, whole.cabled(this.#options.connect)]);
    const wanted = wantedDevices(spec, this.#options.registries).find((each) => each.slot === slot);
    if (wanted === undefined) return;
    const made = this.#make(wanted, spec);
    this.#setPlugged([...this.#plugged, made]);
    this.slots[wanted.slot]?.plug(made.device);
  }
  /** Takes the device of a slot out, whatever its driver is at. */
  takeOut(slot: number): void {
    const found = this.#plugged.find((each) => each.slot === slot);
    this.slots[slot]?.unplug();
    this.#setPassed(this.#passed.filter((each) => each.slot !== slot));
    this.#setPlugged(this.#plugged.filter((each) => each !== found));
    if (found?.spec.kind !== BLOCK_KIND.id) return;
    this.#layered.delete(found.place);
    this.#faults.delete(found.place);
  }

  get passed(): readonly PassedDevice[] {
    return this.#passed;
  }
  #setPassed(passed: readonly PassedDevice[]): void {
    this.#passed = passed;
    this.counting.changed();
  }

  /** By kind, and within a kind in the order of the specification. */
  get devices(): readonly VirtioDevice[] {
    return this.#devices;
  }
  /** Once for each change: the list is asked for all the time. */
  #setPlugged(plugged: readonly PluggedDevice[]): void {
    this.#plugged = plugged;
    this.#devices = plugged.map(({ device }) => device);
    this.#balloon = this.#devices.find(({ balloon }) => balloon !== undefined)?.balloon;
    this.counting.changed();
  }
  /** A card of the specification, if it is there. */
  card(place: number): Card | undefined {
    const played = this.ethocCards.find((card) => card.place === place)?.device;
    const passed = this.passed.find(({ sort, index }) => sort === 'card' && index === place);
    return played ?? passed ?? this.device(NET_KIND.id, place);
  }
  /** The virtio device of a kind at a place of the specification, if it is there. */
  device(kind: string, place: number): VirtioDevice | undefined {
    return this.#plugged.find((each) => each.spec.kind === kind && each.place === place)?.device;
  }
  get layered(): ReadonlyMap<number, LayeredDisk> {
    return this.#layered;
  }

  /** When a device next ends something that takes it time; Infinity while none is at anything. */
  get nextEventAt(): VirtualNs {
    const { name, events } = this.#options;
    return Math.min(events.nextOf(`${name}.`), this.storage.nextAt());
  }
  /** The virtio device that is a terminal. */
  get terminal(): VirtioDevice | undefined {
    return this.devices.find(({ input }) => input !== undefined);
  }
  /** Where its guest agent is reached, if it has a port for one: the first. */
  get bytePort(): BytePort | undefined {
    return this.devices.find(({ bytePort }) => bytePort !== undefined)?.bytePort;
  }
  /** Its memory balloon, if it has one: the first, where it has several. */
  get balloon(): Balloon | undefined {
    return this.#balloon;
  }
  /** Takes what a person does with keyboard, pointer or fingers; it may have no such device, or too much may wait for it. */
  gesture(gesture: Gesture): 'taken' | 'none' | 'full' {
    const device = this.devices.find(({ gestures }) => gestures === gesture.kind);
    if (device?.gesture === undefined) return 'none';
    return device.gesture(gesture) ? 'taken' : 'full';
  }
  /** Bytes that the content of disk `index` takes. */
  diskBytes(index: number): number {
    const behindRegisters = this.ideDisks.find(({ place }) => place === index)?.device;
    const whole = this.#passed.find((each) => each.sort === 'disk' && each.index === index)?.device;
    return (whole ?? behindRegisters ?? this.device(BLOCK_KIND.id, index))?.allocatedBytes ?? 0;
  }
  /** What the devices of a kind have counted together. */
  counted(kind: string, counter: string): number {
    return this.counting.sum(kind, counter);
  }
  /** The same counter by counter. */
  count(kind: string, counters: readonly string[], into: Float64Array): void {
    this.counting.sums(kind, counters, into);
  }

  /** Disks that the guest finds behind registers, whoever answers there. */
  get registerDisks(): number {
    return placesBehind('registers', this.#options.spec.disks).length;
  }
  /** The same of cards, and whether their frames lie in the card: in the order of their windows. */
  get registerCards(): readonly { readonly hasOwnMemory: boolean }[] {
    const isPlayed = (place: number) => this.ethocCards.find((card) => card.place === place)?.device;
    return placesBehind('registers', this.#options.spec.nics).map(
      (place) => isPlayed(place) ?? { hasOwnMemory: false },
    );
  }

  /** A disk whose content is in layers, by its index. */
  layeredDisk(disk: number): Result<LayeredDisk> {
    const found = this.layered.get(disk);
    return found === undefined ? fail('disk.notLayered', { disk }) : ok(found);
  }

  /** What is broken of a disk, by its index. */
  faultsOf(disk: number): DiskFaults | undefined {
    return this.#faults.get(disk);
  }

  /** The PLIC source that a device of the bus raises; 0: none. */
  sourceOf(device: MmioDevice): number {
    if (device === this.uart) return PLATFORM.uart.irq;
    if (device === this.rtc) return PLATFORM.rtc.irq;
    const slots: readonly MmioDevice[] = this.slots;
    const index = slots.indexOf(device);
    if (index >= 0) return virtioWindow(index).irq;
    const behindRegisters: readonly { readonly device: MmioDevice; readonly window: { irq: number } }[] = [
      ...this.ideDisks,
      ...this.ethocCards,
    ];
    return behindRegisters.find((each) => each.device === device)?.window.irq ?? 0;
  }

  /** A page of the VM's is there that was on its way: devices that wait for one go on. */
  pageArrived(): void {
    for (const slot of this.slots) slot.pageArrived();
    for (const { device } of this.ideDisks) device.pageArrived();
    for (const { device } of this.ethocCards) device.pageArrived();
  }

  /** Its VM is a copy: what devices have of their own is this VM's. */
  becomeCopy(runs: boolean): void {
    for (const device of this.devices) device.becomeCopy?.(runs);
    for (const { device } of this.ethocCards) device.becomeCopy(runs);
  }

  /** The VM goes on: devices try again what they could not do. */
  retry(): void {
    this.pageArrived();
    for (const device of this.devices) device.retry?.();
    for (const { device } of this.ideDisks) device.retry();
  }

  /** Its VM has come to another place of the network. */
  announce(): void {
    for (const device of this.devices) device.announce?.();
  }

  /** Takes all devices out: no event of theirs stays behind. */
  unplug(): void {
    for (const slot of this.slots) slot.unplug();
    for (const { device } of this.ideDisks) device.close();
    this.rtc.close();
  }
}
