/** The cards of a VM that lie behind registers, which the hypervisor plays: each in a window of its own on the VM's bus. */
import { diskWayOf } from '#base/catalogue/disk-ways';
import type { NicSpec, VmSpec } from '#base/scenario';
import type { InterruptLine } from '#machine/devices/device';
import { EthocCard } from '#machine/devices/ethoc/device';
import { PACKET_MEMORY } from '#machine/devices/ethoc/sizes';
import type { GuestMemory } from '#machine/devices/guest-memory';
import { ethocWindow } from '#machine/devices/platform';
import type { Cable, Transmit } from '#machine/devices/virtio/device-kind';
import { type Emulated, placesOf } from './behind-registers.ts';

export interface EmulatedCardsOptions {
  readonly memory: GuestMemory;
  /** The wire of an interrupt source. */
  readonly line: (source: number) => InterruptLine;
  /** Connects a card of the specification to its switch. */
  readonly connect: (card: number, nic: NicSpec, receive: Transmit) => Cable;
}

/** Makes the emulated ones, in the order of their windows. */
export function emulatedCards(
  spec: VmSpec,
  { memory, line, connect }: EmulatedCardsOptions,
): Emulated<EthocCard>[] {
  return placesOf('hypervisor', spec.nics).map(({ place: card, window: index }) => {
    const nic = spec.nics[card]!;
    const window = ethocWindow(index);
    const { base, irq } = window;
    const cable = connect(card, nic, (frame) => device.receive(frame));
    const device: EthocCard = new EthocCard({
      ...cable,
      ...{ name: `ethoc${index}`, line: line(irq) },
      frames: diskWayOf(nic.way).dma ? { memory } : { base: base + PACKET_MEMORY },
    });
    return { place: card, device, window };
  });
}
