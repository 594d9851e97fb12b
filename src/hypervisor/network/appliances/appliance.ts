/**
 * What an appliance is: something that hangs at switches of a host and is no VM, such as a router. It sees frames as a card does,
 * answers with frames, and waits for instants of virtual time. What comes from the wire is hostile: every length is checked, every
 * table bounded.
 */
import * as v from 'valibot';
import type { LaterPart } from '#base/later';
import type { PortSettings, Settings } from '#base/scenario';
import type { AnyDeclaration } from '#base/state/declare';
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import type { Kind, SettingsOf } from '#machine/kind';

/** A port of an appliance, and where its cable goes. */
export interface AppliancePort {
  /** Unique within its appliance: letters, digits and dashes. */
  readonly name: string;
  /** Of the same host. Without such a switch nothing is plugged in. */
  readonly switch: string;
  /** Settings of the switch port's stages. */
  readonly port?: PortSettings;
  /** Ways out of the networks there for their stations, where it is one. */
  readonly out?: readonly WayOut[];
}

/** How stations get out of their network. */
export interface WayOut {
  /** Whose address this is, with the length of the network (IPv4). */
  readonly router: string;
  /** Who answers for names, where it is not the router. */
  readonly names?: string;
}

/** What an appliance has to do with the world. */
export interface ApplianceContext {
  readonly name: string;
  /** For addresses and draws of its own: of the host's seed and the name. */
  readonly seed: number;
  now(): VirtualNs;
  /** Sends a frame by a port, by its place in `ports`; the bytes are copied. */
  send(port: number, frame: Uint8Array): void;
  /** The switch at which the cable of a port ends now; empty where it lies beside. */
  switchOf(port: number): string;
  /** Calls `timer` with the data at an instant. A restored appliance schedules again. */
  schedule(at: VirtualNs, data: number): void;
  /** Takes back all that was scheduled with the data. */
  cancel(data: number): void;
}

/** One appliance. */
export interface Appliance {
  /** A frame has come by a port; its bytes are valid only during the call. */
  receive(port: number, frame: Uint8Array): void;
  timer?(data: number, at: VirtualNs): void;
  /** It comes in the place of another of its kind, whose settings were others: it knows what that one knew, where it still holds. */
  follow?(former: Appliance): void;
  /** What a question shows of it: plain data. */
  view?(): object;
  /** Its state, where it has one besides its counters. */
  capture?(): PartState;
  restore?(state: PartState): void;
}

/** An appliance with what it has counted. */
export interface PlacedAppliance {
  readonly appliance: Appliance;
  readonly counters: Counters<string>;
  readonly counterRows: readonly CounterRow[];
}

/** A row of the table of appliances. */
export interface ApplianceKind extends Kind<ApplianceContext, PlacedAppliance> {
  /** The ports that one with these settings has. */
  ports(settings: Settings): readonly AppliancePort[];
  /** Its settings, with the cable of a port at another switch. */
  moved(settings: Settings, port: string, switchName: string): Settings;
}

/** An appliance as its own folder writes it. */
export interface ApplianceDefinition<Entries extends v.ObjectEntries, Counter extends string> {
  readonly id: string;
  readonly settings: Entries;
  readonly counters: readonly CounterRow<Counter>[];
  /** What a snapshot holds of it besides, where it holds anything. */
  readonly state?: AnyDeclaration | undefined;
  readonly later?: LaterPart;
  ports(settings: SettingsOf<Entries>): readonly AppliancePort[];
  moved(settings: Settings, port: string, switchName: string): Settings;
  create(settings: SettingsOf<Entries>, context: ApplianceContext, counters: Counters<Counter>): Appliance;
}

export function defineAppliance<Entries extends v.ObjectEntries, Counter extends string>(
  definition: ApplianceDefinition<Entries, Counter>,
): ApplianceKind {
  const { id, settings, later, counters: counterRows } = definition;
  const schema = v.strictObject(settings);
  return {
    ...{ id, settings, ...(later === undefined ? {} : { later }) },
    get state() {
      return definition.state;
    },
    ports: (given) => definition.ports(v.parse(schema, given)),
    moved: definition.moved,
    create: (given: Settings, context) => {
      const counters = zeroCounters(namesOf(counterRows));
      const appliance = definition.create(v.parse(schema, given), context, counters);
      return { appliance, counters, counterRows };
    },
  };
}
