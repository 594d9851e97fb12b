/**
 * What a stage of a port is: a step of a frame's way between an endpoint and its switch, in one direction or both. Stages stand
 * in one table, in the order in which frames pass them (stages.ts); each is a file, knows its own port and no other stage.
 */
import * as v from 'valibot';
import type { LaterPart } from '#base/later';
import type { Settings } from '#base/scenario';
import type { AnyDeclaration } from '#base/state/declare';
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import type { Kind, SettingsOf } from '#machine/kind';

/** A frame on its way. Stages change these fields, never the bytes themselves: others may hold them too. */
export interface Transit {
  bytes: Uint8Array;
  /** Frames of one domain never reach another: addresses are learned and looked up by domain, 0 unless a stage says otherwise. */
  domain: number;
  /** Of 802.1Q, 0 to 7: 0 unless a stage says otherwise. */
  priority: number;
  /** Of private ports, what its sender belongs to: a community by its number, -1 an isolated port, 0 who reaches all. */
  group: number;
  /** As the tap numbers it. */
  number: number;
  /** The port that it came in by; none (-1) where the switch itself sends it. */
  from: number;
  /** When the switch had it for the port that it leaves by. */
  since: VirtualNs;
  /** When it is where it goes next; a stage that delays puts it off. */
  at: VirtualNs;
}

export function emptyTransit(): Transit {
  return { bytes: new Uint8Array(0), domain: 0, priority: 0, group: 0, number: 0, from: -1, since: 0, at: 0 };
}

/** The port, as one of its stages sees it. */
export interface StagePort {
  readonly index: number;
  readonly name: string;
  /** False while the link is cut. */
  readonly up: boolean;
  /** Frames on the wire to the endpoint, or that have their time on it: those that stages hold are not. */
  readonly queued: number;
  /** For draws of its own: of the host's seed and the names of switch and port. */
  readonly seed: number;
  now(): VirtualNs;
  /** From when on, now at the earliest, the stages behind this one take a frame towards the endpoint without delay. */
  freeAt(): VirtualNs;
  /** The wire begins to carry a frame, at an instant. */
  leaves(frame: Readonly<Transit>, at: VirtualNs): void;
  /** Calls the stage's `timer` at an instant; an earlier wish is forgotten. Infinity: never. A restored stage wishes again. */
  wakeAt(at: VirtualNs): void;
  /** A frame that the stage held, or a copy of one, goes on behind it towards the endpoint; `at` is not before now. */
  goOn(frame: Readonly<Transit>): void;
  /** A frame that the stage held ends here; the reason is one of its counters, which the stage itself raises. */
  lose(frame: Readonly<Transit>, reason: string): void;
}

/** `true`: it goes on; `false`: it ends here; `held`: the stage keeps it, and lets it go on later. */
export type Passage = boolean | 'held';

/** One stage of one port. */
export interface PortStage {
  /** A frame from the endpoint, before the switch looks at it; false: it ends here. */
  ingress?(frame: Transit): boolean;
  /** A frame that the switch has for the endpoint; false: it ends here. What is held is a copy of the
   * transit: its fields are another frame's afterwards. */
  egress?(frame: Transit): Passage;
  /** Whether frames of a domain belong here at all. A port none of whose stages says so has those of domain 0 alone. */
  carries?(domain: number): boolean;
  /** Whether frames of a group belong here; what does not is not flooded here. */
  reaches?(group: number): boolean;
  /** A frame from the endpoint would go to all ports since nobody knows its destination; false: it ends here. */
  flood?(frame: Transit): boolean;
  /** What a question shows of it besides its counters: plain data. */
  view?(): object;
  /** The instant that it wished for has come. */
  timer?(at: VirtualNs): void;
  /** Frames that it holds, which count as on their way to the endpoint. */
  readonly held?: number;
  /** The same frames, about in the order in which they will go on. */
  heldFrames?(): readonly Readonly<Transit>[];
  /** From when on it takes a frame towards the endpoint without delay; at once unless it says. */
  freeAt?(now: VirtualNs): VirtualNs;
  /** It takes the place of one of its kind with other settings: what it can use of that one's state, and holds, becomes its own. */
  takeOver?(former: PortStage): void;
  /** The link was cut: what was on its way to the endpoint is lost, what it holds too. */
  cleared?(): void;
  /** Its state, where it has one besides its counters. */
  capture?(): PartState;
  restore?(state: PartState): void;
}

/** A stage at its port, with what it has counted. */
export interface PlacedStage {
  readonly stage: PortStage;
  readonly counters: Counters<string>;
  readonly counterRows: readonly CounterRow[];
}

/** A row of the table of stages. */
export interface StageKind extends Kind<StagePort, PlacedStage> {
  /** Part of every port; others only of ports whose specification names them. */
  readonly isUsual: boolean;
  /** Of the cable itself: what bridges say to each other passes these stages and no others, so no setting of a port parts them. */
  readonly isOfCable?: boolean;
}

/** A stage as its own file writes it. */
export interface StageDefinition<Entries extends v.ObjectEntries, Counter extends string> {
  readonly id: string;
  readonly isUsual: boolean;
  readonly isOfCable?: boolean;
  readonly settings: Entries;
  /** What it counts: why frames ended here, and what else it did. */
  readonly counters: readonly CounterRow<Counter>[];
  /** What a snapshot holds of it besides, where it holds anything. */
  readonly state?: AnyDeclaration | undefined;
  /** Its code, where that comes when somebody names it. */
  readonly later?: LaterPart;
  create(settings: SettingsOf<Entries>, port: StagePort, counters: Counters<Counter>): PortStage;
}

export function defineStage<Entries extends v.ObjectEntries, Counter extends string>(
  definition: StageDefinition<Entries, Counter>,
): StageKind {
  const { id, isUsual, isOfCable = false, settings, later } = definition;
  const schema = v.strictObject(settings);
  return {
    ...{ id, isUsual, isOfCable, settings, ...(later && { later }) },
    get state() {
      return definition.state;
    },
    create: (given: Settings, port) => {
      const counterRows = definition.counters;
      const counters = zeroCounters(namesOf(counterRows));
      return { stage: definition.create(v.parse(schema, given), port, counters), counters, counterRows };
    },
  };
}
