/**
 * The access list of a port: rules in order, of which the first that fits a frame decides. Directions are the endpoint's: `in`
 * comes from it, `out` goes to it. A frame whose headers cannot be read fits rules that deny, and none that permits.
 */
import * as v from 'valibot';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, upTo } from '#base/state/types';
import type { Counters } from '#machine/devices/counters';
import { MATCH, MAYBE, matcher, NO, vlanOf, YES } from '../frame-match.ts';
import { Headers } from '../headers.ts';
import { defineStage, type PortStage, type StageKind, type Transit } from './stage.ts';

const MOST_RULES = 64;

interface AccessListState {
  /** Frames that each rule has decided, and how many of them could not be read. */
  readonly hits: readonly number[];
}
const STATE: Declaration<AccessListState> = declare('access list', { hits: list(integer, upTo(MOST_RULES)) });

const Action = v.picklist(['permit', 'deny']);
const Rule = v.strictObject({
  action: Action,
  direction: v.picklist(['in', 'out']),
  ...MATCH,
});
type RuleSettings = v.InferOutput<typeof Rule>;

const SETTINGS = {
  rules: v.pipe(v.array(Rule), v.maxLength(MOST_RULES)),
  /** What becomes of frames that no rule fits. */
  defaultIn: v.optional(Action, 'permit'),
  defaultOut: v.optional(Action, 'permit'),
} as const;

const ROWS = [
  { id: 'denied', unit: 'count', text: { en: 'denied by a rule', zh: '被规则拒绝' } },
  {
    id: 'unreadable',
    unit: 'count',
    text: {
      en: 'denied since the headers that a rule asks for cannot be read',
      zh: '规则所需的头部无法读取而被拒绝',
    },
  },
  { id: 'deniedByDefault', unit: 'count', text: { en: 'no rule permits it', zh: '没有规则允许' } },
] as const;
type Counter = (typeof ROWS)[number]['id'];

interface Rule {
  readonly place: number;
  readonly permits: boolean;
  readonly match: ReturnType<typeof matcher>;
}

/** One for all lists: nobody keeps what it says. */
const HEADERS = new Headers();

class AccessList implements PortStage {
  readonly #in: readonly Rule[];
  readonly #out: readonly Rule[];
  readonly #permitsIn: boolean;
  readonly #permitsOut: boolean;
  readonly #counters: Counters<Counter>;
  /** What each rule says, as text, and what it has decided. */
  readonly #said: readonly string[];
  readonly #hits: number[];

  constructor(
    rules: readonly RuleSettings[],
    defaults: { readonly in: boolean; readonly out: boolean },
    counters: Counters<Counter>,
  ) {
    const ofDirection = (direction: RuleSettings['direction']): Rule[] =>
      rules.flatMap((rule, place) =>
        rule.direction === direction
          ? [{ place, permits: rule.action === 'permit', match: matcher(rule) }]
          : [],
      );
    this.#in = ofDirection('in');
    this.#out = ofDirection('out');
    this.#permitsIn = defaults.in;
    this.#permitsOut = defaults.out;
    this.#counters = counters;
    this.#said = rules.map((rule) => JSON.stringify(rule));
    this.#hits = rules.map(() => 0);
  }

  ingress(frame: Transit): boolean {
    return this.#decide(this.#in, this.#permitsIn, frame);
  }
  egress(frame: Transit): boolean {
    return this.#decide(this.#out, this.#permitsOut, frame);
  }

  #decide(rules: readonly Rule[], permits: boolean, { bytes, domain }: Transit): boolean {
    if (rules.length > 0) {
      const headers = HEADERS.read(bytes);
      const vlan = vlanOf(headers, domain);
      for (const rule of rules) {
        const match = rule.match(headers, vlan);
        if (match === NO || (match === MAYBE && rule.permits)) continue;
        this.#hits[rule.place]! += 1;
        if (!rule.permits) this.#counters[match === YES ? 'denied' : 'unreadable'] += 1;
        return rule.permits;
      }
    }
    if (!permits) this.#counters.deniedByDefault += 1;
    return permits;
  }

  /** A rule of the same words takes its count over, wherever it stands now. */
  takeOver(former: PortStage): void {
    if (!(former instanceof AccessList)) return;
    const left = [...former.#said.entries()];
    for (const [place, said] of this.#said.entries()) {
      const same = left.findIndex(([, each]) => each === said);
      if (same >= 0) this.#hits[place] = former.#hits[left.splice(same, 1)[0]![0]]!;
    }
  }

  /** What each rule has decided. */
  view(): object {
    return { hits: [...this.#hits] };
  }

  capture(): PartState {
    return partState(STATE, { hits: [...this.#hits] });
  }
  restore(state: PartState): void {
    const { hits } = stateIn(STATE, state);
    if (hits.length !== this.#hits.length) throw new SnapshotFormatError('an access list of other rules');
    for (const [place, count] of hits.entries()) this.#hits[place] = count;
  }
}

export const ACCESS_LIST: StageKind = defineStage({
  id: 'access-list',
  isUsual: false,
  settings: SETTINGS,
  counters: ROWS,
  state: STATE,
  create: ({ rules, defaultIn, defaultOut }, _port, counters) =>
    new AccessList(rules, { in: defaultIn === 'permit', out: defaultOut === 'permit' }, counters),
});
