/**
 * The switches of a host and which card hangs at which port of which. A frame's way is the switch's affair.
 */
import { LIMITS } from '#base/catalogue/limits';
import { invariant } from '#base/result';
import type { HostSpec, NicSpec, PortSettings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { EventQueue } from '#machine/event-queue';
import {
  NO_REMOTE_DESKTOPS,
  REMOTE_DESKTOPS,
  RemoteDesktops,
  type RemoteDesktopsState,
} from '../remote-desktop/remote-desktops.ts';
import type { ServedDesktop } from '../remote-desktop/server.ts';
import { CAPTURES, Captures, type CapturesState, NO_CAPTURES } from './capture/captures.ts';
import { FrameTap } from './frame-tap.ts';
import type { StageKind } from './stages/stage.ts';
import type { SwitchPartKind } from './switch-parts/switch-part.ts';
import {
  type LinkFrame,
  UPLINK,
  UPLINK_CHANNEL,
  Uplink,
  type UplinkSettings,
  type UplinkState,
} from './uplink.ts';
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
  readonly uplinks: readonly UplinkState[];
  readonly remoteDesktops: RemoteDesktopsState;
  readonly captures: CapturesState;
}
export const NETWORK: Declaration<NetworkState> = declare('network', {
  cables: list(declare<CableState>('cable', { slot: u32, card: u32, port: integer }), upTo(4096)),
  switches: list(SWITCH, upTo(256)),
  uplinks: list(UPLINK, upTo(LIMITS.links)),
  remoteDesktops: since(7, REMOTE_DESKTOPS, NO_REMOTE_DESKTOPS),
  captures: since(8, CAPTURES, NO_CAPTURES),
});

/** A frame on its way to a card of a VM, which has so much of it before it. */
export interface FrameUnderway {
  readonly card: number;
  readonly afterNs: VirtualNs;
  readonly frame: Uint8Array;
}
export const FRAME_UNDERWAY: Declaration<FrameUnderway> = declare('frame under way', {
  ...{ card: u32, afterNs: integer },
  frame: bytes(upTo(LIMITS.etherFrameBytes.most)),
});

export interface HostNetworkOptions {
  readonly spec: Pick<HostSpec, 'name' | 'switches' | 'remoteDesktops'>;
  /** Screen and input of a VM that is here. */
  readonly desktopOf: (vm: string) => ServedDesktop | undefined;
  readonly seed: number;
  /** Of which their ports are made. */
  readonly stages: readonly StageKind[];
  /** What its switches can have beside their ports. */
  readonly switchParts: readonly SwitchPartKind[];
  readonly uplinks: readonly UplinkSettings[];
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

export class HostNetwork {
  readonly switches: ReadonlyMap<string, VirtualSwitch>;
  /** Ends of links to other hosts: the first ports of their switches. */
  readonly uplinks: readonly Uplink[];
  /** Screens that go over the network. */
  readonly remoteDesktops: RemoteDesktops;
  /** Where frames are heard. */
  readonly tap: FrameTap = new FrameTap();
  readonly captures: Captures = new Captures(this);
  readonly #cables: Cable[] = [];
  readonly #now: () => VirtualNs;

  constructor(options: HostNetworkOptions) {
    const { spec, desktopOf, seed, stages, switchParts, uplinks, events, now } = options;
    this.#now = now;
    const common = { events, now, stages, tap: this.tap, seed, parts: switchParts };
    this.switches = new Map(
      spec.switches.map(({ name, parts = {} }) => [
        name,
        new VirtualSwitch({ ...common, name, settings: parts }),
      ]),
    );
    this.uplinks = uplinks.map((settings, index) => {
      const found = this.switches.get(settings.switch);
      invariant(found !== undefined, 'a link ends at a switch of the host');
      return new Uplink(settings, index, { switch: found, events, now });
    });
    events.on(UPLINK_CHANNEL, (index) => this.uplinks[index]?.arrive());
    this.remoteDesktops = new RemoteDesktops({
      ...{ host: spec.name, specs: spec.remoteDesktops ?? [], desktopOf, seed, events, now },
      connect: (slot, name, switchName, receive) =>
        this.connect(slot, 0, name, { switch: switchName }, receive),
    });
  }

  /** Hands over what other hosts have sent, of each link in order of time. */
  put(frames: readonly LinkFrame[]): void {
    for (const frame of frames) this.uplinks.find(({ settings }) => settings.link === frame.link)?.put(frame);
  }
  /** Takes what is to be handed over to other hosts. */
  takeSent(): readonly LinkFrame[] {
    return this.uplinks.flatMap((uplink) => uplink.take());
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

  /** Takes one card of a VM out. */
  disconnectCard(slot: number, card: number): void {
    const cable = this.#cableOf(slot, card);
    if (cable === undefined) return;
    this.switches.get(cable.switchName)?.disconnect(cable.port);
    this.#cables.splice(this.#cables.indexOf(cable), 1);
  }

  /** Which card hangs at a port. */
  cardAt(switchName: string, port: number): { readonly slot: number; readonly card: number } | undefined {
    return this.#cables.find((cable) => cable.switchName === switchName && cable.port === port);
  }

  #cableOf(slot: number, card: number): Cable | undefined {
    return this.#cables.find((cable) => cable.slot === slot && cable.card === card);
  }

  /** Cuts or restores the link between a card and its switch; the card is not told. */
  setLink(slot: number, card: number, up: boolean): void {
    const cable = this.#cableOf(slot, card);
    if (cable !== undefined) this.switches.get(cable.switchName)?.setLink(cable.port, up);
  }
  /** True while frames pass between a card and its switch, as far as the switch is concerned. */
  hasLink(slot: number, card: number): boolean {
    const cable = this.#cableOf(slot, card);
    const ports = this.switches.get(cable?.switchName ?? '')?.ports ?? [];
    return ports.find(({ index }) => index === cable?.port)?.up ?? false;
  }

  /** What is on its way to the cards of a VM. */
  onTheWayTo(slot: number): readonly FrameUnderway[] {
    return this.#cables
      .filter((cable) => cable.slot === slot)
      .flatMap(({ card, switchName, port }) =>
        (this.switches.get(switchName)?.onTheWayTo(port) ?? []).map(({ at, bytes: frame }) => ({
          ...{ card, afterNs: at - this.#now(), frame },
        })),
      );
  }
  /** What is on its way to the cards of a VM is lost, and other frames are on their way instead. */
  replaceOnTheWayTo(slot: number, frames: readonly FrameUnderway[]): void {
    for (const { slot: owner, card, switchName, port } of this.#cables) {
      if (owner !== slot || port === NOT_PLUGGED) continue;
      const queue = frames
        .filter((each) => each.card === card)
        .map(({ afterNs, frame }) => ({ at: this.#now() + afterNs, bytes: frame }));
      this.switches.get(switchName)?.replaceOnTheWayTo(port, queue);
    }
  }

  capture(): NetworkState {
    const cables = this.#cables.map(({ slot, card, port }) => ({ slot, card, port }));
    const switches = [...this.switches.values()].map((each) => each.capture());
    const uplinks = this.uplinks.map((uplink) => uplink.capture());
    return {
      cables,
      switches,
      uplinks,
      remoteDesktops: this.remoteDesktops.capture(),
      captures: this.captures.capture(),
    };
  }

  /** Needs the same VMs: plugs their cards into the ports that they had, then restores the switches. */
  restore(state: NetworkState): void {
    const cables = [...this.#cables];
    if (state.cables.length !== cables.length) throw new SnapshotFormatError('a card without a cable');
    if (state.switches.length !== this.switches.size) throw new SnapshotFormatError('other switches');
    if (state.uplinks.some(({ port }, index) => this.uplinks[index]?.port !== port))
      throw new SnapshotFormatError('other links');
    if (state.uplinks.length !== this.uplinks.length) throw new SnapshotFormatError('other links');
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
    for (const [index, uplink] of this.uplinks.entries()) uplink.restore(state.uplinks[index]!);
    this.remoteDesktops.restore(state.remoteDesktops);
    this.captures.restore(state.captures);
  }

  /** Ports are given in ascending order, so places of cards that are gone are filled and emptied again. */
  #replug(name: string, each: VirtualSwitch): void {
    const mine = this.#cables.filter(({ switchName, port }) => switchName === name && port !== NOT_PLUGGED);
    const gaps: number[] = [];
    const last = Math.max(NOT_PLUGGED, ...mine.map(({ port }) => port));
    // Ends of links have the first ports, for good.
    const first = this.uplinks.filter(({ settings }) => settings.switch === name).length;
    for (let port = first; port <= last; port++) {
      const cable = mine.find((other) => other.port === port);
      if (cable === undefined) gaps.push(each.connect('', { receive: () => {} }));
      else each.connect(cable.name, cable, cable.settings);
    }
    for (const port of gaps) each.disconnect(port);
  }
}
