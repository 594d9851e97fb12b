/**
 * Patterns of `matches`: the part of regular expressions that people use in filters, read into states that are all followed at once
 * (Thompson 1968). So no pattern takes longer than its states times the text: the expressions of JavaScript can take for ever, and a filter
 * may come with a link. Letters match in either case, as in Wireshark.
 *
 *     abc  .  [a-z]  [^"]  \d \w \s \D \W \S  \x41  ( | )  * + ? {2} {2,} {2,5}  ^ $
 */

/** States of one pattern, and groups in each other. */
const MOST_STATES = 2000;
const MOST_DEPTH = 16;
const MOST_TIMES = 255;

type Test = (code: number) => boolean;
type Part =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'row' | 'either'; readonly of: readonly Part[] }
  | { readonly kind: 'times'; readonly of: Part; readonly least: number; readonly most: number };

/** A state, and where it leads. */
type State =
  | { readonly kind: 'one'; readonly test: Test; readonly next: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'found' };

export interface Pattern {
  /** Whether it is anywhere in a text. */
  isIn(text: string): boolean;
}

/** Nothing where the text is no pattern, or one that would be too large. */
export function patternOf(text: string): Pattern | undefined {
  try {
    const states: State[] = [{ kind: 'found' }];
    const first = build(new Reader(text).whole(), 0, states);
    return { isIn: (searched) => search(states, first, searched) };
  } catch (error) {
    if (error instanceof NoPattern) return undefined;
    throw error;
  }
}

/** Leaves the reading at once; never leaves this file. */
class NoPattern extends Error {}

const isDigit: Test = (code) => code >= 48 && code <= 57;
const isWord: Test = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);
const CLASSES: Readonly<Record<string, Test>> = {
  ...{ d: isDigit, w: isWord, s: isSpace, D: not(isDigit), W: not(isWord), S: not(isSpace) },
};
const SIGNS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

/** The same letter in the other case, of ASCII. */
function swapped(code: number): number {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? code ^ 32 : code;
}
const inAnyCase =
  (test: Test): Test =>
  (code) =>
    test(code) || test(swapped(code));

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Part {
    const part = this.#either(0);
    if (this.#at < this.#text.length) throw new NoPattern();
    return part;
  }
  #takes(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }
  #one(): string {
    const sign = this.#text[this.#at];
    if (sign === undefined) throw new NoPattern();
    this.#at += 1;
    return sign;
  }

  #either(depth: number): Part {
    if (depth > MOST_DEPTH) throw new NoPattern();
    const of = [this.#row(depth)];
    while (this.#takes('|')) of.push(this.#row(depth));
    return { kind: 'either', of };
  }
  #row(depth: number): Part {
    const of: Part[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!))
      of.push(this.#repeated(this.#atom(depth)));
    return { kind: 'row', of };
  }
  #repeated(of: Part): Part {
    const times = this.#times();
    if (times === undefined) return of;
    // Asking for few or for many finds the same.
    this.#takes('?');
    return { kind: 'times', of, ...times };
  }
  #times(): { readonly least: number; readonly most: number } | undefined {
    if (this.#takes('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#takes('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#takes('?')) return { least: 0, most: 1 };
    const said = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(this.#text.slice(this.#at));
    if (said === null) return undefined;
    this.#at += said[0].length;
    const least = Number(said[1]);
    const most =
      said[2] === undefined ? least : said[3] === undefined ? Number.POSITIVE_INFINITY : Number(said[3]);
    if (least > MOST_TIMES || most < least) throw new NoPattern();
    return { least, most };
  }
  #atom(depth: number): Part {
    if (this.#takes('(')) {
      if (!this.#takes('?:')) this.#takes('?i)');
      const inner = this.#either(depth + 1);
      if (!this.#takes(')')) throw new NoPattern();
      return inner;
    }
    if (this.#takes('^')) return { kind: 'start' };
    if (this.#takes('$')) return { kind: 'end' };
    if (this.#takes('.')) return { kind: 'one', test: (code) => code !== 10 };
    if (this.#takes('[')) return { kind: 'one', test: this.#set() };
    if ('*+?'.includes(this.#text[this.#at]!)) throw new NoPattern();
    const sign = this.#sign();
    return { kind: 'one', test: typeof sign === 'number' ? inAnyCase((code) => code === sign) : sign };
  }
  /** One sign, or a sort of signs. */
  #sign(): number | Test {
    const sign = this.#one();
    if (sign !== '\\') return sign.charCodeAt(0);
    const escaped = this.#one();
    if (escaped !== 'x') return CLASSES[escaped] ?? SIGNS[escaped] ?? this.#plain(escaped);
    const digits = this.#one() + this.#one();
    if (!/^[0-9a-f]{2}$/i.test(digits)) throw new NoPattern();
    return Number.parseInt(digits, 16);
  }
  #plain(escaped: string): number {
    // Letters would mean something that is not offered: words' ends, what a group has found.
    if (/[A-Za-z0-9]/.test(escaped)) throw new NoPattern();
    return escaped.charCodeAt(0);
  }
  #set(): Test {
    const isOther = this.#takes('^');
    const tests: Test[] = [];
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      const from = this.#sign();
      if (typeof from !== 'number') {
        tests.push(from);
        continue;
      }
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      if (isRange) this.#at += 1;
      const to = isRange ? this.#sign() : from;
      if (typeof to !== 'number' || to < from) throw new NoPattern();
      tests.push((code) => code >= from && code <= to);
    }
    this.#at += 1;
    const isOne = inAnyCase((code) => tests.some((test) => test(code)));
    return isOther ? not(isOne) : isOne;
  }
}

/** The state at which a part begins, that goes on at another. */
function build(part: Part, next: number, states: State[]): number {
  if (states.length > MOST_STATES) throw new NoPattern();
  switch (part.kind) {
    case 'one':
      return states.push({ kind: 'one', test: part.test, next }) - 1;
    case 'start':
    case 'end':
      return states.push({ kind: part.kind, next }) - 1;
    case 'row':
      return part.of.reduceRight((follows, each) => build(each, follows, states), next);
    case 'either':
      return part.of
        .map((each) => build(each, next, states))
        .reduce((other, first) => states.push({ kind: 'fork', next: first, other }) - 1);
    case 'times':
      return repeat(part, next, states);
  }
}
function repeat(
  { of, least, most }: Extract<Part, { readonly kind: 'times' }>,
  next: number,
  states: State[],
): number {
  let first = next;
  if (most === Number.POSITIVE_INFINITY) {
    const fork: State = { kind: 'fork', next: 0, other: next };
    first = states.push(fork) - 1;
    fork.next = build(of, first, states);
  } else
    for (let count = least; count < most; count++) {
      const once = build(of, first, states);
      first = states.push({ kind: 'fork', next: once, other: next }) - 1;
    }
  for (let count = 0; count < least; count++) {
    const once = build(of, first, states);
    // What takes no state is the same however often: no bound of states would end the building of empty groups in each other.
    if (once === first) break;
    first = once;
  }
  return first;
}

/** Follows all states at once. */
function search(states: readonly State[], first: number, text: string): boolean {
  const seen = new Int32Array(states.length).fill(-1);
  let here: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    const reached: number[] = [];
    const waiting = [...here, first];
    while (waiting.length > 0) {
      const index = waiting.pop()!;
      if (seen[index] === at) continue;
      seen[index] = at;
      const state = states[index]!;
      if (state.kind === 'found') return true;
      if (state.kind === 'one') reached.push(index);
      else if (state.kind === 'fork') waiting.push(state.next, state.other);
      else if (at === (state.kind === 'start' ? 0 : text.length)) waiting.push(state.next);
    }
    const code = text.charCodeAt(at);
    here = reached.flatMap((index) => {
      const state = states[index]!;
      return state.kind === 'one' && at < text.length && state.test(code) ? [state.next] : [];
    });
  }
  return false;
}
