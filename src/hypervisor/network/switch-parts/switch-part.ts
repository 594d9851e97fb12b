/**
 * What a part of a switch is: something that it has beside its ports, for all of them together. Parts stand in one table
 * (switch-parts.ts), in the order in which a frame meets them; each is a file, and knows its switch only as `PartSwitch`.
 *
 *   stages of the port inwards → `ingress` → source learned → `choose`, else the forwarding table → `mayLeave` of each port →
 *   stages of these ports outwards → wire → `delivered`
 */
import * as v from 'valibot';
import type { LaterPart } from '#base/later';
import type { Settings } from '#base/scenario';
import type { AnyDeclaration } from '#base/state/declare';
import type { PartState } from '#base/state/part';
import type { VirtualNs } from '#base/virtual-time';
import { type CounterRow, type Counters, namesOf, zeroCounters } from '#machine/devices/counters';
import type { Kind, SettingsOf, Together } from '#machine/kind';
import type { Transit } from '../stages/stage.ts';

/** A port, as parts see it. */
export interface PartPort {
  readonly index: number;
  readonly name: string;
  /** False while the link is cut. */
  readonly up: boolean;
  /** Bits in a second that its wire carries. */
  readonly bitsPerSecond: number;
  /** What hangs there: a card or an appliance (an end), or another switch. */
  readonly isBridged: boolean;
}

/** The switch, as its parts see it. */
export interface PartSwitch {
  readonly name: string;
  /** A MAC address of its own: made of the host's seed and its name. */
  readonly mac: number;
  /** For draws of its own. */
  readonly seed: number;
  now(): VirtualNs;
  /** Those that something is plugged into, by number. */
  ports(): readonly PartPort[];
  /** A frame of the switch's own, or a copy, leaves by a port: through its stages, outwards. The bytes are copied. */
  send(port: number, frame: Uint8Array, domain?: number): void;
  /** A frame for the bridge at the other end of a port's cable alone: it passes the stages of the cable and no others. */
  sendToBridge(port: number, frame: Uint8Array): void;
  /** Calls the part's `timer` at an instant; an earlier wish is forgotten. Infinity: never. A restored part wishes again. */
  wakeAt(at: VirtualNs): void;
  /** Forgets what was learned behind a port. */
  forgetPort(port: number): void;
}

/** What becomes of a frame: it goes on; its sender is learned and it ends; it ends. */
export type Verdict = 'pass' | 'learn' | 'drop';

/** One part of one switch. */
export interface SwitchPart {
  /** Addresses that were not seen for so long are forgotten. */
  readonly agingNs?: VirtualNs;
  /**
   * Whether a frame to a link-local address is one that the part answers for its switch. Such a frame has come through no stage but
   * those of the cable, so no VLAN keeps it off, and goes to `hear` instead of the ways of other frames.
   */
  isForBridge?(bytes: Uint8Array): boolean;
  hear?(frame: Transit, from: PartPort): void;
  /** A frame has come through its port. It may change `domain`, `priority`, and `bytes` for others. */
  ingress?(frame: Transit, from: PartPort): Verdict;
  /** The ports that it leaves by; none: it ends here. `undefined`: another part says, or the forwarding table. */
  choose?(frame: Transit, from: PartPort): readonly number[] | undefined;
  /** Whether a frame may leave by a port, whoever chose it. */
  mayLeave?(frame: Transit, to: PartPort): boolean;
  /** A frame goes by a port towards its endpoint, past all that could end it; it is there at `at`. Not those that parts send. */
  queued?(frame: Transit, to: PartPort): void;
  /** Something was plugged in or taken out, or a link was cut or restored. Numbers of ports are given again. */
  portsChanged?(): void;
  timer?(at: VirtualNs): void;
  /** It takes the place of one of its kind with other settings: what it can use of that one's state becomes its own. */
  takeOver?(former: SwitchPart): void;
  /** What a question shows of it: plain data. */
  view?(): object;
  /** Its state, where it has one besides its counters. Addresses of the switch are restored before. */
  capture?(): PartState;
  restore?(state: PartState): void;
}

/** A part in its switch, with what it has counted. */
export interface PlacedPart {
  readonly part: SwitchPart;
  readonly counters: Counters<string>;
  readonly counterRows: readonly CounterRow[];
}

/** A row of the table of parts. */
export type SwitchPartKind = Kind<PartSwitch, PlacedPart>;

/** A part as its own file writes it. */
export interface SwitchPartDefinition<Entries extends v.ObjectEntries, Counter extends string> {
  readonly id: string;
  readonly settings: Entries;
  readonly together?: Together;
  readonly counters: readonly CounterRow<Counter>[];
  /** What a snapshot holds of it besides, where it holds anything. */
  readonly state?: AnyDeclaration | undefined;
  readonly later?: LaterPart;
  create(settings: SettingsOf<Entries>, self: PartSwitch, counters: Counters<Counter>): SwitchPart;
}

export function defineSwitchPart<Entries extends v.ObjectEntries, Counter extends string>(
  definition: SwitchPartDefinition<Entries, Counter>,
): SwitchPartKind {
  const { id, settings, together, later, counters: counterRows } = definition;
  const schema = v.strictObject(settings);
  return {
    ...{ id, settings, ...(together && { together }), ...(later && { later }) },
    get state() {
      return definition.state;
    },
    create: (given: Settings, self) => {
      const counters = zeroCounters(namesOf(counterRows));
      return { part: definition.create(v.parse(schema, given), self, counters), counters, counterRows };
    },
  };
}
