/**
 * The switches of a host and which card hangs at which port of which. A frame's way is the switch's affair.
 */
import { LIMITS } from '#base/catalogue/limits';
import { invariant } from '#base/result';
import type { ApplianceSpec, HostSpec, NicSpec, SwitchSpec, TrunkSpec } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Transmit } from '#machine/devices/virtio/device-kind';
import type { EventQueue } from '#machine/event-queue';
import type { Registries } from '../registries.ts';
import { REMOTE } from '../remote-desktop/remote.ts';
import type { RemoteDesktops } from '../remote-desktop/remote-desktops.ts';
import type { ServedDesktop } from '../remote-desktop/server.ts';
import { NO_REMOTE_DESKTOPS, REMOTE_DESKTOPS, type RemoteDesktopsState } from '../remote-desktop/state.ts';
import type { WayOut } from './appliances/appliance.ts';
import { APPLIANCE, type ApplianceState, PluggedAppliance, portsOf } from './appliances/plugged-appliance.ts';
import { wayOutOf } from './appliances/way-out.ts';
import { CAPTURES, Captures, type CapturesState, NO_CAPTURES } from './capture/captures.ts';
import { FrameTap } from './frame-tap.ts';
import { NOT_PLUGGED, Plug } from './plug.ts';
import { portNamed } from './port-state.ts';
import { numbered, TRUNK, Trunk, type TrunkState } from './trunk.ts';
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
  readonly plug: Plug;
}

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
  readonly trunks: readonly TrunkState[];
  readonly appliances: readonly ApplianceState[];
}
export const NETWORK: Declaration<NetworkState> = declare('network', {
  cables: list(declare<CableState>('cable', { slot: u32, card: u32, port: integer }), upTo(4096)),
  switches: list(SWITCH, upTo(256)),
  uplinks: list(UPLINK, upTo(LIMITS.links)),
  remoteDesktops: since(7, REMOTE_DESKTOPS, NO_REMOTE_DESKTOPS),
  captures: since(8, CAPTURES, NO_CAPTURES),
  trunks: since(8, list(TRUNK, upTo(LIMITS.trunksPerHost)), []),
  appliances: since(8, list(APPLIANCE, upTo(LIMITS.appliancesPerHost)), []),
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
  readonly spec: Pick<HostSpec, 'name' | 'switches' | 'trunks' | 'appliances' | 'remoteDesktops'>;
  /** Screen and input of a VM that is here. */
  readonly desktopOf: (vm: string) => ServedDesktop | undefined;
  readonly seed: number;
  /** What it can be made of: stages of ports, what switches have beside their ports, what is no VM. */
  readonly registries: Pick<Registries, 'stages' | 'switchParts' | 'appliances'>;
  readonly uplinks: readonly UplinkSettings[];
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
}

/** What of a host's specification is the network's: as it stands. */
export type NetworkSpec = Pick<HostSpec, 'switches' | 'trunks' | 'appliances'>;

/** Something that is plugged into a switch and that commands may name. */
export type Plugged =
  | { readonly kind: 'card'; readonly slot: number; readonly card: number; readonly plug: Plug }
  | { readonly kind: 'trunk' | 'appliance' | 'link'; readonly plug: Plug };

export class HostNetwork {
  /** Where frames are heard. */
  readonly tap: FrameTap = new FrameTap();
  /** Ends of links to other hosts: the first ports of their switches. */
  readonly uplinks: readonly Uplink[];
  /** Screens that go over the network, where there are any. */
  readonly remoteDesktops: RemoteDesktops | undefined;
  readonly captures: Captures;
  readonly #switches = new Map<string, VirtualSwitch>();
  readonly #trunks: Trunk[] = [];
  readonly #appliances: PluggedAppliance[] = [];
  readonly #cables: Cable[] = [];
  readonly #options: HostNetworkOptions;
  readonly #now: () => VirtualNs;

  constructor(options: HostNetworkOptions) {
    const { spec, desktopOf, seed, uplinks, events, now } = options;
    this.#options = options;
    this.#now = now;
    this.captures = new Captures(this);
    for (const each of spec.switches) this.addSwitch(each);
    this.uplinks = uplinks.map((settings, index) => {
      invariant(this.#switches.has(settings.switch), 'a link ends at a switch of the host');
      return new Uplink(settings, index, { switches: this.#switches, events, now });
    });
    events.on(UPLINK_CHANNEL, (index) => this.uplinks[index]?.arrive());
    const { name, remoteDesktops: specs = [] } = spec;
    if (specs.length > 0)
      this.remoteDesktops = new REMOTE.code.here.RemoteDesktops({
        ...{ host: name, specs, desktopOf, seed, events, now },
        connect: (slot, card, switchName, receive) =>
          this.connect(slot, 0, card, { switch: switchName }, receive),
      });
    for (const trunk of numbered(spec.trunks ?? [])) this.addTrunk(trunk);
    for (const appliance of spec.appliances ?? []) this.addAppliance(appliance);
  }

  get switches(): ReadonlyMap<string, VirtualSwitch> {
    return this.#switches;
  }
  /** Cables between its switches. */
  get trunks(): readonly Trunk[] {
    return this.#trunks;
  }
  get appliances(): readonly PluggedAppliance[] {
    return this.#appliances;
  }

  /** As it stands: what a host must be made of to be the same. */
  get spec(): NetworkSpec {
    const [trunks, appliances] = [this.#trunks, this.#appliances];
    return {
      switches: [...this.#switches.values()].map(({ name, parts: { settings } }) => ({
        name,
        ...(Object.keys(settings).length === 0 ? {} : { parts: settings }),
      })),
      ...(trunks.length === 0 ? {} : { trunks: trunks.map((trunk) => trunk.spec) }),
      ...(appliances.length === 0 ? {} : { appliances: appliances.map((each) => each.spec) }),
    };
  }

  // What comes and goes while the host is there. Whoever asks for it has checked that it can be.

  /** @param place among the others, from 0; the last unless said */
  addSwitch({ name, parts = {} }: SwitchSpec, place: number = this.#switches.size): void {
    const { events, now, seed, registries } = this.#options;
    const kinds = { stages: registries.stages, parts: registries.switchParts };
    const made = new VirtualSwitch({ ...kinds, name, events, now, seed, tap: this.tap, settings: parts });
    // Plugs look it up in this very map, which keeps the order in which it was filled.
    const behind = [...this.#switches].slice(place);
    for (const [other] of behind) this.#switches.delete(other);
    for (const [at, each] of [[name, made] as const, ...behind]) this.#switches.set(at, each);
  }
  /** Of a switch into which nothing is plugged. */
  removeSwitch(name: string): void {
    this.#switches.get(name)?.close();
    this.#switches.delete(name);
  }
  addTrunk(spec: TrunkSpec & { readonly number: number }, place: number = this.#trunks.length): void {
    const trunk = new Trunk(this.#switches, spec, spec.number);
    this.#trunks.splice(place, 0, trunk);
    trunk.a.insert();
    trunk.b.insert();
  }
  removeTrunk(number: number): void {
    const at = this.#trunks.findIndex((trunk) => trunk.number === number);
    const [trunk] = at < 0 ? [] : this.#trunks.splice(at, 1);
    trunk?.a.pull();
    trunk?.b.pull();
  }
  addAppliance(spec: ApplianceSpec, place: number = this.#appliances.length): void {
    const { events, now, seed, registries } = this.#options;
    const home = { switches: this.#switches, kinds: registries.appliances, seed, events, now };
    const appliance = new PluggedAppliance(spec, home);
    this.#appliances.splice(place, 0, appliance);
    for (const plug of appliance.plugs) plug.insert();
  }
  /** The appliance of this name has other settings. */
  setAppliance(spec: ApplianceSpec): void {
    this.#appliances.find(({ name }) => name === spec.name)?.become(spec);
  }
  removeAppliance(name: string): void {
    const at = this.#appliances.findIndex((appliance) => appliance.name === name);
    const [appliance] = at < 0 ? [] : this.#appliances.splice(at, 1);
    appliance?.close();
  }

  /** A switch or an appliance is called so. */
  hasName(name: string): boolean {
    return this.#switches.has(name) || this.#appliances.some((each) => each.name === name);
  }
  /** A switch that an appliance of this specification would hang at, and that is not there; cables may lie beside. */
  lostSwitchOf(spec: ApplianceSpec): string | undefined {
    const ports = portsOf(spec, this.#options.registries.appliances);
    return ports.find(({ switch: at }) => at !== '' && !this.#switches.has(at))?.switch;
  }
  /** The way out of the network in which an address is, without its length: at this switch before others. */
  wayOutOf(address: string, switchName: string): WayOut | undefined {
    return wayOutOf(this.#appliances, this.#options.registries.appliances, address, switchName);
  }
  /** The cable of a VM's card. */
  plugOf(slot: number, card: number): Plug | undefined {
    return this.#cableOf(slot, card)?.plug;
  }
  /** What hangs at the port that bears a name. */
  plugged(switchName: string, port: string): Plugged | undefined {
    const name = portNamed(port);
    return this.#all().find(({ plug }) => plug.name === name && plug.switchName === switchName);
  }
  #all(): Plugged[] {
    return [
      ...this.uplinks.map(({ plug }) => ({ kind: 'link' as const, plug })),
      ...this.#trunks.flatMap(({ a, b }) => [a, b].map((plug) => ({ kind: 'trunk' as const, plug }))),
      ...this.#appliances.flatMap(({ plugs }) => plugs.map((plug) => ({ kind: 'appliance' as const, plug }))),
      ...this.#cables.map((cable) => ({ kind: 'card' as const, ...cable })),
    ];
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
    const { switch: at, port: settings = {}, portAllocation } = nic;
    const isOnDemand = portAllocation === 'on-demand';
    const plug = new Plug(this.#switches, { name, switch: at, settings, endpoint: { receive }, isOnDemand });
    this.#cables.push({ slot, card, plug });
    if (!isOnDemand) plug.insert();
    return (frame) => plug.send(frame);
  }

  /** Takes all cards of a VM out. */
  disconnect(slot: number): void {
    for (const { card } of this.#cables.filter((cable) => cable.slot === slot))
      this.disconnectCard(slot, card);
  }

  /** Takes one card of a VM out. */
  disconnectCard(slot: number, card: number): void {
    const cable = this.#cableOf(slot, card);
    if (cable === undefined) return;
    cable.plug.pull();
    this.#cables.splice(this.#cables.indexOf(cable), 1);
  }

  /** Which card hangs at a port. */
  cardAt(switchName: string, port: number): { readonly slot: number; readonly card: number } | undefined {
    return this.#cables.find(({ plug }) => plug.switchName === switchName && plug.port === port);
  }

  #cableOf(slot: number, card: number): Cable | undefined {
    return this.#cables.find((cable) => cable.slot === slot && cable.card === card);
  }

  /** Cuts or restores the link between a card and its switch; the card is not told. */
  setLink(slot: number, card: number, up: boolean): void {
    this.plugOf(slot, card)?.setLink(up);
  }
  /** True while frames pass between a card and its switch, as far as the switch is concerned. */
  hasLink(slot: number, card: number): boolean {
    return this.plugOf(slot, card)?.isLinked ?? false;
  }

  /** What is on its way to the cards of a VM. */
  onTheWayTo(slot: number): readonly FrameUnderway[] {
    return this.#cables
      .filter((cable) => cable.slot === slot)
      .flatMap(({ card, plug }) =>
        (plug.switch?.onTheWayTo(plug.port) ?? []).map(({ at, bytes: frame }) => ({
          ...{ card, afterNs: at - this.#now(), frame },
        })),
      );
  }
  /** What is on its way to the cards of a VM is lost, and other frames are on their way instead. */
  replaceOnTheWayTo(slot: number, frames: readonly FrameUnderway[]): void {
    for (const { slot: owner, card, plug } of this.#cables) {
      if (owner !== slot) continue;
      const queue = frames
        .filter((each) => each.card === card)
        .map(({ afterNs, frame }) => ({ at: this.#now() + afterNs, bytes: frame }));
      plug.switch?.replaceOnTheWayTo(plug.port, queue);
    }
  }

  capture(): NetworkState {
    const cables = this.#cables.map(({ slot, card, plug: { port } }) => ({ slot, card, port }));
    const switches = [...this.switches.values()].map((each) => each.capture());
    const uplinks = this.uplinks.map((uplink) => uplink.capture());
    const trunks = this.#trunks.map((trunk) => trunk.capture());
    const appliances = this.#appliances.map((appliance) => appliance.capture());
    const remoteDesktops = this.remoteDesktops?.capture() ?? NO_REMOTE_DESKTOPS;
    const captures = this.captures.capture();
    return { cables, switches, uplinks, remoteDesktops, trunks, appliances, captures };
  }

  /** Needs the same VMs, trunks and appliances: plugs them into the ports that they had, then restores the switches. */
  restore(state: NetworkState): void {
    const cables = [...this.#cables];
    if (state.cables.length !== cables.length) throw new SnapshotFormatError('a card without a cable');
    if (state.switches.length !== this.switches.size) throw new SnapshotFormatError('other switches');
    if (state.uplinks.some(({ port }, index) => this.uplinks[index]?.port !== port))
      throw new SnapshotFormatError('other links');
    if (state.uplinks.length !== this.uplinks.length) throw new SnapshotFormatError('other links');
    const places = this.#placesIn(state);
    for (const { kind, plug } of this.#all()) if (kind !== 'link') plug.pull();
    this.#cables.length = 0;
    for (const { slot, card, port } of state.cables) {
      const cable = cables.find((other) => other.slot === slot && other.card === card);
      if (cable === undefined || this.#cables.includes(cable))
        throw new SnapshotFormatError('a cable without a card');
      places.set(cable.plug, port);
      this.#cables.push(cable);
    }
    for (const port of places.values())
      if (port >= PORT_COUNT_LIMIT) throw new SnapshotFormatError('a port beyond all');
    for (const [index, [name, each]] of [...this.switches].entries()) {
      this.#replug(name, each, places);
      each.restore(state.switches[index]!);
    }
    for (const [index, uplink] of this.uplinks.entries()) uplink.restore(state.uplinks[index]!);
    for (const [index, appliance] of this.#appliances.entries()) appliance.restore(state.appliances[index]!);
    const { servers, viewers } = state.remoteDesktops;
    if (this.remoteDesktops === undefined && servers.length + viewers.length > 0)
      throw new SnapshotFormatError('other remote desktops');
    this.remoteDesktops?.restore(state.remoteDesktops);
    this.captures.restore(state.captures);
  }

  /** Where a state has the ends of trunks and the ports of appliances. */
  #placesIn({ trunks, appliances }: NetworkState): Map<Plug, number> {
    const places = new Map<Plug, number>();
    if (trunks.length !== this.#trunks.length || appliances.length !== this.#appliances.length)
      throw new SnapshotFormatError('other trunks or appliances');
    for (const [index, { number, a, b }] of this.#trunks.entries()) {
      const saved = trunks[index]!;
      if (saved.number !== number) throw new SnapshotFormatError('another trunk');
      places.set(a, saved.portA).set(b, saved.portB);
    }
    for (const [index, { name, plugs }] of this.#appliances.entries()) {
      const saved = appliances[index]!;
      if (saved.name !== name || saved.ports.length !== plugs.length)
        throw new SnapshotFormatError('another appliance');
      for (const [place, plug] of plugs.entries()) places.set(plug, saved.ports[place]!);
    }
    return places;
  }

  /** Ports are given in ascending order, so places of cards that are gone are filled and emptied again. */
  #replug(name: string, each: VirtualSwitch, places: ReadonlyMap<Plug, number>): void {
    const mine = [...places].filter(([plug, port]) => plug.switchName === name && port !== NOT_PLUGGED);
    const gaps: number[] = [];
    const last = Math.max(NOT_PLUGGED, ...mine.map(([, port]) => port));
    // Ends of links have the first ports, for good.
    const first = this.uplinks.filter(({ settings }) => settings.switch === name).length;
    for (let port = first; port <= last; port++) {
      const plug = mine.find(([, wanted]) => wanted === port)?.[0];
      if (plug === undefined) gaps.push(each.connect('', { receive: () => {} }));
      else plug.insert();
    }
    for (const port of gaps) each.disconnect(port);
  }
}
