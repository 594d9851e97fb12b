/**
 * The switches of a host and which card hangs at which port of which. A frame's way is the switch's affair.
 */
import { SnapshotFormatError, type StateReader, type StateWriter } from '#base/state-codec';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import type { Transmit } from '../vm/devices.ts';
import { VirtualSwitch } from './virtual-switch.ts';

/** A card and its cable. */
interface Cable {
  readonly slot: number;
  readonly card: number;
  readonly name: string;
  readonly switchName: string;
  readonly receive: Transmit;
  /** -1: not plugged in (the switch does not exist). */
  port: number;
}

const NOT_PLUGGED = -1;

export class HostNetwork {
  readonly switches: ReadonlyMap<string, VirtualSwitch>;
  readonly #cables: Cable[] = [];

  constructor(names: readonly string[], events: EventQueue, now: () => VirtualNs) {
    this.switches = new Map(names.map((name) => [name, new VirtualSwitch({ name, events, now })]));
  }

  /** Plugs card `card` of the VM in `slot` into a switch; the result takes frames from the card. */
  connect(slot: number, card: number, name: string, switchName: string, receive: Transmit): Transmit {
    const found = this.switches.get(switchName);
    const port = found?.connect(name, { receive }) ?? NOT_PLUGGED;
    const cable: Cable = { slot, card, name, switchName, receive, port };
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

  save(w: StateWriter): void {
    w.section('network');
    w.list(this.#cables, ({ slot, card, port }) => {
      w.u32(slot);
      w.u32(card);
      w.integer(port);
    });
    for (const each of this.switches.values()) each.save(w);
  }

  /** Needs the same VMs: plugs their cards into the ports that they had, then reads the switches. */
  load(r: StateReader): void {
    r.section('network');
    const cables = [...this.#cables];
    this.#cables.length = 0;
    for (const { switchName, port } of cables) this.switches.get(switchName)?.disconnect(port);
    r.list(() => {
      const slot = r.u32();
      const card = r.u32();
      const cable = cables.find((other) => other.slot === slot && other.card === card);
      if (cable === undefined) throw new SnapshotFormatError('a cable without a card');
      cable.port = r.integer();
      this.#cables.push(cable);
    });
    if (this.#cables.length !== cables.length) throw new SnapshotFormatError('a card without a cable');
    for (const [name, each] of this.switches) {
      this.#replug(name, each);
      each.load(r);
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
      else each.connect(cable.name, cable);
    }
    for (const port of gaps) each.disconnect(port);
  }
}
