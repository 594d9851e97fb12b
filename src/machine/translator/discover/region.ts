/**
 * Finds what is translated together: from places where time is spent, along branches, jumps and calls, over code that has been
 * executed. Addresses are byte offsets from the region's base page, so that a region does not depend on where it is mapped.
 */
import type { Decoded } from '#isa/decode';
import { Sampled } from './sampled.ts';

/** Code as the hart has seen it. */
export interface Code {
  /** The instruction at an offset, `undefined` where none was executed or no page is mapped. */
  at(offset: number): Decoded | undefined;
  /** Samples that fell on the instruction at an offset. */
  samples(offset: number): number;
  /** Where the indirect jump at an offset was seen to lead. */
  targets(offset: number): readonly number[];
  /** Whether the interpreter was seen to come to an offset, and should find an entry there. */
  isEntered(offset: number): boolean;
  /** Whether the load or store at an offset was seen to be left to the interpreter time and again. */
  isMissed(offset: number): boolean;
}

/** Whether an instruction can be written; the others are the interpreter's. */
export type IsTranslated = (decoded: Decoded) => boolean;

export interface Step {
  readonly offset: number;
  readonly decoded: Decoded;
}

/** How a block ends. Offsets may lie outside the region: then the edge leaves it. */
export type Ending =
  | { readonly kind: 'goto'; readonly to: number }
  | { readonly kind: 'branch'; readonly step: Step; readonly taken: number; readonly next: number }
  /** To a register's value: a return, a call through a pointer, a table. */
  | { readonly kind: 'indirect'; readonly step: Step; readonly targets: readonly number[] }
  /** The instruction at `at` is the interpreter's. */
  | { readonly kind: 'interpret'; readonly at: number };

export interface Block {
  readonly offset: number;
  /** Executed in order; the jump or branch of the ending is the last of them. */
  readonly steps: readonly Step[];
  readonly ending: Ending;
}

export interface Region {
  readonly blocks: readonly Block[];
  /** Offsets of blocks that the interpreter comes to, after instructions of its own and after calls of what is not here. */
  readonly entries: readonly number[];
  /** Offsets where time was found to be spent; in a loop, its head is entered instead. */
  readonly seeds: readonly number[];
  readonly sampled: Sampled;
  /** Offsets that indirect jumps of the region lead to: returns, tables. */
  readonly targets: readonly number[];
  /** Offsets of loads and stores that often miss the TLB. */
  readonly missed: ReadonlySet<number>;
  readonly instructions: number;
}

const PAGE = 4096;
/** Longest block; longer runs are cut, so that a check of the budget can stand between the pieces. */
const LONGEST_BLOCK = 48;
/** How far from a jump through a table its targets are looked for. */
const TABLE_REACH = 2048;
/** How far from the base a region reaches. */
const REACH = 1 << 21;

/** x1 and x5 hold return addresses (unprivileged spec 2.5.1). */
export const isLink = (register: number): boolean => register === 1 || register === 5;

/** True for a jump back to where a call came from. */
export function isReturn({ instruction, rd, rs1 }: Decoded): boolean {
  return instruction.effect.kind === 'jumpRegister' && rd === 0 && isLink(rs1);
}

/** The page that holds an offset, counted from the base. */
export function pageOf(offset: number): number {
  return Math.floor(offset / PAGE);
}

class Explorer {
  readonly steps: Map<number, Step> = new Map();
  readonly leaders: Set<number> = new Set();
  readonly entries: Set<number> = new Set();
  readonly targets: Set<number> = new Set();
  /** Where calls return to, with what they call. */
  readonly calls: Map<number, number> = new Map();
  readonly #code: Code;
  readonly #isTranslated: IsTranslated;
  readonly #limit: number;
  readonly #todo: number[] = [];
  #next = 0;
  /** What was looked at, whether something was there or not. */
  readonly #seen: Map<number, Step | undefined> = new Map();
  /** Jumps through registers that are no returns, and how far the neighbourhood of those in a page was looked through. */
  readonly #tables: number[] = [];
  readonly #runStarts: Map<number, number> = new Map();
  readonly #searched: Map<number, { from: number; to: number }> = new Map();

  constructor(code: Code, isTranslated: IsTranslated, limit: number) {
    this.#code = code;
    this.#isTranslated = isTranslated;
    this.#limit = limit;
  }

  stepAt(offset: number): Step | undefined {
    const known = this.#seen.get(offset);
    if (known !== undefined || this.#seen.has(offset)) return known;
    const decoded = offset < -REACH || offset >= REACH ? undefined : this.#code.at(offset);
    const step = decoded === undefined ? undefined : { offset, decoded };
    this.#seen.set(offset, step);
    return step;
  }

  isInterpreted(decoded: Decoded): boolean {
    return !this.#isTranslated(decoded);
  }

  jumpsOf(offset: number): readonly number[] {
    return this.#code.targets(offset);
  }

  lead(offset: number): void {
    if (this.leaders.has(offset) || this.stepAt(offset) === undefined) return;
    this.leaders.add(offset);
    this.#todo.push(offset);
  }

  enter(offset: number): void {
    this.lead(offset);
    if (this.leaders.has(offset)) this.entries.add(offset);
  }

  target(offset: number): void {
    this.lead(offset);
    if (this.leaders.has(offset)) this.targets.add(offset);
  }

  /** Follows all that is to do, breadth first, while there is room. */
  run(): void {
    for (; this.#next < this.#todo.length; this.#next++) this.#walk(this.#todo[this.#next] as number);
  }

  /**
   * Finds where jumps through tables lead: to code in their neighbourhood that was executed, though nothing falls through to it and
   * nothing known branches to it.
   */
  followTables(): void {
    for (const offset of this.#tables) {
      const page = pageOf(offset) * PAGE;
      const from = Math.max(page, offset - TABLE_REACH);
      const to = Math.min(page + PAGE, offset + TABLE_REACH);
      // What was looked at once is known: neighbourhoods within a page overlap.
      const done = this.#searched.get(page) ?? { from: to, to };
      this.#searched.set(page, { from: Math.min(from, done.from), to: Math.max(to, done.to) });
      for (let at = from; at < Math.min(to, done.from); at += 2) this.#targetOfTable(at);
      for (let at = Math.max(from, done.to); at < to; at += 2) this.#targetOfTable(at);
      this.run();
    }
  }
  #targetOfTable(at: number): void {
    if (!this.steps.has(at) && this.stepAt(at) !== undefined && fallsTo(this, at) === undefined)
      this.target(at);
  }

  #walk(from: number): void {
    let offset = from;
    while (this.steps.size < this.#limit && !this.steps.has(offset)) {
      const step = this.stepAt(offset);
      if (step === undefined) {
        // An instruction in two pages is the interpreter's.
        if ((offset & (PAGE - 1)) === PAGE - 2) this.enter(offset + 4);
        return;
      }
      this.steps.set(offset, step);
      const { decoded } = step;
      const { effect } = decoded.instruction;
      const next = offset + decoded.length;
      if (this.isInterpreted(decoded)) {
        // What follows is reached through the interpreter.
        if (!(effect.kind === 'call' && effect.effect === 'flow')) this.enter(next);
        return;
      }
      if (effect.kind === 'branch') {
        this.lead(next);
        this.lead(offset + decoded.immediate);
        return;
      }
      if (effect.kind === 'jump') {
        this.lead(offset + decoded.immediate);
        if (decoded.rd !== 0) {
          this.target(next);
          this.calls.set(next, offset + decoded.immediate);
        }
        return;
      }
      if (effect.kind === 'jumpRegister') {
        if (decoded.rd !== 0) this.enter(next);
        else if (decoded.rs1 !== 1) this.#tables.push(offset);
        for (const target of this.jumpsOf(offset)) this.lead(target);
        return;
      }
      if (pageOf(next) !== pageOf(offset)) {
        this.lead(next);
        return;
      }
      offset = next;
    }
    // Instructions may overlap, and run into one another: what follows is one block all the same.
    if (offset !== from && this.steps.has(offset)) this.lead(offset);
  }

  /** The first instruction of the run that falls through to `offset`: nothing falls through to it, or it was seen to be come to. */
  runStart(offset: number): number {
    const passed: number[] = [];
    let start: number | undefined;
    for (let at = offset; start === undefined; ) {
      passed.push(at);
      // A run that is longer than a region goes on where the one before has ended, not where the run begins.
      const before = this.#code.isEntered(at) ? undefined : fallsTo(this, at);
      start = before === undefined ? at : this.#runStarts.get(before.offset);
      at = before?.offset ?? at;
    }
    for (const at of passed) this.#runStarts.set(at, start);
    return start;
  }
}

/** The step that falls through to an offset, if one of the same page does. */
function fallsTo(explorer: Explorer, at: number): Step | undefined {
  if (pageOf(at - 4) !== pageOf(at)) return undefined;
  for (let length = 2; length <= 4; length += 2) {
    const before = explorer.stepAt(at - length);
    if (before === undefined || before.decoded.length !== length) continue;
    const { kind } = before.decoded.instruction.effect;
    return kind === 'jump' || kind === 'jumpRegister' || explorer.isInterpreted(before.decoded)
      ? undefined
      : before;
  }
  return undefined;
}

/**
 * The region around places where samples fell.
 * @param isTranslated tells which instructions can be written; a region leaves for the others
 * @param seeds offsets, the most frequent first
 * @param limit instructions at most
 */
export function findRegion(
  code: Code,
  isTranslated: IsTranslated,
  seeds: readonly number[],
  limit: number,
): Region | undefined {
  const explorer = new Explorer(code, isTranslated, limit);
  const starts = new Set<number>();
  for (const seed of seeds) {
    if (explorer.stepAt(seed) === undefined) continue;
    const start = explorer.runStart(seed);
    explorer.lead(start);
    starts.add(start);
    explorer.run();
  }
  explorer.followTables();
  // A call within one page finds its way back by a lookup; others come back from outside, or through the TLB.
  for (const [next, callee] of explorer.calls) {
    if (!explorer.steps.has(callee) || pageOf(callee) !== pageOf(next)) explorer.enter(next);
  }
  const { steps, leaders } = explorer;
  for (const offset of steps.keys()) if (code.isEntered(offset)) explorer.enter(offset);
  if (steps.size === 0) return undefined;
  const blocks: Block[] = [];
  for (const offset of [...leaders].sort((a, b) => a - b)) {
    for (let at: number | undefined = offset; at !== undefined; ) {
      if (!steps.has(at)) break;
      const block: Block = cutBlock(explorer, at);
      blocks.push(block);
      const { ending } = block;
      const follows: boolean = ending.kind === 'goto' && block.steps.length === LONGEST_BLOCK;
      at = follows && ending.kind === 'goto' && !leaders.has(ending.to) ? ending.to : undefined;
    }
  }
  const known = new Set(blocks.map((block) => block.offset));
  return {
    blocks,
    entries: [...explorer.entries].filter((offset) => known.has(offset)),
    seeds: [...starts].filter((offset) => known.has(offset)),
    sampled: sampledOf(code, steps),
    targets: [...explorer.targets].filter((offset) => known.has(offset)),
    missed: new Set([...steps.keys()].filter((offset) => code.isMissed(offset))),
    instructions: steps.size,
  };
}

function sampledOf(code: Code, steps: ReadonlyMap<number, Step>): Sampled {
  const counts = new Map<number, number>();
  for (const offset of steps.keys()) {
    const count = code.samples(offset);
    if (count > 0) counts.set(offset, count);
  }
  return new Sampled(counts, steps.size);
}

function cutBlock(explorer: Explorer, offset: number): Block {
  const { steps, leaders } = explorer;
  const inside: Step[] = [];
  let at = offset;
  for (;;) {
    const step = steps.get(at);
    if (step === undefined || explorer.isInterpreted(step.decoded)) {
      return {
        offset,
        steps: inside,
        ending: { kind: step === undefined ? 'goto' : 'interpret', to: at, at } as Ending,
      };
    }
    const { decoded } = step;
    inside.push(step);
    const next = at + decoded.length;
    const { effect } = decoded.instruction;
    if (effect.kind === 'branch') {
      return { offset, steps: inside, ending: { kind: 'branch', step, taken: at + decoded.immediate, next } };
    }
    if (effect.kind === 'jump')
      return { offset, steps: inside, ending: { kind: 'goto', to: at + decoded.immediate } };
    if (effect.kind === 'jumpRegister') {
      const targets = explorer.jumpsOf(at);
      return { offset, steps: inside, ending: { kind: 'indirect', step, targets } };
    }
    if (leaders.has(next) || inside.length === LONGEST_BLOCK || pageOf(next) !== pageOf(at)) {
      return { offset, steps: inside, ending: { kind: 'goto', to: next } };
    }
    at = next;
  }
}
