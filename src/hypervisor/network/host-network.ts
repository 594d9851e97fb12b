/**
 * The switches of a host and which card hangs at which port of which. A frame's way is the switch's affair.
 */
import type { NicSpec, PortSettings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { EventQueue } from '#machine/event-queue';
import type { StageKind } from './stages/stage.ts';
import { PORT_COUNT_LIMIT, SWITCH, type SwitchState, VirtualSwitch } from './virtual-switch.ts';

/** A card and its cable. */
interface Cable {
  readonly slot: number;
  readonly card: number;
  readonly name: string;
  readonly switchName: string;
  readonly settings: PortSettings;
  readonly receive: Transmit;
  /** -1: not plugged in (the switch does not exist). */
  port: number;
}

const NOT_PLUGGED = -1;

interface CableState {
  readonly slot: number;
  readonly card: number;
  readonly port: number;
}
export interface NetworkState {
  readonly cables: readonly CableState[];
  readonly switches: readonly SwitchState[];
}
export const NETWORK: Declaration<NetworkState> = declare('network', {
  cables: list(declare<CableState>('cable', { slot: u32, card: u32, port: integer }), upTo(4096)),
  switches: list(SWITCH, upTo(256)),
});

export class HostNetwork {
  readonly switches: ReadonlyMap<string, VirtualSwitch>;
  readonly #cables: Cable[] = [];

  constructor(
    names: readonly string[],
    stages: readonly StageKind[],
    events: EventQueue,
    now: () => VirtualNs,
  ) {
    this.switches = new Map(names.map((name) => [name, new VirtualSwitch({ name, events, now, stages })]));
  }

  /** Plugs card `card` of the VM in `slot` into a switch; the result takes frames from the card. */
  connect(slot: number, card: number, name: string, nic: NicSpec, receive: Transmit): Transmit {
    const { switch: switchName, port: settings = {} } = nic;
    const found = this.switches.get(switchName);
    const port = found?.connect(name, { receive }, settings) ?? NOT_PLUGGED;
    const cable: Cable = { slot, card, name, switchName, settings, receive, port };
    this.#cables.push(cable);
    return (frame) => {
      if (cable.port !== NOT_PLUGGED) found?.send(cable.port, frame);
    };
  }

  /** Takes all cards of a VM out. */
  disconnect(slot: number): void {
    for (let index = this.#cables.length - 1; index >= 0; index--) {
      const cable = this.#cables[index]!;
      if (cable.slot !== slot) continue;
      this.switches.get(cable.switchName)?.disconnect(cable.port);
      this.#cables.splice(index, 1);
    }
  }

  /** Which card hangs at a port. */
  cardAt(switchName: string, port: number): { readonly slot: number; readonly card: number } | undefined {
    return this.#cables.find((cable) => cable.switchName === switchName && cable.port === port);
  }

  capture(): NetworkState {
    const cables = this.#cables.map(({ slot, card, port }) => ({ slot, card, port }));
    return { cables, switches: [...this.switches.values()].map((each) => each.capture()) };
  }

  /** Needs the same VMs: plugs their cards into the ports that they had, then restores the switches. */
  restore(state: NetworkState): void {
    const cables = [...this.#cables];
    if (state.cables.length !== cables.length) throw new SnapshotFormatError('a card without a cable');
    if (state.switches.length !== this.switches.size) throw new SnapshotFormatError('other switches');
    this.#cables.length = 0;
    for (const { switchName, port } of cables) this.switches.get(switchName)?.disconnect(port);
    for (const { slot, card, port } of state.cables) {
      const cable = cables.find((other) => other.slot === slot && other.card === card);
      if (cable === undefined || this.#cables.includes(cable) || port >= PORT_COUNT_LIMIT)
        throw new SnapshotFormatError('a cable without a card');
      cable.port = port;
      this.#cables.push(cable);
    }
    for (const [index, [name, each]] of [...this.switches].entries()) {
      this.#replug(name, each);
      each.restore(state.switches[index]!);
    }
  }

  /** Ports are given in ascending order, so places of cards that are gone are filled and emptied again. */
  #replug(name: string, each: VirtualSwitch): void {
    const mine = this.#cables.filter(({ switchName, port }) => switchName === name && port !== NOT_PLUGGED);
    const gaps: number[] = [];
    const last = Math.max(NOT_PLUGGED, ...mine.map(({ port }) => port));
    for (let port = 0; port <= last; port++) {
      const cable = mine.find((other) => other.port === port);
      if (cable === undefined) gaps.push(each.connect('', { receive: () => {} }));
      else each.connect(cable.name, cable, cable.settings);
    }
    for (const port of gaps) each.disconnect(port);
  }
}
