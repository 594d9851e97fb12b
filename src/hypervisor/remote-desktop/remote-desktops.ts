/** The remote desktops of a host: servers of screens of its VMs, and viewers of others, each at a port of a switch like a card. */
import { LIMITS } from '#base/catalogue/limits';
import type { RemoteDesktopSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { VirtualNs } from '#base/virtual-time';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { EventQueue } from '#machine/event-queue';
import { DesktopServer, type ServedDesktop } from './server.ts';
import type { RemoteDesktopsState } from './state.ts';
import { DesktopViewer } from './viewer.ts';

export interface RemoteDesktopsOptions {
  readonly host: string;
  readonly specs: readonly RemoteDesktopSpec[];
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  /** Screen and input of a VM, while that is here. */
  readonly desktopOf: (vm: string) => ServedDesktop | undefined;
  /** Of the lab. */
  readonly seed: number;
  /** Plugs one in as if it were a card of a VM in that slot. */
  readonly connect: (slot: number, name: string, switchName: string, receive: Transmit) => Transmit;
}

export class RemoteDesktops {
  readonly #servers: DesktopServer[] = [];
  readonly #viewers: DesktopViewer[] = [];

  constructor({ host, specs, connect, events, now, desktopOf, seed }: RemoteDesktopsOptions) {
    for (const [index, { role, vm, switch: switchName }] of specs.entries()) {
      let receive: (frame: Uint8Array) => void = () => undefined;
      // Behind the places of VMs: to the network it is a card like theirs.
      const slot = LIMITS.vms + index;
      const transmit = connect(slot, `${role} ${vm}`, switchName, (frame) => receive(frame));
      const common = { host, vm, now, transmit };
      if (role === 'server') {
        const server = new DesktopServer({ ...common, seed, desktop: () => desktopOf(vm) });
        receive = (frame) => server.receive(frame);
        this.#servers.push(server);
      } else {
        const viewer = new DesktopViewer({ ...common, channel: `desktop/${index}`, events });
        receive = (frame) => viewer.receive(frame);
        this.#viewers.push(viewer);
      }
    }
  }

  /** Who shows the screen of a VM here. */
  viewerOf(vm: string): DesktopViewer | undefined {
    return this.#viewers.find((viewer) => viewer.vm === vm);
  }

  capture(): RemoteDesktopsState {
    return {
      servers: this.#servers.map((server) => server.capture()),
      viewers: this.#viewers.map((viewer) => viewer.capture()),
    };
  }
  restore({ servers, viewers }: RemoteDesktopsState): void {
    if (servers.length !== this.#servers.length || viewers.length !== this.#viewers.length)
      throw new SnapshotFormatError('other remote desktops');
    for (const [index, server] of this.#servers.entries()) server.restore(servers[index]!);
    for (const [index, viewer] of this.#viewers.entries()) viewer.restore(viewers[index]!);
  }
}
