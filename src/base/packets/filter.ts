/**
 * Display filters: the part of Wireshark's language that learners use, as a tree that is read off the packet. Names of fields and
 * protocols, `== != < <= > >= contains in`, `&& || !` (`and or not`), parentheses, slices `field[0:3]`. A relation without an operator asks
 * whether the field is there. Nothing of the text is ever run.
 */
import { type Failure, fail, ok, type Result } from '../result.ts';
import { OPERANDS, type Operand, PROTOCOL_NAMES } from './filter-names.ts';
import { type Token, tokensOf } from './filter-tokens.ts';
import { type Literal, literal } from './filter-values.ts';

/** Characters of a filter. */
export const FILTER_LENGTH = 1000;
/** Parentheses and negations in each other. */
const MOST_DEPTH = 32;
/** Values of one set. */
const MOST_VALUES = 64;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains';

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'protocol'; readonly id: string }
  | { readonly kind: 'there'; readonly operand: Operand }
  | {
      readonly kind: 'compare';
      readonly operand: Operand;
      /** Bytes from, and how many: up to the end where it is not said. */
      readonly slice?: readonly [from: number, length: number | undefined];
      readonly by: Comparison;
      readonly value: Literal;
    }
  | {
      readonly kind: 'among';
      readonly operand: Operand;
      readonly values: readonly (readonly [Literal, Literal])[];
    };

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...{ '==': '==', eq: '==', '!=': '!=', ne: '!=', '<': '<', lt: '<', '<=': '<=', le: '<=' },
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
    const token = this.#take('field');
    const operand = OPERANDS.get(token.text);
    const isProtocol = PROTOCOL_NAMES.has(token.text);
    if (operand === undefined && !isProtocol)
      throw new Refusal(fail('filter.noField', { name: token.text, at: token.at }));
    const slice = this.#slice(token);
    if (this.#takes('matches', '~'))
      throw new Refusal(fail('filter.noMatches', { at: this.#tokens[this.#next - 1]!.at }));
    if (this.#takes('in')) return this.#among(operand, token);
    const by = COMPARISONS[this.#peek?.text ?? ''];
    if (by === undefined || this.#peek?.kind === 'quoted') {
      if (slice !== undefined) throw this.#unexpected();
      return operand === undefined
        ? { kind: 'protocol', id: PROTOCOL_NAMES.get(token.text)! }
        : { kind: 'there', operand };
    }
    this.#next += 1;
    const asked: Operand = operand ?? {
      name: token.text,
      kind: 'bytes',
      whole: PROTOCOL_NAMES.get(token.text)!,
    };
    const value = this.#literal(slice === undefined ? asked : { ...asked, kind: 'bytes' }, by);
    return { kind: 'compare', operand: asked, ...(slice === undefined ? {} : { slice }), by, value };
  }

  #slice(of: Token): readonly [number, number | undefined] | undefined {
    if (!this.#takes('[')) return undefined;
    const from = this.#whole(of);
    if (this.#takes(']')) return [from, 1];
    this.#expect(':');
    if (this.#takes(']')) return [from, undefined];
    const length = this.#whole(of);
    this.#expect(']');
    return [from, length];
  }
  #whole(of: Token): number {
    const token = this.#take('value');
    if (!/^\d{1,5}$/.test(token.text))
      throw new Refusal(fail('filter.badValue', { name: of.text, value: token.text, at: token.at }));
    return Number(token.text);
  }

  #among(operand: Operand | undefined, token: Token): Filter {
    if (operand === undefined) throw new Refusal(fail('filter.noField', { name: token.text, at: token.at }));
    this.#expect('{');
    const values: (readonly [Literal, Literal])[] = [];
    while (!this.#takes('}')) {
      if (values.length >= MOST_VALUES)
        throw new Refusal(fail('filter.tooLong', { limit: MOST_VALUES, at: this.#at }));
      const least = this.#literal(operand, '==');
      values.push([least, this.#takes('..') ? this.#literal(operand, '==') : least]);
      this.#takes(',');
    }
    return { kind: 'among', operand, values };
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
