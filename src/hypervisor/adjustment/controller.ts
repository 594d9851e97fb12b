/**
 * One policy at work: *adjustment = metric × coefficient* (4.2.4 of the article), with what keeps such a rule from doing harm. It is asked
 * once for each sample and says what it would do; it changes nothing but itself, so that the recorded past can be run through another one.
 *
 *   condition held for long enough → not too soon after the last act → Σ metric × coefficient → at most a step → within bounds
 */
import { invariant } from '#base/result';
import type { PolicySpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { type ControllerState, FRESH, MOST_POINTS, type PathPoint } from './adjuster-state.ts';
import { type Expression, evaluate, isWithin, type Known, parseExpression } from './expression.ts';

/** It swings what has turned round so often within so many acts, and went at least this part as far each time as the time before. */
const TURNS = 3;
const WITHIN_ACTS = 64;
const AS_FAR = 0.5;
/** Of what it is set to: who turns round for less does no harm. */
const TOO_LITTLE = 0.05;
/** Each time it swings, what it does is halved; so often, and it rests until it is set anew. */
const MOST_HALVINGS = 6;

/** Why it does what it does. */
export const OUTCOMES = [
  /** Something it reads is not known. */
  'unknown',
  'condition',
  'hold',
  'cool-down',
  /** It has swung until nothing was left of it. */
  'rests',
  /** It is there already, or at its bound. */
  'nothing',
  'acts',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a policy comes to at a sample. */
export interface Verdict {
  readonly outcome: Outcome;
  /** What its condition looks at. */
  readonly condition?: number;
  /** Each term's metric, in order. */
  readonly inputs: readonly number[];
  /** Σ metric × coefficient. */
  readonly adjustment: number;
  /** What it wants its target to be. */
  readonly wanted: number;
  /** It was found to swing, and does half as much from now on. */
  readonly damped: boolean;
}

export interface ControllerOptions {
  readonly spec: PolicySpec;
  /** What its target may be at all. */
  readonly least: number;
  readonly most: number;
}

export class Controller {
  readonly spec: PolicySpec;
  readonly #least: number;
  readonly #most: number;
  readonly #terms: readonly { readonly of: Expression; readonly coefficient: number }[];
  readonly #when: Expression | undefined;
  #state: ControllerState = FRESH;

  /** @param options of a policy that has been checked */
  constructor({ spec, least, most }: ControllerOptions) {
    this.spec = spec;
    this.#least = Math.max(least, spec.least ?? least);
    this.#most = Math.min(most, spec.most ?? most);
    this.#terms = spec.terms.map(({ metric, coefficient }) => ({ of: parsed(metric), coefficient }));
    this.#when = spec.when && parsed(spec.when.metric);
  }

  /** What it says of `at`, where its target is `current`. */
  decide(at: VirtualNs, current: number, known: Known): Verdict {
    const inputs = this.#terms.map(({ of }) => evaluate(of, known));
    const sum = this.#terms.reduce((total, { coefficient }, n) => total + coefficient * (inputs[n] ?? 0), 0);
    const condition = this.#when && evaluate(this.#when, known);
    const seen = { inputs, adjustment: sum, ...(condition === undefined ? {} : { condition }) };
    const rest = (outcome: Outcome): Verdict => ({ ...seen, outcome, wanted: current, damped: false });
    if (!Number.isFinite(sum) || (condition !== undefined && !Number.isFinite(condition))) {
      this.#set({ since: -1 });
      return rest('unknown');
    }
    if (!this.#holds(condition)) {
      this.#set({ since: -1 });
      return rest('condition');
    }
    if (this.#state.since < 0) this.#set({ since: at });
    const { since, actedAt, halvings } = this.#state;
    if (at - since < this.spec.holdNs) return rest('hold');
    if (actedAt >= 0 && at - actedAt < this.spec.coolDownNs) return rest('cool-down');
    if (halvings > MOST_HALVINGS) return rest('rests');
    const wanted = this.#stepFrom(current, sum, halvings);
    if (wanted === current) return rest('nothing');
    const damped = this.#note(at, current, wanted);
    return { ...seen, outcome: 'acts', wanted, damped };
  }

  #holds(condition: number | undefined): boolean {
    const { when } = this.spec;
    if (when === undefined || condition === undefined) return true;
    return isWithin(condition, when);
  }

  #stepFrom(current: number, adjustment: number, halvings: number): number {
    const most = this.spec.step ?? Number.POSITIVE_INFINITY;
    const step = Math.min(most, Math.max(-most, adjustment)) / 2 ** halvings;
    return Math.min(this.#most, Math.max(this.#least, Math.round(current + step)));
  }

  /** Notes an act; true where it is the one by which a swing is known. */
  #note(at: VirtualNs, from: number, to: number): boolean {
    const { halvings, path: before } = this.#state;
    const path = pathTo(before.length === 0 ? [{ value: from, act: 0 }] : before, to);
    const swings = isSwinging(path);
    this.#set({ actedAt: at, path: swings ? [] : path, halvings: halvings + (swings ? 1 : 0) });
    return swings;
  }

  #set(change: Partial<ControllerState>): void {
    this.#state = { ...this.#state, ...change };
  }
  capture(): ControllerState {
    return this.#state;
  }
  restore(state: ControllerState): void {
    this.#state = state;
  }
}

/** The places where a way turned round, its beginning and its end, with one more act. */
function pathTo(path: readonly PathPoint[], value: number): readonly PathPoint[] {
  const [before, last] = [path.at(-2), path.at(-1)!];
  const act = last.act + 1;
  const goesOn = before !== undefined && (last.value - before.value) * (value - last.value) > 0;
  return [...(goesOn ? path.slice(0, -1) : path), { value, act }]
    .filter((point) => act - point.act <= WITHIN_ACTS)
    .slice(-MOST_POINTS);
}
/** What comes to rest turns round less far each time. */
function isSwinging(path: readonly PathPoint[]): boolean {
  const turns = path.slice(1, -1).slice(-TURNS);
  const ways = turns.slice(1).map(({ value }, n) => Math.abs(value - turns[n]!.value));
  if (turns.length < TURNS || ways.some((way, n) => way < TOO_LITTLE * Math.abs(turns[n]!.value)))
    return false;
  return ways.slice(1).every((way, n) => way >= AS_FAR * ways[n]!);
}

/** Of a text that has been checked. */
function parsed(text: string): Expression {
  const found = parseExpression(text);
  invariant(found.ok, 'a policy at work has been checked');
  return found.value;
}
