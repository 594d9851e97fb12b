/**
 * The devices of one VM on its bus, built from its specification: PLIC, serial port, console, entropy, disks, cards. It
 * wires them to each other's doors; what a device does is its own affair.
 */
import { fail, ok, type Result } from '#base/result';
import type { NicSpec, VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { MmioDevice } from '#machine/devices/device';
import type { GuestMemory } from '#machine/devices/guest-memory';
import { MmioBus } from '#machine/devices/mmio-bus';
import { PLATFORM, VIRTIO_SLOTS, virtioWindow } from '#machine/devices/platform';
import { Plic } from '#machine/devices/plic/device';
import { Uart } from '#machine/devices/uart/device';
import { VirtioBlock } from '#machine/devices/virtio/block/device';
import { MemoryDisk } from '#machine/devices/virtio/block/memory-disk';
import { VirtioConsole } from '#machine/devices/virtio/console/device';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { VirtioNet } from '#machine/devices/virtio/net/device';
import { VirtioRng } from '#machine/devices/virtio/rng/device';
import type { VirtioDevice } from '#machine/devices/virtio/virtio-device';
import type { EventQueue } from '#machine/event-queue';

/** A card's cable: gives a frame to the network. */
export type Transmit = (frame: Uint8Array) => void;

export interface VmDevicesOptions {
  readonly spec: VmSpec;
  /** Prefix of the channels of its events: unique on the host. */
  readonly name: string;
  /** Seed of its entropy device. */
  readonly seed: number;
  readonly memory: GuestMemory;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** The PLIC changed a vCPU's external interrupt. */
  readonly onInterrupt: (vcpu: number, level: boolean) => void;
  /** Output of the serial port and of the virtio console. */
  readonly onSerial: (bytes: Uint8Array) => void;
  readonly onConsole: (bytes: Uint8Array) => void;
  /** Connects card `index` to its switch. */
  readonly connect: (index: number, nic: NicSpec, receive: Transmit) => Transmit;
  /** Hardware address of card `index`. */
  readonly mac: (index: number) => Uint8Array;
}

/** virtio devices that every VM has: console and entropy. */
const FIXED_DEVICES = 2;

/** Checks that the devices of a specification have room. */
export function checkDevices(spec: VmSpec): Result<null> {
  const wanted = FIXED_DEVICES + spec.disks.length + spec.nics.length;
  if (wanted > VIRTIO_SLOTS) return fail('vm.tooManyDevices', { devices: wanted, limit: VIRTIO_SLOTS });
  return ok(null);
}

export class VmDevices {
  readonly bus: MmioBus = new MmioBus();
  readonly plic: Plic;
  readonly uart: Uart;
  readonly console: VirtioConsole;
  readonly rng: VirtioRng;
  readonly disks: readonly VirtioBlock[];
  readonly nics: readonly VirtioNet[];
  readonly slots: readonly VirtioSlot[];

  constructor(options: VmDevicesOptions) {
    const { spec, name, memory, events, now } = options;
    this.plic = new Plic({ contexts: spec.vcpus, onChange: options.onInterrupt });
    const serialByte = new Uint8Array(1);
    this.uart = new Uart({
      line: this.plic.line(PLATFORM.uart.irq),
      output: (byte) => {
        serialByte[0] = byte;
        options.onSerial(serialByte);
      },
    });
    this.console = new VirtioConsole({ channel: `${name}.console`, events, now, output: options.onConsole });
    this.rng = new VirtioRng({ seed: options.seed });
    this.disks = spec.disks.map(
      ({ sizeBytes }, index) =>
        new VirtioBlock({
          channel: `${name}.disk${index}`,
          events,
          now,
          disk: new MemoryDisk(sizeBytes),
          serial: `${spec.name}-${index}`.slice(0, 20),
        }),
    );
    this.nics = spec.nics.map((nic, index) => {
      const card: VirtioNet = new VirtioNet({
        mac: options.mac(index),
        transmit: (frame) => cable(frame),
      });
      const cable = options.connect(index, nic, (frame) => card.receive(frame));
      return card;
    });
    const devices: readonly VirtioDevice[] = [this.console, this.rng, ...this.disks, ...this.nics];
    this.slots = Array.from({ length: VIRTIO_SLOTS }, (_, index) => {
      const { irq } = virtioWindow(index);
      const slot = new VirtioSlot({ name: `virtio${index}`, memory, line: this.plic.line(irq) });
      const device = devices[index];
      if (device !== undefined) slot.plug(device);
      return slot;
    });
    this.bus.attach(this.plic, PLATFORM.plic.base, PLATFORM.plic.size);
    this.bus.attach(this.uart, PLATFORM.uart.base, PLATFORM.uart.size);
    this.slots.forEach((slot, index) => {
      const { base, size } = virtioWindow(index);
      this.bus.attach(slot, base, size);
    });
  }

  /** The PLIC source that a device of the bus raises; 0: none. */
  sourceOf(device: MmioDevice): number {
    if (device === this.uart) return PLATFORM.uart.irq;
    const slots: readonly MmioDevice[] = this.slots;
    const index = slots.indexOf(device);
    return index < 0 ? 0 : virtioWindow(index).irq;
  }

  /** Takes all devices out: no event of theirs stays behind. */
  unplug(): void {
    for (const slot of this.slots) slot.unplug();
  }
}
