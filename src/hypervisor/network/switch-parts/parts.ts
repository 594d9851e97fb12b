/** The parts that one switch has: which they are, what they say of a frame, and their state. */
import type { Settings, SwitchParts } from '#base/scenario';
import { SnapshotFormatError } from '#base/state/bytes';
import type { Declaration } from '#base/state/declare';
import type { VirtualNs } from '#base/virtual-time';
import { destinationOf, isLinkLocal } from '../ether-frame.ts';
import type { FrameTap } from '../frame-tap.ts';
import { capturePlaced, declarePlaced, type PlacedState, restorePlaced, risen } from '../placed.ts';
import { withSettings } from '../settings-by-kind.ts';
import type { Transit } from '../stages/stage.ts';
import type { PartPort, PartSwitch, PlacedPart, SwitchPart, SwitchPartKind, Verdict } from './switch-part.ts';

export const PART: Declaration<PlacedState> = declarePlaced('switch part');

interface PartAt extends PlacedPart {
  readonly id: string;
  /** Of the table of kinds: the same for good, whatever other parts come and go. */
  readonly row: number;
}

/** What the switch gives its parts, each of which has a timer of its own. */
export interface PartsHome extends Omit<PartSwitch, 'wakeAt'> {
  readonly tap: FrameTap;
  wakeAt(row: number, at: VirtualNs): void;
}

/** A part that has the hook. */
type With<Hook extends keyof SwitchPart> = PartAt & { readonly part: Required<Pick<SwitchPart, Hook>> };

export class Parts {
  settings: SwitchParts;
  readonly #kinds: readonly SwitchPartKind[];
  readonly #home: PartsHome;
  /** In the order of the table; by hook, so that a frame meets only those that look at it. */
  #all: readonly PartAt[] = [];
  #ingress: readonly With<'ingress'>[] = [];
  #choose: readonly With<'choose'>[] = [];
  #mayLeave: readonly With<'mayLeave'>[] = [];
  #queued: readonly With<'queued'>[] = [];
  #hearing: readonly With<'isForBridge' | 'hear'>[] = [];

  constructor(kinds: readonly SwitchPartKind[], settings: SwitchParts, home: PartsHome) {
    this.#kinds = kinds;
    this.#home = home;
    this.settings = settings;
    this.#place(kinds.flatMap(({ id }, row) => (settings[id] === undefined ? [] : [this.#made(row)])));
  }

  get list(): readonly PartAt[] {
    return this.#all;
  }
  /** Addresses that were not seen for so long are forgotten, where a part says so. */
  get agingNs(): VirtualNs | undefined {
    return this.#all.find(({ part }) => part.agingNs !== undefined)?.part.agingNs;
  }

  #made(row: number): PartAt {
    const [kind, home] = [this.#kinds[row]!, this.#home];
    const self: PartSwitch = {
      ...{ name: home.name, mac: home.mac, seed: home.seed },
      now: () => home.now(),
      ports: () => home.ports(),
      send: (port, frame, domain) => home.send(port, frame, domain),
      sendToBridge: (port, frame) => home.sendToBridge(port, frame),
      forgetPort: (port) => home.forgetPort(port),
      wakeAt: (at) => home.wakeAt(row, at),
    };
    return { id: kind.id, row, ...kind.create(this.settings[kind.id] ?? {}, self) };
  }

  #place(parts: readonly PartAt[]): void {
    const having = <Hook extends keyof SwitchPart>(hook: Hook): With<Hook>[] =>
      parts.filter((at): at is With<Hook> => at.part[hook] !== undefined);
    this.#all = parts;
    this.#ingress = having('ingress');
    this.#choose = having('choose');
    this.#mayLeave = having('mayLeave');
    this.#queued = having('queued');
    this.#hearing = parts.filter(
      (at): at is With<'isForBridge' | 'hear'> =>
        at.part.isForBridge !== undefined && at.part.hear !== undefined,
    );
  }

  /** Gives the switch a part, or a part other settings, or takes it out. What one has counted stays while it is there. */
  set(id: string, settings: Settings | undefined): void {
    const row = this.#kinds.findIndex((kind) => kind.id === id);
    if (row < 0) return;
    const former = this.#all.find((at) => at.row === row);
    const others = this.#all.filter((at) => at.row !== row);
    this.settings = withSettings(this.settings, id, settings);
    this.#home.wakeAt(row, Number.POSITIVE_INFINITY);
    if (settings === undefined) {
      this.#place(others);
      return;
    }
    const made = this.#made(row);
    if (former !== undefined) {
      Object.assign(made.counters, former.counters);
      made.part.takeOver?.(former.part);
    }
    this.#place([...others, made].sort((a, b) => a.row - b.row));
    made.part.portsChanged?.();
  }

  /** The part that answers a frame for the switch, where one does. */
  hearerOf(bytes: Uint8Array): Required<Pick<SwitchPart, 'hear'>> | undefined {
    if (this.#hearing.length === 0 || !isLinkLocal(destinationOf(bytes))) return undefined;
    return this.#hearing.find(({ part }) => part.isForBridge(bytes))?.part;
  }
  /** What becomes of a frame that has come through its port. */
  ingress(frame: Transit, from: PartPort): Verdict {
    for (const at of this.#ingress) {
      const before = this.#home.tap.isOn ? { ...at.counters } : undefined;
      const verdict = at.part.ingress(frame, from);
      if (verdict === 'pass') continue;
      if (before !== undefined) this.#tellDropped(frame, from, 'switch', at, before);
      return verdict;
    }
    return 'pass';
  }

  /** The ports that parts send a frame to, and which part; nothing where none says. */
  choose(
    frame: Transit,
    from: PartPort,
  ): { readonly id: string; readonly ports: readonly number[] } | undefined {
    for (const { id, part } of this.#choose) {
      const ports = part.choose(frame, from);
      if (ports !== undefined) return { id, ports };
    }
    return undefined;
  }

  /** Whether a frame may leave by a port. */
  mayLeave(frame: Transit, to: PartPort): boolean {
    for (const at of this.#mayLeave) {
      const before = this.#home.tap.isOn ? { ...at.counters } : undefined;
      if (at.part.mayLeave(frame, to)) continue;
      if (before !== undefined) this.#tellDropped(frame, to, 'out', at, before);
      return false;
    }
    return true;
  }

  queued(frame: Transit, to: PartPort): void {
    for (const { part } of this.#queued) part.queued(frame, to);
  }
  portsChanged(): void {
    for (const { part } of this.#all) part.portsChanged?.();
  }
  timer(row: number, at: VirtualNs): void {
    this.#all.find((each) => each.row === row)?.part.timer?.(at);
  }

  #tellDropped(
    { bytes, domain, number }: Transit,
    { index: port }: PartPort,
    direction: 'switch' | 'out',
    { id: stage, counters }: PartAt,
    before: Readonly<Record<string, number>>,
  ): void {
    const { tap, name } = this.#home;
    const reason = risen(counters, before);
    tap.tell({
      ...{ point: 'dropped', switch: name, port, at: this.#home.now(), bytes, domain, number },
      ...{ direction, stage, ...(reason === undefined ? {} : { reason }) },
    });
  }

  capture(): readonly PlacedState[] {
    return this.#all.map(({ id, part, counters }) => capturePlaced(id, part, counters));
  }
  restore(saved: readonly PlacedState[]): void {
    if (saved.length !== this.#all.length)
      throw new SnapshotFormatError(`parts of switch ${this.#home.name}`);
    for (const [index, { id, part, counters }] of this.#all.entries())
      restorePlaced(id, part, counters, saved[index]!);
  }
}
