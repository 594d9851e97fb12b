/**
 * A physical network card, on the host's own bus: registers, and frames in memory, which it reaches through the IOMMU. Its cable ends at
 * a port of a switch; each switch has one of each sort: one with descriptors behind registers, and one whose controller is virtio's, for
 * which guests have drivers. Its address is its own, whoever has it.
 */

import type { VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { EthocCard } from '#machine/devices/ethoc/device';
import { HOST_PLATFORM, type PlatformWindow } from '#machine/devices/platform';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import { VirtioSlot } from '#machine/devices/virtio/mmio-transport';
import { HardwareNet } from '#machine/devices/virtio/net/hardware';
import type { EventQueue } from '#machine/event-queue';
import { HostDevice, type HostDeviceOptions, numberIn } from './host-device.ts';
import { FIRST_CARD, FIRST_VIRTIO_CARD } from './state.ts';

export interface HostCardOptions extends HostDeviceOptions {
  /** The switch, and its place among those of the host. */
  readonly name: string;
  readonly number: number;
  /** Low byte of the scenario's seed: cards of other labs have other addresses. */
  readonly seed: number;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

/** What every card is to who has it. */
interface Card {
  readonly mac: Uint8Array;
  readonly linkUp: boolean;
  setLink(up: boolean): void;
  receive(frame: Uint8Array): void;
}

export abstract class HostCard extends HostDevice {
  abstract readonly card: Card;
  /** Takes what it sends, while somebody has it. */
  transmit: Transmit | undefined;
  readonly #now: () => VirtualNs;
  /** Its way to memory is taken by walks of the IOMMU until then. */
  #freeAt: VirtualNs = 0;

  constructor({ base, size }: PlatformWindow, first: number, options: HostCardOptions) {
    super(options.name, first + options.number, base + size * options.number, options);
    const { now } = options;
    this.#now = now;
    this.port.onWalk = (ns) => {
      this.#freeAt = Math.max(now(), this.#freeAt) + ns;
    };
  }

  override get freeInNs(): VirtualNs {
    return Math.max(0, this.#freeAt - this.#now());
  }
  override restoreWay(freeInNs: VirtualNs): void {
    this.#freeAt = this.#now() + freeInNs;
  }

  override close(): void {
    super.close();
    this.restoreWay(0);
    this.transmit = undefined;
  }
}

/** Locally administered, as those of VMs, which have 00 for the third byte. */
function macOf({ seed, number }: HostCardOptions, sort: number): Uint8Array {
  return Uint8Array.of(0x52, 0x54, 0x01, seed & 0xff, sort, number);
}

export class HostEthoc extends HostCard {
  readonly mmio: EthocCard;

  constructor(options: HostCardOptions) {
    super(HOST_PLATFORM.ethoc, FIRST_CARD, options);
    const { number, events, now } = options;
    const name = `physical-card-${number}`;
    this.mmio = new EthocCard({
      ...{ name, frames: { memory: this.port } },
      way: {
        ...{ channel: name, events, now, freeInNs: () => this.freeInNs },
        reach: (address, length) => this.port.reach(address, length),
      },
      mac: macOf(options, 0),
      line: { set: (level) => this.setLine(level) },
      transmit: (frame) => this.transmit?.(frame),
    });
  }
  get card(): Card {
    return this.mmio;
  }
}

export class HostVirtioCard extends HostCard {
  readonly mmio: VirtioSlot;
  readonly card: HardwareNet;

  constructor(options: HostCardOptions) {
    super(HOST_PLATFORM.virtioCard, FIRST_VIRTIO_CARD, options);
    const { number, events, now } = options;
    const name = `${VIRTIO_NAME}${number}`;
    this.card = new HardwareNet({
      ...{ channel: name, events, now, mac: macOf(options, 1) },
      transmit: (frame) => this.transmit?.(frame),
      freeInNs: () => this.freeInNs,
    });
    this.mmio = new VirtioSlot({
      ...{ name, memory: this.port },
      line: { set: (level) => this.setLine(level) },
    });
    this.mmio.plug(this.card);
  }

  override get counters(): Counters<string> {
    return this.card.counters;
  }
}

const VIRTIO_NAME = 'physical-virtio-card-';
/** The number of the switch whose card that is; nothing for what is none. */
export function virtioCardOf(name: string): number | undefined {
  return numberIn(name, VIRTIO_NAME);
}
