/**
 * What a policy computes with: metrics and numbers, joined by + − × ÷ (`*`, `/`), brackets and `sqrt`. A text is parsed into a tree and the
 * tree is walked; nothing of it is ever code. These operations give the same bits everywhere (IEEE 754), so that decisions can be made again.
 *
 *   expression = term { ("+" | "-") term }
 *   term       = factor { ("*" | "/") factor }
 *   factor     = "-" factor | number | "sqrt" "(" expression ")" | "(" expression ")"
 *              | "alarm" "(" its name ")" | name [ "[" part "]" ] [ "@" vm ]
 *
 * Names have dashes in them, as metrics do: a minus behind a name has a space before it. The name of an alarm stands as it is, or between
 * quotation marks where it has brackets in it.
 */
import { LIMITS } from '#base/catalogue/limits';
import { NAME_LENGTH } from '#base/catalogue/names';
import { fail, ok, type Result } from '#base/result';
import type { Condition } from '#base/scenario';
import { maybe } from '../shapes/document.ts';

/**
 * A metric of a VM: of the one whose policy it is, unless it names another. Of a part it names that too: `disk-queue[0]`, and a port or
 * a physical disk of the host as `port-queue[lan/web/0]`.
 */
export interface MetricName {
  readonly metric: string;
  readonly part?: string;
  readonly vm?: string;
}

/** What names stand for: not a number where that is not known. */
export interface Known {
  metric(name: MetricName): number;
  /** 1 while it fires, 0 while it does not. */
  alarm(name: string): number;
}

export type Expression =
  | { readonly is: 'number'; readonly value: number }
  | ({ readonly is: 'metric' } & MetricName)
  | { readonly is: 'alarm'; readonly alarm: string }
  | { readonly is: 'minus' | 'sqrt'; readonly of: Expression }
  | { readonly is: '+' | '-' | '*' | '/'; readonly left: Expression; readonly right: Expression };

const TOKENS = [
  /(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)/,
  /alarm\s*\(\s*(?:"(?<quoted>[^"]+)"|(?<alarm>[^()"\s][^()"]*))\s*\)/,
  /(?<name>[a-z][a-z0-9-]*)(?:\[(?<part>[^[\]]+)\])?(?:@(?<vm>[A-Za-z0-9-]+))?/,
  /(?<sign>[-+*/()])/,
];
const TOKEN = new RegExp(`\\s*(?:${TOKENS.map(({ source }) => source).join('|')})`, 'y');

/** A number, a sign, or a name. */
interface Token {
  readonly at: number;
  readonly sign?: string;
  readonly leaf?: Expression;
}

/** The tree of a text, or where it is none. */
export function parseExpression(text: string): Result<Expression> {
  if (text.length > LIMITS.expressionLength)
    return fail('policy.longExpression', { length: text.length, most: LIMITS.expressionLength });
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
    tokens.push({ at: TOKEN.lastIndex - 1, ...tokenOf(found.groups ?? {}) });
    at = TOKEN.lastIndex;
  }
  return ok(tokens);
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Omit<Token, 'at'> {
  const { number, quoted, alarm = quoted, name: metric = '', part, vm, sign } = groups;
  if (sign !== undefined) return { sign };
  if (number !== undefined) return { leaf: { is: 'number', value: Number(number) } };
  if (alarm !== undefined) return { leaf: { is: 'alarm', alarm: alarm.trim() } };
  return { leaf: { is: 'metric', metric, ...maybe('part', part), ...maybe('vm', vm) } };
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
    if (depth > LIMITS.expressionDepth) return undefined;
    if (this.#takes('-') !== undefined) {
      const of = this.#factor(depth + 1);
      return of === undefined ? undefined : { is: 'minus', of };
    }
    const token = this.#tokens[this.#next];
    if (token?.sign === '(') return this.#bracket(depth);
    const leaf = token?.leaf;
    if (leaf === undefined) return undefined;
    this.#next += 1;
    if (leaf.is !== 'metric') return leaf;
    const { metric, part, vm } = leaf;
    if (metric === 'sqrt' && part === undefined && vm === undefined) {
      const of = this.#bracket(depth);
      return of === undefined ? undefined : { is: 'sqrt', of };
    }
    return vm !== undefined && vm.length > NAME_LENGTH ? undefined : leaf;
  }
  #bracket(depth: number): Expression | undefined {
    if (this.#takes('(') === undefined) return undefined;
    const inner = this.#sum(depth + 1);
    return this.#takes(')') === undefined ? undefined : inner;
  }
}

/** Its value; not a number where something in it is not known, or nothing comes of it. */
export function evaluate(expression: Expression, known: Known): number {
  switch (expression.is) {
    case 'number':
      return expression.value;
    case 'metric':
      return known.metric(expression);
    case 'alarm':
      return known.alarm(expression.alarm);
    case 'minus':
      return -evaluate(expression.of, known);
    case 'sqrt':
      return Math.sqrt(evaluate(expression.of, known));
    case '+':
      return evaluate(expression.left, known) + evaluate(expression.right, known);
    case '-':
      return evaluate(expression.left, known) - evaluate(expression.right, known);
    case '*':
      return evaluate(expression.left, known) * evaluate(expression.right, known);
    case '/':
      return evaluate(expression.left, known) / evaluate(expression.right, known);
  }
}

/** Of what is not known neither bound is met. */
export function isWithin(value: number, { above, below }: Omit<Condition, 'metric'>): boolean {
  return (above === undefined || value > above) && (below === undefined || value < below);
}

/** The metrics and alarms that it names. */
export function namesIn(expression: Expression): readonly Extract<Expression, { is: 'metric' | 'alarm' }>[] {
  switch (expression.is) {
    case 'number':
      return [];
    case 'metric':
    case 'alarm':
      return [expression];
    case 'minus':
    case 'sqrt':
      return namesIn(expression.of);
    default:
      return [...namesIn(expression.left), ...namesIn(expression.right)];
  }
}
