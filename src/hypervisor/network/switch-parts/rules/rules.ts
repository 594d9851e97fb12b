/**
 * Flow rules, in the manner of OpenFlow: what fits a frame best by priority says what becomes of it, before the forwarding table is
 * asked. Rules may be forgotten after some time, or when nothing has hit them for some time. VLANs and access lists of the ports
 * hold all the same: a rule chooses among the ways that they leave.
 */
import { macBytes } from '#base/packets/values';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { formatMac } from '../../ether-frame.ts';
import { MAYBE, matcher, NO, vlanOf } from '../../frame-match.ts';
import { Headers } from '../../headers.ts';
import type { Transit } from '../../stages/stage.ts';
import type { PartPort, PartSwitch, SwitchPart, Verdict } from '../switch-part.ts';
import { MOST_RULES, type RuleCounter, type RuleSettings } from './rule.ts';

/** Frames that are shown with the rule that they hit, the last ones. */
const SHOWN = 16;

export interface FlowState {
  /** What it said, as text: a rule of the same words takes its counts over. */
  readonly rule: string;
  readonly frames: number;
  readonly bytes: number;
  readonly givenAt: VirtualNs;
  readonly hitAt: VirtualNs;
}
export interface RulesState {
  readonly flows: readonly FlowState[];
}
const LONGEST_RULE = 8192;
export const RULES_STATE: Declaration<RulesState> = declare('flow rules', {
  flows: list(
    declare<FlowState>('flow rule', {
      ...{ rule: text(LONGEST_RULE), frames: integer, bytes: integer, givenAt: integer, hitAt: integer },
    }),
    upTo(MOST_RULES),
  ),
});

/** A rule in the table, with what it has counted. */
class Flow {
  readonly place: number;
  readonly settings: RuleSettings;
  readonly said: string;
  readonly fits: ReturnType<typeof matcher>;
  frames = 0;
  bytes = 0;
  givenAt: VirtualNs;
  hitAt: VirtualNs;

  constructor(place: number, settings: RuleSettings, now: VirtualNs) {
    this.place = place;
    this.settings = settings;
    this.said = JSON.stringify(settings);
    this.fits = matcher(settings);
    this.givenAt = now;
    this.hitAt = now;
  }

  isLive(now: VirtualNs): boolean {
    const { hardNs, idleNs } = this.settings;
    return (
      (hardNs === undefined || now < this.givenAt + hardNs) &&
      (idleNs === undefined || now < this.hitAt + idleNs)
    );
  }
  takeCounts({ frames, bytes, givenAt, hitAt }: Omit<FlowState, 'rule'>): void {
    this.frames = frames;
    this.bytes = bytes;
    this.givenAt = givenAt;
    this.hitAt = hitAt;
  }
}

/** A frame and the rule that it hit; none: -1. */
interface Decided {
  readonly at: VirtualNs;
  readonly from: string;
  readonly source: number;
  readonly destination: number;
  readonly etherType: number;
  readonly vlan: number;
  readonly rule: number;
}

const HEADERS = new Headers();
const NOBODY: readonly number[] = [];

export class Rules implements SwitchPart {
  /** As they were given; and in the order in which they are tried. */
  readonly #flows: readonly Flow[];
  readonly #tried: readonly Flow[];
  readonly #miss: 'normal' | 'drop';
  readonly #self: PartSwitch;
  readonly #counters: Counters<RuleCounter>;
  readonly #byName = new Map<string, number>();
  /** What the frame that is on its way hit. */
  #current: Flow | undefined;
  /** For whoever looks, a ring: no state holds it. */
  readonly #shown: Decided[] = [];
  #next = 0;

  constructor(
    rules: readonly RuleSettings[],
    miss: 'normal' | 'drop',
    self: PartSwitch,
    counters: Counters<RuleCounter>,
  ) {
    const now = self.now();
    this.#flows = rules.map((rule, place) => new Flow(place, rule, now));
    this.#tried = [...this.#flows].sort(
      (a, b) => b.settings.priority - a.settings.priority || a.place - b.place,
    );
    this.#miss = miss;
    this.#self = self;
    this.#counters = counters;
    this.portsChanged();
  }

  portsChanged(): void {
    this.#byName.clear();
    for (const { name, index } of this.#self.ports()) this.#byName.set(name, index);
  }

  ingress(frame: Transit, from: PartPort): Verdict {
    const now = this.#self.now();
    const headers = HEADERS.read(frame.bytes);
    const flow = this.#find(headers, frame, from, now);
    this.#show(headers, frame, from, flow, now);
    this.#current = flow;
    if (flow === undefined) {
      this.#counters.missed += 1;
      if (this.#miss === 'normal') return 'pass';
      this.#counters.dropped += 1;
      return 'drop';
    }
    this.#counters.hit += 1;
    flow.frames += 1;
    flow.bytes += frame.bytes.length;
    flow.hitAt = now;
    const { action, mirror } = flow.settings;
    const copyTo = mirror === undefined ? undefined : this.#byName.get(mirror);
    if (copyTo !== undefined) this.#self.send(copyTo, frame.bytes, frame.domain);
    if (action === 'drop') {
      this.#counters.dropped += 1;
      return 'drop';
    }
    change(frame, flow.settings);
    return 'pass';
  }

  #find(headers: Headers, { domain }: Transit, { name }: PartPort, now: VirtualNs): Flow | undefined {
    const vlan = vlanOf(headers, domain);
    for (const flow of this.#tried) {
      const { inPort, action } = flow.settings;
      if ((inPort !== undefined && inPort !== name) || !flow.isLive(now)) continue;
      const match = flow.fits(headers, vlan);
      if (match !== NO && (match !== MAYBE || action === 'drop')) return flow;
    }
    return undefined;
  }

  choose(_: Transit, from: PartPort): readonly number[] | undefined {
    const settings = this.#current?.settings;
    if (settings?.action === 'flood')
      return this.#self.ports().flatMap(({ index }) => (index === from.index ? [] : [index]));
    if (settings?.action !== 'output') return undefined;
    const ports = (settings.ports ?? []).flatMap((name) => this.#byName.get(name) ?? []);
    return ports.length === 0 ? NOBODY : ports.filter((index) => index !== from.index);
  }

  #show(
    headers: Headers,
    { domain }: Transit,
    { name }: PartPort,
    flow: Flow | undefined,
    at: VirtualNs,
  ): void {
    const { source, destination, etherType } = headers;
    const [vlan, rule] = [vlanOf(headers, domain), flow?.place ?? -1];
    this.#shown[this.#next] = { at, from: name, source, destination, etherType, vlan, rule };
    this.#next = (this.#next + 1) % SHOWN;
  }

  takeOver(former: SwitchPart): void {
    if (!(former instanceof Rules)) return;
    const left = [...former.#flows];
    for (const flow of this.#flows) {
      const same = left.findIndex(({ said }) => said === flow.said);
      if (same >= 0) flow.takeCounts(left.splice(same, 1)[0]!);
    }
  }

  view(): object {
    const now = this.#self.now();
    const rules = this.#flows.map((flow) => ({
      ...{ frames: flow.frames, bytes: flow.bytes, ageNs: now - flow.givenAt, live: flow.isLive(now) },
      ...(flow.frames === 0 ? {} : { hitAgoNs: now - flow.hitAt }),
    }));
    const last = [...this.#shown.slice(this.#next), ...this.#shown.slice(0, this.#next)];
    return {
      rules,
      last: last.map(({ at, source, destination, ...shown }) => ({
        ...{ ...shown, agoNs: now - at, source: formatMac(source), destination: formatMac(destination) },
      })),
    };
  }

  capture(): PartState {
    const flows = this.#flows.map(({ said: rule, frames, bytes, givenAt, hitAt }) => ({
      ...{ rule, frames, bytes, givenAt, hitAt },
    }));
    return partState(RULES_STATE, { flows });
  }
  restore(state: PartState): void {
    const { flows } = stateIn(RULES_STATE, state);
    for (const [place, flow] of this.#flows.entries()) {
      const saved = flows[place];
      if (saved?.rule === flow.said) flow.takeCounts(saved);
    }
    this.#shown.length = 0;
    this.#next = 0;
  }
}

/** Sets what the rule sets: in a copy, since others may hold the bytes. */
function change(frame: Transit, { setVlan, setSourceMac, setDestinationMac }: RuleSettings): void {
  if (setVlan !== undefined) frame.domain = setVlan;
  if (setSourceMac === undefined && setDestinationMac === undefined) return;
  const bytes = frame.bytes.slice();
  if (setDestinationMac !== undefined) bytes.set(macBytes(setDestinationMac) ?? [], 0);
  if (setSourceMac !== undefined) bytes.set(macBytes(setSourceMac) ?? [], 6);
  frame.bytes = bytes;
}
