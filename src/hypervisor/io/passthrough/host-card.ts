/**
 * A physical network card, on the host's own bus: registers with its descriptors, and frames in memory, which it reaches through the
 * IOMMU. Its cable ends at a port of a switch; each switch has one such card. Its address is its own, whoever has it.
 */

import { EthocCard } from '#machine/devices/ethoc/device';
import { HOST_PLATFORM } from '#machine/devices/platform';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import { HostDevice, type HostDeviceOptions } from './host-device.ts';
import { FIRST_CARD } from './state.ts';

export interface HostCardOptions extends HostDeviceOptions {
  /** The switch, and its place among those of the host. */
  readonly name: string;
  readonly number: number;
  /** Low byte of the scenario's seed: cards of other labs have other addresses. */
  readonly seed: number;
}

export class HostCard extends HostDevice {
  readonly mmio: EthocCard;
  /** Takes what it sends, while somebody has it. */
  transmit: Transmit | undefined;

  constructor(options: HostCardOptions) {
    const { name, number, seed } = options;
    const { base, size } = HOST_PLATFORM.ethoc;
    super(name, FIRST_CARD + number, base + size * number, options);
    this.mmio = new EthocCard({
      ...{ name: `physical-card-${number}`, frames: { memory: this.port } },
      // Locally administered, as those of VMs, which have 00 for the third byte.
      mac: Uint8Array.of(0x52, 0x54, 0x01, seed & 0xff, 0, number),
      line: { set: (level) => this.setLine(level) },
      transmit: (frame) => this.transmit?.(frame),
    });
  }

  override close(): void {
    super.close();
    this.transmit = undefined;
  }
}
