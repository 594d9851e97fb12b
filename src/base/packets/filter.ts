/**
 * Display filters: the part of Wireshark's language that learners use, as a tree that is read off the packet. Names of fields and
 * protocols, `== != < <= > >= contains matches in`, `&& || !` (`and or not`), parentheses, slices `field[0:3]`, bits `field & 2`, functions
 * `len count lower upper`, a field beside a field. A relation without an operator asks whether the field is there, or has one of the bits.
 * Nothing of the text is ever run.
 */
import { type Failure, fail, ok, type Result } from '../result.ts';
import { OPERANDS, type Operand, PROTOCOL_NAMES } from './filter-names.ts';
import { type Token, tokensOf } from './filter-tokens.ts';
import { type Literal, literal } from './filter-values.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { OF_STREAMS } from './protocols/stream-fields.ts';

/** Characters of a filter. */
export const FILTER_LENGTH = 1000;
/** Parentheses and negations in each other. */
const MOST_DEPTH = 32;
/** Values of one set. */
const MOST_VALUES = 64;

/** Of several values one is enough, all must differ for `!=`, and all must be the same for `===`; `!==`: one differs. */
export type Comparison = '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=' | 'contains';

const FUNCTIONS = ['len', 'count', 'lower', 'upper'] as const;

/** What is compared: values of a field, bytes or bits of them, or what a function makes of them. */
export interface Reading {
  readonly operand: Operand;
  /** Bytes from, and how many: up to the end where it is not said; from the end where it is less than zero. */
  readonly slice?: readonly [from: number, length: number | undefined];
  readonly bits?: number;
  readonly by?: (typeof FUNCTIONS)[number];
}

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'there'; readonly of: Reading }
  | {
      readonly kind: 'compare';
      readonly of: Reading;
      readonly by: Comparison;
      /** A value, or another field. */
      readonly with: Literal | Reading;
    }
  | { readonly kind: 'matches'; readonly of: Reading; readonly pattern: Pattern }
  | {
      readonly kind: 'among';
      readonly of: Reading;
      readonly values: readonly (readonly [Literal, Literal])[];
    };

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...{ '==': '==', eq: '==', any_eq: '==', '!=': '!=', ne: '!=', all_ne: '!=' },
  ...{ '===': '===', all_eq: '===', '!==': '!==', any_ne: '!==', '<': '<', lt: '<', '<=': '<=', le: '<=' },
  ...{ '>': '>', gt: '>', '>=': '>=', ge: '>=', contains: 'contains' },
};

/** What text says; `undefined` where it says nothing: every packet. An error has `at`, the character where it is. */
export function parseFilter(text: string): Result<Filter | undefined> {
  if (text.length > FILTER_LENGTH) return fail('filter.tooLong', { limit: FILTER_LENGTH, at: FILTER_LENGTH });
  const tokens = tokensOf(text);
  if (!tokens.ok) return tokens;
  if (tokens.value.length === 0) return ok(undefined);
  try {
    const reader = new Reader(tokens.value, text.length);
    const filter = reader.either(0);
    reader.end();
    return ok(filter);
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

/** A packet says by itself nothing of its conversation, and not all of a message that stands in several. */
function isOfStreams(name: string): boolean {
  return OF_STREAMS.has(name) || /^(?:http|data)(?:$|\.)/.test(name);
}

/** Whether a filter asks for what a packet is in its conversation. */
export function asksForStreams(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return asksForStreams(filter.left) || asksForStreams(filter.right);
    case 'not':
      return asksForStreams(filter.of);
    case 'compare':
      return (
        isOfStreams(filter.of.operand.name) ||
        ('operand' in filter.with && isOfStreams(filter.with.operand.name))
      );
    case 'there':
    case 'matches':
    case 'among':
      return isOfStreams(filter.of.operand.name);
  }
}

/** What a name stands for: a field, or all bytes of a protocol's layer. */
function operandOf(name: string): Operand | undefined {
  const whole = PROTOCOL_NAMES.get(name);
  return OPERANDS.get(name) ?? (whole === undefined ? undefined : { name, kind: 'bytes', whole });
}
/** As what a literal beside it is read. */
function kindOf({ operand, slice, bits, by }: Reading): Operand {
  if (by === 'len' || by === 'count' || bits !== undefined) return { ...operand, kind: 'number' };
  return slice === undefined ? operand : { ...operand, kind: 'bytes' };
}

/** Leaves the reading at once; never leaves this file. */
class Refusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.error.code);
    this.failure = failure;
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #next = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  either(depth: number): Filter {
    let left = this.#both(depth);
    while (this.#takes('||', 'or')) left = { kind: 'or', left, right: this.#both(depth) };
    return left;
  }
  #both(depth: number): Filter {
    let left = this.#negated(depth);
    while (this.#takes('&&', 'and')) left = { kind: 'and', left, right: this.#negated(depth) };
    return left;
  }
  #negated(depth: number): Filter {
    if (depth > MOST_DEPTH) throw new Refusal(fail('filter.tooDeep', { limit: MOST_DEPTH, at: this.#at }));
    if (this.#takes('!', 'not')) return { kind: 'not', of: this.#negated(depth + 1) };
    if (!this.#takes('(')) return this.#relation();
    const inner = this.either(depth + 1);
    this.#expect(')');
    return inner;
  }

  #relation(): Filter {
    const of = this.#reading();
    if (this.#takes('matches', '~')) return { kind: 'matches', of, pattern: this.#pattern(kindOf(of)) };
    if (this.#takes('in')) return this.#among(of);
    if (this.#peek?.text === 'not' && this.#tokens[this.#next + 1]?.text === 'in') {
      this.#next += 2;
      return { kind: 'not', of: this.#among(of) };
    }
    const by = this.#peek?.kind === 'quoted' ? undefined : COMPARISONS[this.#peek?.text ?? ''];
    if (by === undefined) {
      if (of.bits === undefined && (of.slice ?? of.by) !== undefined) throw this.#unexpected();
      return { kind: 'there', of };
    }
    this.#next += 1;
    return { kind: 'compare', of, by, with: this.#field() ?? this.#literal(kindOf(of), by) };
  }

  /** A field, or what a function makes of one. */
  #reading(): Reading {
    const token = this.#take('field');
    const by = FUNCTIONS.find((each) => each === token.text);
    if (by !== undefined && this.#takes('(')) {
      const of = this.#reading();
      this.#expect(')');
      return of.by === undefined ? { ...of, by } : this.#refuseName(token);
    }
    const operand = operandOf(token.text);
    if (operand === undefined) return this.#refuseName(token);
    const slice = this.#slice(token);
    const bits = this.#takes('&') ? this.#bits(operand, slice !== undefined) : undefined;
    return {
      operand,
      ...(slice === undefined ? {} : { slice }),
      ...(bits === undefined ? {} : { bits }),
    };
  }
  #refuseName({ text, at }: Token): never {
    throw new Refusal(fail('filter.noField', { name: text, at }));
  }
  #bits(operand: Operand, hasSlice: boolean): number {
    const token = this.#peek;
    const { value } = this.#literal({ ...operand, kind: 'number' }, '==');
    if (hasSlice || operand.kind === 'number' || operand.kind === 'hex') return Number(value);
    throw new Refusal(fail('filter.badValue', { name: operand.name, value: token!.text, at: token!.at }));
  }
  /** What is compared with, where it is a field: a name of one, and no value's. */
  #field(): Reading | undefined {
    const { kind, text } = this.#peek ?? {};
    return kind === 'field' && (OPERANDS.has(text!) || FUNCTIONS.some((each) => each === text))
      ? this.#reading()
      : undefined;
  }

  /** `[from:length]`, `[from-last]`, `[from:]`, `[:length]` or one byte; from the end where `from` has a minus. */
  #slice(of: Token): readonly [number, number | undefined] | undefined {
    if (!this.#takes('[')) return undefined;
    const isFromEnd = this.#takes('-');
    const from = this.#peek?.text === ':' ? 0 : this.#whole(of) * (isFromEnd ? -1 : 1);
    if (this.#takes(']')) return [from, 1];
    const isLast = this.#takes('-');
    if (!isLast) this.#expect(':');
    if (!isLast && this.#takes(']')) return [from, undefined];
    const length = this.#whole(of) - (isLast ? from - 1 : 0);
    this.#expect(']');
    return [from, Math.max(0, length)];
  }
  #whole(of: Token): number {
    const token = this.#take('value');
    if (!/^\d{1,5}$/.test(token.text))
      throw new Refusal(fail('filter.badValue', { name: of.text, value: token.text, at: token.at }));
    return Number(token.text);
  }

  #among(of: Reading): Filter {
    const operand = kindOf(of);
    this.#expect('{');
    const values: (readonly [Literal, Literal])[] = [];
    while (!this.#takes('}')) {
      if (values.length >= MOST_VALUES)
        throw new Refusal(fail('filter.tooLong', { limit: MOST_VALUES, at: this.#at }));
      const least = this.#literal(operand, '==');
      values.push([least, this.#takes('..') ? this.#literal(operand, '==') : least]);
      this.#takes(',');
    }
    return { kind: 'among', of, values };
  }

  #literal(operand: Operand, by: Comparison): Literal {
    const token = this.#peek;
    if (token === undefined || (token.kind !== 'value' && token.kind !== 'field' && token.kind !== 'quoted'))
      throw this.#unexpected();
    this.#next += 1;
    const value = literal(operand, by, token);
    if (value === undefined)
      throw new Refusal(fail('filter.badValue', { name: operand.name, value: token.text, at: token.at }));
    return value;
  }

  #pattern({ name, kind }: Operand): Pattern {
    const { text, at } = this.#take('quoted');
    const pattern = kind === 'text' || kind === 'bytes' ? patternOf(text) : undefined;
    if (pattern === undefined) throw new Refusal(fail('filter.badPattern', { name, value: text, at }));
    return pattern;
  }

  end(): void {
    if (this.#peek !== undefined) throw this.#unexpected();
  }

  get #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }
  get #at(): number {
    return this.#peek?.at ?? this.#length;
  }
  #takes(...texts: readonly string[]): boolean {
    const token = this.#peek;
    if (token === undefined || token.kind === 'quoted' || !texts.includes(token.text)) return false;
    this.#next += 1;
    return true;
  }
  #expect(text: string): void {
    if (!this.#takes(text)) throw this.#unexpected(text);
  }
  #take(kind: Token['kind']): Token {
    const token = this.#peek;
    if (token?.kind !== kind) throw this.#unexpected();
    this.#next += 1;
    return token;
  }
  #unexpected(wanted?: string): Refusal {
    const token = this.#peek;
    if (wanted !== undefined) return new Refusal(fail('filter.wanted', { wanted, at: this.#at }));
    if (token === undefined) return new Refusal(fail('filter.ends', { at: this.#length }));
    return new Refusal(fail('filter.unexpected', { found: token.text, at: token.at }));
  }
}
