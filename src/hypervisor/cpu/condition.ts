/**
 * When a breakpoint counts: 64-bit numbers of the vCPU that has come to it. A text is parsed into a tree and the tree is walked; nothing of
 * it is ever code. As in C, without signs: a comparison is of unsigned numbers, and its value is 1 or 0.
 *
 *   a0 == 3 && [sp + 8] != 0        u32[gp + 0x10] & 0xff > 7       scause == 13
 *
 *   condition = operations on values, by the ranks below
 *   value     = "!" value | "~" value | "-" value | number | name | "(" condition ")"
 *             | [ "u8" | "u16" | "u32" | "u64" ] "[" condition "]"      memory at a virtual address, u64 unless said
 *   name      = an x register (a0, x10), pc, a CSR that the guest has (scause, satp), or vcpu: its number
 */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import { xNumber } from '#isa/registers';

/** Signs from the loosest to the tightest, each rank joined from the left; as in C, but comparisons are looser than bits. */
const RANKS = [
  ['||'],
  ['&&'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*'],
] as const;
type Sign = (typeof RANKS)[number][number];
const PREFIXES = ['!', '~', '-'] as const;
type Prefix = (typeof PREFIXES)[number];
const SIZES: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 };

export type Condition =
  | { readonly is: 'number'; readonly value: bigint }
  | { readonly is: 'x'; readonly index: number }
  | { readonly is: 'csr'; readonly name: string }
  | { readonly is: 'pc' | 'vcpu' }
  | { readonly is: 'memory'; readonly bytes: number; readonly at: Condition }
  | { readonly is: 'prefix'; readonly sign: Prefix; readonly of: Condition }
  | { readonly is: 'joined'; readonly sign: Sign; readonly left: Condition; readonly right: Condition };

/** The vCPU whose numbers are meant. */
export interface Circumstances {
  x(index: number): bigint;
  csr(name: string): bigint;
  readonly pc: bigint;
  readonly vcpu: number;
  /** Bytes at a virtual address; undefined where it does not translate. */
  memory(address: bigint, bytes: number): bigint | undefined;
}

/** CSRs that a guest knows, by the names of the slots that they are in while it runs. */
const GUEST_CSRS: ReadonlyMap<string, string> = new Map([
  ...['status', 'tvec', 'scratch', 'epc', 'cause', 'tval', 'atp', 'timecmp'].map(
    (name) => [`s${name}`, `vs${name}`] as const,
  ),
  ...['fcsr', 'scounteren', 'senvcfg'].map((name) => [name, name] as const),
]);

const TOKEN =
  /\s*(?:(?<number>0x[0-9a-f][0-9a-f_]*|\d+)|(?<name>[a-z][a-z0-9]*)|(?<sign>\|\||&&|[=!<>]=|<<|>>|[-+*&|^~!<>()[\]]))/iy;

/** The tree of a text, or where it is none. */
export function parseCondition(text: string): Result<Condition> {
  if (text.length > LIMITS.expressionLength)
    return fail('policy.longExpression', { length: text.length, most: LIMITS.expressionLength });
  return new Parser(text).whole();
}

interface Token {
  readonly at: number;
  readonly number?: bigint;
  readonly name?: string;
  readonly sign?: string;
}

class Parser {
  readonly #text: string;
  #at = 0;
  #token: Token | undefined;

  constructor(text: string) {
    this.#text = text.trimEnd();
    this.#token = this.#read();
  }

  whole(): Result<Condition> {
    const found = this.#rank(0, 0);
    if (found !== undefined && this.#token === undefined && this.#at === this.#text.length) return ok(found);
    return fail('policy.badExpression', { text: this.#text, at: (this.#token?.at ?? this.#at) + 1 });
  }

  #read(): Token | undefined {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) return undefined;
    const { number, name, sign } = groups;
    this.#at = TOKEN.lastIndex;
    const at = this.#at - (number ?? name ?? sign ?? '').length;
    if (number !== undefined) return { at, number: BigInt.asUintN(64, BigInt(number.replaceAll('_', ''))) };
    return name === undefined ? { at, sign: sign ?? '' } : { at, name: name.toLowerCase() };
  }
  #takes<Wanted extends string>(signs: readonly Wanted[]): Wanted | undefined {
    const found = signs.find((each) => each === this.#token?.sign);
    if (found !== undefined) this.#token = this.#read();
    return found;
  }

  #rank(rank: number, depth: number): Condition | undefined {
    const signs: readonly Sign[] | undefined = RANKS[rank];
    if (signs === undefined) return this.#value(depth);
    let left = this.#rank(rank + 1, depth);
    while (left !== undefined) {
      const sign = this.#takes(signs);
      if (sign === undefined) return left;
      const right = this.#rank(rank + 1, depth);
      left = right && { is: 'joined', sign, left, right };
    }
    return undefined;
  }
  #value(depth: number): Condition | undefined {
    if (depth > LIMITS.expressionDepth) return undefined;
    const sign = this.#takes(PREFIXES);
    if (sign !== undefined) {
      const of = this.#value(depth + 1);
      return of && { is: 'prefix', sign, of };
    }
    if (this.#takes(['(']) !== undefined) return this.#closed(')', depth);
    if (this.#takes(['[']) !== undefined) return this.#memory(8, depth);
    const { number, name } = this.#token ?? {};
    if (number === undefined && name === undefined) return undefined;
    const bytes = SIZES[name ?? ''];
    const leaf: Condition | undefined =
      number === undefined ? named(name ?? '') : { is: 'number', value: number };
    if (bytes === undefined && leaf === undefined) return undefined;
    this.#token = this.#read();
    if (bytes === undefined) return leaf;
    return this.#takes(['[']) === undefined ? undefined : this.#memory(bytes, depth);
  }
  #memory(bytes: number, depth: number): Condition | undefined {
    const at = this.#closed(']', depth);
    return at && { is: 'memory', bytes, at };
  }
  #closed(end: ')' | ']', depth: number): Condition | undefined {
    const inner = this.#rank(0, depth + 1);
    return this.#takes([end]) === undefined ? undefined : inner;
  }
}

function named(name: string): Condition | undefined {
  if (name === 'pc' || name === 'vcpu') return { is: name };
  const index = xNumber(name);
  if (index >= 0) return { is: 'x', index };
  const csr = GUEST_CSRS.get(name);
  return csr === undefined ? undefined : { is: 'csr', name: csr };
}

/** Whether it holds: its value is not zero. What names memory that is not there does not. */
export function holds(condition: Condition, here: Circumstances): boolean {
  const value = worth(condition, here);
  return value !== undefined && value !== 0n;
}

function worth(condition: Condition, here: Circumstances): bigint | undefined {
  switch (condition.is) {
    case 'number':
      return condition.value;
    case 'x':
      return here.x(condition.index);
    case 'csr':
      return here.csr(condition.name);
    case 'pc':
      return here.pc;
    case 'vcpu':
      return BigInt(here.vcpu);
    case 'memory': {
      const at = worth(condition.at, here);
      return at === undefined ? undefined : here.memory(at, condition.bytes);
    }
    case 'prefix': {
      const value = worth(condition.of, here);
      if (value === undefined) return undefined;
      return condition.sign === '!' ? truth(value === 0n) : word(condition.sign === '-' ? -value : ~value);
    }
    case 'joined':
      return joined(condition, here);
  }
}

function joined(
  { sign, left, right }: Extract<Condition, { readonly is: 'joined' }>,
  here: Circumstances,
): bigint | undefined {
  const a = worth(left, here);
  // What decides alone: the other side may be memory that is not there.
  if (a === undefined || (sign === '&&' && a === 0n)) return a;
  if (sign === '||' && a !== 0n) return 1n;
  const b = worth(right, here);
  return b === undefined ? undefined : OPERATIONS[sign](a, b);
}

const word = (value: bigint): bigint => BigInt.asUintN(64, value);
const truth = (is: boolean): bigint => (is ? 1n : 0n);
/** Shifts are by the lowest six bits, as the machine's are. */
const SHIFT = 63n;

const OPERATIONS: Readonly<Record<Sign, (a: bigint, b: bigint) => bigint>> = {
  '||': (_, b) => truth(b !== 0n),
  '&&': (_, b) => truth(b !== 0n),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '<<': (a, b) => word(a << (b & SHIFT)),
  '>>': (a, b) => a >> (b & SHIFT),
  '+': (a, b) => word(a + b),
  '-': (a, b) => word(a - b),
  '*': (a, b) => word(a * b),
};
