/**
 * What a policy computes with: metrics and numbers, joined by + − × ÷ (`*`, `/`), brackets and `sqrt`. A text is parsed into a tree and the
 * tree is walked; nothing of it is ever code. These operations give the same bits everywhere (IEEE 754), so that decisions can be made again.
 *
 *   expression = term { ("+" | "-") term }
 *   term       = factor { ("*" | "/") factor }
 *   factor     = "-" factor | number | "sqrt" "(" expression ")" | "(" expression ")" | name [ "@" vm ]
 *
 * Names have dashes in them, as metrics do: a minus behind a name has a space before it.
 */
import { NAME_LENGTH } from '#base/catalogue/names';
import { fail, ok, type Result } from '#base/result';
import { MOST_CHARACTERS } from '../shapes/policies.ts';

/** Brackets within brackets. */
const MOST_DEPTH = 16;

/** A metric of a VM: of the one whose policy it is, unless it names another. */
export interface MetricName {
  readonly metric: string;
  readonly vm?: string;
}

export type Expression =
  | { readonly is: 'number'; readonly value: number }
  | ({ readonly is: 'metric' } & MetricName)
  | { readonly is: 'minus' | 'sqrt'; readonly of: Expression }
  | { readonly is: '+' | '-' | '*' | '/'; readonly left: Expression; readonly right: Expression };

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([a-z][a-z0-9-]*)(?:@([A-Za-z0-9-]+))?|([-+*/()]))/y;

interface Token {
  readonly at: number;
  readonly number?: number;
  readonly name?: string;
  readonly vm?: string;
  readonly sign?: string;
}

/** The tree of a text, or where it is none. */
export function parseExpression(text: string): Result<Expression> {
  if (text.length > MOST_CHARACTERS)
    return fail('policy.longExpression', { length: text.length, most: MOST_CHARACTERS });
  const tokens = tokensOf(text);
  return tokens.ok ? new Parser(text, tokens.value).whole() : tokens;
}

function tokensOf(text: string): Result<Token[]> {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) return fail('policy.badExpression', { text, at });
    const [, number, name, vm, sign] = found;
    const place = { at: TOKEN.lastIndex - 1 };
    if (number !== undefined) tokens.push({ ...place, number: Number(number) });
    else if (name !== undefined) tokens.push({ ...place, name, ...(vm === undefined ? {} : { vm }) });
    else if (sign !== undefined) tokens.push({ ...place, sign });
    at = TOKEN.lastIndex;
  }
  return ok(tokens);
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  whole(): Result<Expression> {
    const found = this.#sum(0);
    return found !== undefined && this.#next === this.#tokens.length ? ok(found) : this.#bad();
  }

  #bad(): Result<never> {
    const { length } = this.#text;
    return fail('policy.badExpression', { text: this.#text, at: this.#tokens[this.#next]?.at ?? length });
  }
  #takes(...signs: readonly string[]): string | undefined {
    const sign = this.#tokens[this.#next]?.sign;
    if (sign === undefined || !signs.includes(sign)) return undefined;
    this.#next += 1;
    return sign;
  }

  #sum(depth: number): Expression | undefined {
    return this.#joined(['+', '-'], () => this.#joined(['*', '/'], () => this.#factor(depth)));
  }
  /** What signs of one rank join, from the left. */
  #joined(
    signs: readonly ('+' | '-' | '*' | '/')[],
    part: () => Expression | undefined,
  ): Expression | undefined {
    let left = part();
    while (left !== undefined) {
      const sign = this.#takes(...signs);
      const is = signs.find((each) => each === sign);
      if (is === undefined) return left;
      const right = part();
      left = right === undefined ? undefined : { is, left, right };
    }
    return undefined;
  }
  #factor(depth: number): Expression | undefined {
    if (depth > MOST_DEPTH) return undefined;
    if (this.#takes('-') !== undefined) {
      const of = this.#factor(depth + 1);
      return of === undefined ? undefined : { is: 'minus', of };
    }
    const token = this.#tokens[this.#next];
    if (token?.sign === '(') return this.#bracket(depth);
    if (token === undefined || token.sign !== undefined) return undefined;
    this.#next += 1;
    const { number, name = '', vm } = token;
    if (number !== undefined) return { is: 'number', value: number };
    if (name === 'sqrt' && vm === undefined) {
      const of = this.#bracket(depth);
      return of === undefined ? undefined : { is: 'sqrt', of };
    }
    if (vm !== undefined && vm.length > NAME_LENGTH) return undefined;
    return { is: 'metric', metric: name, ...(vm === undefined ? {} : { vm }) };
  }
  #bracket(depth: number): Expression | undefined {
    if (this.#takes('(') === undefined) return undefined;
    const inner = this.#sum(depth + 1);
    return this.#takes(')') === undefined ? undefined : inner;
  }
}

/** Its value; not a number where a metric is not known, or nothing comes of it. */
export function evaluate(expression: Expression, read: (name: MetricName) => number): number {
  switch (expression.is) {
    case 'number':
      return expression.value;
    case 'metric':
      return read(expression);
    case 'minus':
      return -evaluate(expression.of, read);
    case 'sqrt':
      return Math.sqrt(evaluate(expression.of, read));
    case '+':
      return evaluate(expression.left, read) + evaluate(expression.right, read);
    case '-':
      return evaluate(expression.left, read) - evaluate(expression.right, read);
    case '*':
      return evaluate(expression.left, read) * evaluate(expression.right, read);
    case '/':
      return evaluate(expression.left, read) / evaluate(expression.right, read);
  }
}

/** The metrics that it names. */
export function metricsIn(expression: Expression): readonly MetricName[] {
  switch (expression.is) {
    case 'number':
      return [];
    case 'metric':
      return [expression];
    case 'minus':
    case 'sqrt':
      return metricsIn(expression.of);
    default:
      return [...metricsIn(expression.left), ...metricsIn(expression.right)];
  }
}
