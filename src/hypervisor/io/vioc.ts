/**
 * The virtual I/O controller of one VM: its MMIO bus, interrupt controller, serial port, terminal and virtio slots. It
 * reaches the guest only through `GuestMemory` and the interrupt callback.
 */
import type { StateReader, StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import { MmioBus } from '#machine/devices/mmio-bus';
import { PLATFORM, VIRTIO_SLOTS, virtioWindow } from '#machine/devices/platform';
import { Plic } from '#machine/devices/plic/device';
import { Uart } from '#machine/devices/uart/device';
import type { EventQueue } from '#machine/event-queue';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { Terminal } from './terminal.ts';
import { VirtioBlock } from './virtio/block/device.ts';
import { MemoryDisk } from './virtio/block/memory-disk.ts';
import { VirtioConsole } from './virtio/console/device.ts';
import { VirtioSlot } from './virtio/mmio-transport.ts';
import { VirtioNet } from './virtio/net/device.ts';
import { VirtioRng } from './virtio/rng/device.ts';
import type { VirtioDevice } from './virtio/virtio-device.ts';

export interface ViocOptions {
  /** The VM's name: makes the channels of its events unique on the host. */
  readonly vm: string;
  readonly vcpus: number;
  readonly memory: GuestMemory;
  readonly events: EventQueue;
  /** Virtual time of the vCPU that is accessing a device, or of the host. */
  readonly now: () => VirtualNs;
  /** The supervisor external interrupt of a vCPU changes (VSEIP). */
  readonly onInterrupt: (vcpu: number, pending: boolean) => void;
}

export interface DiskOptions {
  readonly sizeBytes: number;
  readonly image?: Uint8Array;
  readonly readOnly?: boolean;
}

export interface CardOptions {
  readonly mac: Uint8Array;
  /** Takes frames that the guest sends; they are valid only during the call. */
  readonly transmit: (frame: Uint8Array) => void;
}

/** Slot 0 holds the console; further devices take the first free slot. */
export class Vioc {
  readonly bus: MmioBus = new MmioBus();
  readonly plic: Plic;
  readonly uart: Uart;
  readonly terminal: Terminal;
  readonly console: VirtioConsole;
  readonly slots: readonly VirtioSlot[];
  readonly #options: ViocOptions;

  constructor(options: ViocOptions) {
    this.#options = options;
    this.plic = new Plic({ contexts: options.vcpus, onChange: options.onInterrupt });
    this.uart = new Uart({
      line: this.plic.line(PLATFORM.uart.irq),
      output: (byte) => this.terminal.writeByte('uart', byte),
    });
    this.console = new VirtioConsole({
      channel: this.#channel(0),
      events: options.events,
      now: options.now,
      output: (bytes) => this.terminal.write('virtio', bytes),
    });
    this.terminal = new Terminal({
      uart: (bytes) => this.uart.input(bytes),
      virtio: (bytes) => this.console.input(bytes),
    });
    this.bus.attach(this.plic, PLATFORM.plic.base, PLATFORM.plic.size);
    this.bus.attach(this.uart, PLATFORM.uart.base, PLATFORM.uart.size);
    this.slots = Array.from({ length: VIRTIO_SLOTS }, (_, index) => {
      const { base, size, irq } = virtioWindow(index);
      const slot = new VirtioSlot({
        name: `virtio${index}`,
        memory: options.memory,
        line: this.plic.line(irq),
      });
      this.bus.attach(slot, base, size);
      return slot;
    });
    this.slots[0]!.plug(this.console);
  }

  /** Adds a disk; `undefined` when no slot is free. */
  addDisk(options: DiskOptions): VirtioBlock | undefined {
    const slot = this.#freeSlot();
    if (slot < 0) return undefined;
    const disk = new VirtioBlock({
      channel: this.#channel(slot),
      events: this.#options.events,
      now: this.#options.now,
      disk: new MemoryDisk(options.sizeBytes, options.image),
      serial: `${this.#options.vm}-${slot}`,
      readOnly: options.readOnly ?? false,
    });
    return this.#plug(slot, disk);
  }

  /** Adds a network card; `undefined` when no slot is free. */
  addCard(options: CardOptions): VirtioNet | undefined {
    const slot = this.#freeSlot();
    return slot < 0 ? undefined : this.#plug(slot, new VirtioNet(options));
  }

  /** Adds a source of entropy; `undefined` when no slot is free. */
  addRng(seed: number): VirtioRng | undefined {
    const slot = this.#freeSlot();
    return slot < 0 ? undefined : this.#plug(slot, new VirtioRng({ seed }));
  }

  /** State after power-on, for a VM that is reset; disks keep their content. */
  reset(): void {
    this.bus.reset();
    this.terminal.reset();
  }

  /** Takes all devices out: no event of this VM stays behind. */
  close(): void {
    for (const slot of this.slots) slot.unplug();
  }

  save(w: StateWriter): void {
    w.section('vioc');
    this.bus.save(w);
    this.terminal.save(w);
  }

  /** Needs the same devices in the same slots. Events are the queue's to load. */
  load(r: StateReader): void {
    r.section('vioc');
    this.bus.load(r);
    this.terminal.load(r);
  }

  #plug<T extends VirtioDevice>(slot: number, device: T): T {
    this.slots[slot]!.plug(device);
    return device;
  }

  #freeSlot(): number {
    return this.slots.findIndex((slot) => slot.device === undefined);
  }

  #channel(slot: number): string {
    return `vm/${this.#options.vm}/virtio${slot}`;
  }
}
