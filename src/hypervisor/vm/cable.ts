/** The cable of a VM's card, on which is heard what somebody wants to know of its frames. */
import type { NicSpec } from '#base/scenario';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { HostNetwork } from '../network/host-network.ts';
import type { FrameDoor } from './home.ts';
import type { Vm } from './vm.ts';

/** Plugs a card in, while the VM is still being built; the result takes frames from it. */
export function connectCard(
  { network, noteFrame }: FrameDoor & { readonly network: HostNetwork },
  vm: () => Pick<Vm, 'answers'>,
  name: string,
  ...[slot, card, nic, receive]: [slot: number, card: number, nic: NicSpec, receive: Transmit]
): Transmit {
  const transmit = network.connect(slot, card, `${name}/${card}`, nic, (frame) => {
    noteFrame(slot, frame, false);
    vm().answers.note(frame, false);
    receive(frame);
  });
  return (frame) => {
    noteFrame(slot, frame, true);
    vm().answers.note(frame, true);
    transmit(frame);
  };
}
