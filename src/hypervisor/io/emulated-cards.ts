/** The cards of a VM that lie behind registers, which the hypervisor plays: each in a window of its own on the VM's bus. */
import { diskWayOf } from '#base/catalogue/disk-ways';
import type { NicSpec, VmSpec } from '#base/scenario';
import type { InterruptLine } from '#machine/devices/device';
import { EthocCard } from '#machine/devices/ethoc/device';
import { PACKET_MEMORY } from '#machine/devices/ethoc/registers';
import type { GuestMemory } from '#machine/devices/guest-memory';
import { ethocWindow } from '#machine/devices/platform';
import type { Cable, Transmit } from '#machine/devices/virtio/device-kind';

export interface EmulatedCardsOptions {
  readonly memory: GuestMemory;
  /** The wire of an interrupt source. */
  readonly line: (source: number) => InterruptLine;
  /** Connects a card of the specification to its switch. */
  readonly connect: (card: number, nic: NicSpec, receive: Transmit) => Cable;
}

/** Cards of a specification that a guest drives by registers or by queues: their places among all. */
export function cardsBehind(what: 'registers' | 'queues', { nics }: VmSpec): number[] {
  const isMeant = ({ way }: NicSpec): boolean => diskWayOf(way).registers === (what === 'registers');
  return nics.flatMap((nic, card) => (isMeant(nic) ? [card] : []));
}

/** Makes the emulated ones, in the order of their windows. */
export function emulatedCards(spec: VmSpec, { memory, line, connect }: EmulatedCardsOptions): EthocCard[] {
  return cardsBehind('registers', spec).map((card, index) => {
    const nic = spec.nics[card]!;
    const { base, irq } = ethocWindow(index);
    const cable = connect(card, nic, (frame) => device.receive(frame));
    const device: EthocCard = new EthocCard({
      ...cable,
      ...{ name: `ethoc${index}`, line: line(irq) },
      frames: diskWayOf(nic.way).dma ? { memory } : { base: base + PACKET_MEMORY },
    });
    return device;
  });
}
