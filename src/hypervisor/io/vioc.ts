/**
 * The virtual I/O controller of one VM: its bus with a window for each device, its slots, and the wire from each to an interrupt.
 * It is built from the VM's specification, and wires devices to each other's doors; what a device does is its own affair.
 */
import type { EventCode } from '#base/catalogue/error-codes';
import type { DiskCount } from '#base/catalogue/metrics';
import { type ErrorData, fail, ok, type Result } from '#base/result';
import type { NicSpec, VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { MmioDevice } from '#machine/devices/device';
import type { DiskKind } from '#machine/devices/disk/disk';
import type { OpenDrive } from '#machine/devices/disk/drive';
import type { DiskLayers } from '#machine/devices/disk/layers/layer';
import { LayeredDisk } from '#machine/devices/disk/layers/layered-disk';
import { withLayers } from '#machine/devices/disk/layers/with-layers';
import type { Display } from '#machine/devices/display/display';
import type { GuestMemory, GuestPages } from '#machine/devices/guest-memory';
import type { IdeDisk } from '#machine/devices/ide/device';
import { MmioBus } from '#machine/devices/mmio-bus';
import { ideWindow, PLATFORM, VIRTIO_SLOTS, virtioWindow } from '#machine/devices/platform';
import { Plic } from '#machine/devices/plic/device';
import { Uart } from '#machine/devices/uart/device';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import { BLOCK_KIND } from '#machine/devices/virtio/block/kind';
import type { Cable, DeviceEnvironment, Transmit } from '#machine/devices/virtio/device-kind';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import type { BytePort, VirtioDevice } from '#machine/devices/virtio/virtio-device';
import type { EventQueue } from '#machine/event-queue';
import { createKind } from '#machine/kind';
import { disksBehind, emulatedDisks } from './emulated-disks.ts';
import { type DeviceRegistries, wantedDevices } from './wanted-devices.ts';

/** Where a VM's disks lie. */
export interface VmStorage {
  opener(index: number): OpenDrive;
  /** When a request of theirs is next done; Infinity while none is served. */
  nextAt(): VirtualNs;
  counted(count: DiskCount): number;
}

export interface ViocOptions {
  readonly spec: VmSpec;
  /** Prefix of the channels of its events: unique on the host. */
  readonly name: string;
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
  /** Hardware address of card `index`; as given, where it is. */
  readonly mac: (index: number, given: string | undefined) => Uint8Array;
  readonly isRunning: () => boolean;
  /** Tells people what the guest does, or does not. */
  readonly tell: (code: EventCode, data: ErrorData) => void;
  readonly registries: DeviceRegistries;
  /** Where disks find what they lie on. */
  readonly layers: DiskLayers;
  /** Its screen, if that is memory. */
  readonly frameBuffer: Display | undefined;
  readonly storage: VmStorage;
}

export class Vioc {
  readonly #options: Pick<ViocOptions, 'name' | 'events'>;
  readonly storage: VmStorage;
  readonly bus: MmioBus = new MmioBus();
  readonly plic: Plic;
  readonly uart: Uart;
  /** In the order of their slots. */
  readonly devices: readonly VirtioDevice[];
  readonly slots: readonly VirtioSlot[];
  /** Disks whose content is in layers, by their index. */
  readonly layered: ReadonlyMap<number, LayeredDisk>;
  /** What its screen shows, if it has one. */
  readonly display: Display | undefined;
  /** Disks behind registers, in the order of their windows. */
  readonly ideDisks: readonly IdeDisk[];

  constructor(options: ViocOptions) {
    const { spec, name, memory, events, now, isRunning, tell, storage } = options;
    this.#options = { name, events };
    this.storage = storage;
    this.plic = new Plic({ contexts: spec.vcpus, onChange: options.onInterrupt });
    const serialByte = new Uint8Array(1);
    this.uart = new Uart({
      line: this.plic.line(PLATFORM.uart.irq),
      output: (byte) => {
        serialByte[0] = byte;
        options.onSerial(serialByte);
      },
    });
    let cards = 0;
    const connect = (nic: NicSpec, receive: Transmit): Cable => {
      const card = cards++;
      return { mac: options.mac(card, nic.mac), transmit: options.connect(card, nic, receive) };
    };
    const { devices: kinds } = options.registries;
    const layered = new Map<number, LayeredDisk>();
    this.layered = layered;
    // By the place of the disk in the specification, however it is given.
    const kindsFor = (disk: number): readonly DiskKind[] =>
      withLayers(options.registries.disks, options.layers, (content) => {
        if (content instanceof LayeredDisk) layered.set(disk, content);
      });
    const behindQueues = disksBehind('queues', spec);
    const devices = wantedDevices(spec, options.registries).map(({ spec: wanted, index, further }) => {
      const disk = behindQueues[index] ?? index;
      const environment: DeviceEnvironment = {
        channel: `${name}.${wanted.kind}${index}`,
        ...{ events, now, connect, isRunning, tell, openDrive: storage.opener(disk) },
        disks: kindsFor(disk),
        pages: memory,
        // Those that a specification names draw other numbers than those that every VM has.
        seed: options.seed ^ (further << 16),
        serial: `${spec.name}-${index}`,
        output: options.onConsole,
      };
      return createKind(kinds, wanted, environment);
    });
    this.devices = devices;
    this.display = devices.find(({ display }) => display !== undefined)?.display ?? options.frameBuffer;
    this.slots = Array.from({ length: VIRTIO_SLOTS }, (_, index) => {
      const { irq } = virtioWindow(index);
      const slot = new VirtioSlot({ name: `virtio${index}`, memory, line: this.plic.line(irq) });
      const device = devices[index];
      if (device !== undefined) slot.plug(device);
      return slot;
    });
    this.ideDisks = emulatedDisks(spec, {
      ...{ name, memory, events, now, kindsFor, opener: storage.opener },
      line: (source) => this.plic.line(source),
    });
    this.bus.attach(this.plic, PLATFORM.plic.base, PLATFORM.plic.size);
    this.bus.attach(this.uart, PLATFORM.uart.base, PLATFORM.uart.size);
    this.slots.forEach((slot, index) => {
      const { base, size } = virtioWindow(index);
      this.bus.attach(slot, base, size);
    });
    this.ideDisks.forEach((disk, index) => {
      const { base, size } = ideWindow(index);
      this.bus.attach(disk, base, size);
    });
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
    return this.devices.find(({ balloon }) => balloon !== undefined)?.balloon;
  }
  /** Takes what a person does with keyboard, pointer or fingers; it may have no such device, or too much may wait for it. */
  gesture(gesture: Gesture): 'taken' | 'none' | 'full' {
    const device = this.devices.find(({ gestures }) => gestures === gesture.kind);
    if (device?.gesture === undefined) return 'none';
    return device.gesture(gesture) ? 'taken' : 'full';
  }
  /** Bytes that the content of disk `index` takes. */
  diskBytes(index: number): number {
    return this.devices.filter(({ kind }) => kind === 'block')[index]?.allocatedBytes ?? 0;
  }
  /** What the devices of a kind have counted together. */
  counted(kind: string, counter: string): number {
    const counts = (counters: Readonly<Record<string, number>>): number => counters[counter] ?? 0;
    const behindQueues = this.devices.filter((device) => device.kind === kind);
    const behindRegisters = kind === BLOCK_KIND.id ? this.ideDisks : [];
    return [...behindQueues, ...behindRegisters].reduce((sum, { counters }) => sum + counts(counters), 0);
  }

  /** A disk whose content is in layers, by its index. */
  layeredDisk(disk: number): Result<LayeredDisk> {
    const found = this.layered.get(disk);
    return found === undefined ? fail('disk.notLayered', { disk }) : ok(found);
  }

  /** The PLIC source that a device of the bus raises; 0: none. */
  sourceOf(device: MmioDevice): number {
    if (device === this.uart) return PLATFORM.uart.irq;
    const slots: readonly MmioDevice[] = this.slots;
    const index = slots.indexOf(device);
    if (index >= 0) return virtioWindow(index).irq;
    const disks: readonly MmioDevice[] = this.ideDisks;
    const disk = disks.indexOf(device);
    return disk < 0 ? 0 : ideWindow(disk).irq;
  }

  /** A page of the VM's is there that was on its way: devices that wait for one go on. */
  pageArrived(): void {
    for (const slot of this.slots) slot.pageArrived();
    for (const disk of this.ideDisks) disk.pageArrived();
  }

  /** Takes all devices out: no event of theirs stays behind. */
  unplug(): void {
    for (const slot of this.slots) slot.unplug();
    for (const disk of this.ideDisks) disk.close();
  }
}
