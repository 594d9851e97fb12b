/** An appliance on its host: its cables, its instants, and what a state holds of it. */
import type { ApplianceSpec, PortSettings, Settings } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '#machine/event-queue';
import { kindNamed } from '#machine/kind';
import { capturePlaced, declarePlaced, type PlacedState, restorePlaced } from '../placed.ts';
import { Plug, type Switches } from '../plug.ts';
import { seedOf } from '../seed.ts';
import type { ApplianceKind, AppliancePort, PlacedAppliance } from './appliance.ts';

/** Ports that an appliance can have. */
const MOST_PORTS = 64;

export interface ApplianceState {
  readonly name: string;
  /** By port: its number at its switch. */
  readonly ports: readonly number[];
  readonly placed: PlacedState;
}
export const APPLIANCE: Declaration<ApplianceState> = declare('appliance', {
  name: text(256),
  ports: list(integer, upTo(MOST_PORTS)),
  placed: declarePlaced('placed appliance'),
});

export interface ApplianceHome {
  readonly switches: Switches;
  readonly kinds: readonly ApplianceKind[];
  readonly seed: number;
  readonly events: EventQueue;
  now(): VirtualNs;
}

/** Settings as the kind takes them: without what every appliance has. */
export function ownSettings({ name: _n, kind: _k, ports: _p, ...settings }: ApplianceSpec): Settings {
  return settings;
}

/** Ports that an appliance has as it is specified; none where there is no such kind. */
export function portsOf(spec: ApplianceSpec, kinds: readonly ApplianceKind[]): readonly AppliancePort[] {
  return kindNamed(kinds, spec.kind)?.ports(ownSettings(spec)) ?? [];
}

export class PluggedAppliance {
  readonly name: string;
  readonly kind: string;
  readonly #home: ApplianceHome;
  readonly #kind: ApplianceKind;
  readonly #channel: string;
  #spec: ApplianceSpec;
  #placed: PlacedAppliance;
  #plugs: readonly Plug[] = [];

  constructor(spec: ApplianceSpec, home: ApplianceHome) {
    const kind = kindNamed(home.kinds, spec.kind);
    // Documents have been checked; a state may name anything.
    if (kind === undefined) throw new SnapshotFormatError(`no appliance ${JSON.stringify(spec.kind)}`);
    this.name = spec.name;
    this.kind = spec.kind;
    this.#home = home;
    this.#kind = kind;
    this.#channel = `appliance/${spec.name}`;
    this.#spec = spec;
    this.#plugs = this.#plugsOf(spec);
    this.#placed = this.#made();
  }

  get placed(): PlacedAppliance {
    return this.#placed;
  }
  /** In the order of its kind's ports. */
  get plugs(): readonly Plug[] {
    return this.#plugs;
  }

  /** A plug for each of its ports: one that it has, where nothing of it is to be otherwise. */
  #plugsOf(spec: ApplianceSpec): readonly Plug[] {
    return this.#kind.ports(ownSettings(spec)).map(({ name: port, switch: at, port: usual = {} }) => {
      const [name, settings] = [`${this.name}/${port}`, spec.ports?.[port] ?? {}];
      const had = this.#plugs.find((plug) => plug.name === name);
      if (had?.isAs({ switch: at, settings, usual }) === true) return had;
      const receive = (frame: Uint8Array): void => {
        this.placed.appliance.receive(this.plugs.indexOf(plug), frame);
      };
      const plug = new Plug(this.#home.switches, {
        name,
        switch: at,
        settings,
        usual,
        endpoint: { receive },
      });
      return plug;
    });
  }
  #made(): PlacedAppliance {
    const { seed, events, now } = this.#home;
    const placed = this.#kind.create(ownSettings(this.#spec), {
      ...{ name: this.name, seed: seedOf(seed, this.#channel), now },
      send: (port, frame) => this.plugs[port]?.send(frame),
      switchOf: (port) => this.plugs[port]?.switchName ?? '',
      schedule: (at, data) => events.schedule(at, this.#channel, data),
      cancel: (data) => events.cancel(this.#channel, data),
    });
    events.on(this.#channel, (data, at) => this.placed.appliance.timer?.(data, at));
    return placed;
  }

  /** Has other settings from now on: cables that are not spoken of stay in, and what it knows stays where its kind can tell that it still holds. */
  become(spec: ApplianceSpec): void {
    const former = this.#placed;
    const plugs = this.#plugsOf(spec);
    for (const plug of this.#plugs) if (!plugs.includes(plug)) plug.pull();
    const added = plugs.filter((plug) => !this.#plugs.includes(plug));
    this.#spec = spec;
    this.#plugs = plugs;
    this.#home.events.off(this.#channel);
    this.#placed = this.#made();
    this.#placed.appliance.follow?.(former.appliance);
    if (this.#placed.appliance.follow !== undefined) Object.assign(this.#placed.counters, former.counters);
    for (const plug of added) plug.insert();
  }

  /** As it stands. */
  get spec(): ApplianceSpec {
    const { ports: _, ...others } = this.#spec;
    const said = this.plugs.flatMap(({ name, settings }): [string, PortSettings][] =>
      Object.keys(settings).length === 0 ? [] : [[name.slice(this.name.length + 1), settings]],
    );
    return { ...others, ...(said.length === 0 ? {} : { ports: Object.fromEntries(said) }) } as ApplianceSpec;
  }

  /** With where its cables go. */
  get description(): {
    readonly spec: ApplianceSpec;
    readonly ports: readonly { readonly name: string; readonly switch: string }[];
  } {
    const ports = this.plugs.map(({ name, switchName }) => ({
      name: name.slice(this.name.length + 1),
      switch: switchName,
    }));
    return { spec: this.spec, ports };
  }

  hasPort(port: string): boolean {
    return this.#plugOf(port) !== undefined;
  }
  /** The cable of a port goes to another switch, or lies beside where there is no such switch; nothing else of it changes. */
  move(port: string, switchName: string): void {
    this.#plugOf(port)?.moveTo(switchName);
    const { name, kind, ports } = this.#spec;
    const settings = this.#kind.moved(ownSettings(this.#spec), port, switchName);
    this.#spec = { name, kind, ...(ports === undefined ? {} : { ports }), ...settings } as ApplianceSpec;
  }
  #plugOf(port: string): Plug | undefined {
    return this.plugs.find(({ name }) => name === `${this.name}/${port}`);
  }

  /** Takes it away: no event of it stays behind. */
  close(): void {
    for (const plug of this.plugs) plug.pull();
    this.#home.events.off(this.#channel);
  }

  capture(): ApplianceState {
    const { appliance, counters } = this.placed;
    return {
      name: this.name,
      ports: this.plugs.map(({ port }) => port),
      placed: capturePlaced(this.kind, appliance, counters),
    };
  }
  /** Its plugs must be where they were. */
  restore({ placed }: ApplianceState): void {
    const { appliance, counters } = this.placed;
    restorePlaced(this.kind, appliance, counters, placed);
  }
}
