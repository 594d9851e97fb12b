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
  readonly placed: PlacedAppliance;
  /** In the order of its kind's ports. */
  readonly plugs: readonly Plug[];
  readonly #kind: ApplianceKind;
  #spec: ApplianceSpec;
  readonly #events: EventQueue;
  readonly #channel: string;

  constructor(spec: ApplianceSpec, { switches, kinds, seed, events, now }: ApplianceHome) {
    const kind = kindNamed(kinds, spec.kind);
    // Documents have been checked; a state may name anything.
    if (kind === undefined) throw new SnapshotFormatError(`no appliance ${JSON.stringify(spec.kind)}`);
    const settings = ownSettings(spec);
    this.name = spec.name;
    this.kind = spec.kind;
    this.#kind = kind;
    this.#spec = spec;
    this.#events = events;
    this.#channel = `appliance/${spec.name}`;
    this.plugs = kind.ports(settings).map(
      (port, index) =>
        new Plug(switches, {
          ...{ name: `${spec.name}/${port.name}`, switch: port.switch, usual: port.port ?? {} },
          settings: spec.ports?.[port.name] ?? {},
          endpoint: { receive: (frame) => this.placed.appliance.receive(index, frame) },
        }),
    );
    this.placed = kind.create(settings, {
      ...{ name: spec.name, seed: seedOf(seed, `appliance/${spec.name}`), now },
      send: (port, frame) => this.plugs[port]?.send(frame),
      schedule: (at, data) => events.schedule(at, this.#channel, data),
      cancel: (data) => events.cancel(this.#channel, data),
    });
    events.on(this.#channel, (data, at) => this.placed.appliance.timer?.(data, at));
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
    this.#events.off(this.#channel);
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
