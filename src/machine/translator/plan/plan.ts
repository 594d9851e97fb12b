/**
 * From the blocks of a region to the nodes of its function. Small functions are inlined: they are written again for each place that calls
 * them, so that their return is a comparison with one address. Small loops are unrolled. A jump through a table is written again behind each
 * block that goes to it. What remains of indirect jumps goes through lookups. One block can thus be several nodes.
 */

import { type Block, isLink, isReturn, pageOf, type Region } from '../discover/region.ts';
import { FlowGraph } from './flow-graph.ts';
import { type Entry, jumpsBackOf, type Plan, type PlanNode, successorsOf, type Way } from './plan-nodes.ts';
import { join, unroll } from './straight-runs.ts';

/** Calls within calls that are inlined. */
const DEEPEST_CALL = 4;
/** Instructions of a function that is inlined whether time is spent on it or not. */
const TINY = 6;
/** The same, when time is spent on it. */
const LARGEST_INLINED = 80;
/** How many times as long a region may become by that. */
const GROWTH = 2;
/** Instructions by which any region may grow. */
const ROOM = 200;
/** Instructions of a jump through a table that is written more than once. */
const LONGEST_TAIL = 12;

class Planner {
  readonly nodes: PlanNode[] = [];
  readonly #region: Region;
  readonly #blocks: ReadonlyMap<number, Block>;
  readonly #known: Map<string, number> = new Map();
  readonly #lookups: Map<number, number> = new Map();
  /** Instructions of functions, and samples that fell on them. */
  readonly #sizes: Map<number, number> = new Map();
  readonly #weights: Map<number, number> = new Map();
  readonly #todo: { node: number; block: Block; returns: readonly number[] }[] = [];
  /** Offsets of jumps through tables that are written in several places (tail duplication). */
  readonly #tails: Set<number> = new Set();
  #search: number | undefined;
  readonly #largest: number;
  #size = 0;
  /** Instructions of all functions that it was decided to inline; most of them may not have been expanded yet. */
  #promised = 0;

  constructor(region: Region) {
    this.#region = region;
    this.#largest = region.instructions * GROWTH + ROOM;
    this.#blocks = new Map(region.blocks.map((block) => [block.offset, block]));
  }

  plan(): Plan | undefined {
    const { entries: given, seeds } = this.#region;
    const entries = this.#entriesAt(given);
    const all = [...entries, ...this.#entriesAt(seeds)];
    this.#expand();
    const graph = this.#graph(all);
    if (graph.isTangled) return undefined;
    // Heads of loops are entered: a loop that was left for an interrupt must be found again soon. Other places in loops are not.
    const heads = [...graph.heads].flatMap((head) => {
      const node = this.nodes[head];
      return node?.kind === 'block' ? [node.block.offset] : [];
    });
    const outside = all.filter(({ node }) => graph.depthOf(node) === 0).map(({ offset }) => offset);
    const known = new Set(given);
    const more = (offsets: Iterable<number>): Entry[] => {
      const fresh = [...new Set(offsets)].filter((offset) => !known.has(offset));
      for (const offset of fresh) known.add(offset);
      return this.#entriesAt(fresh);
    };
    entries.push(...more([...outside, ...this.#tails]));
    // Nothing jumps to the head of a loop by a register, unless it was seen to; a lookup that led to all of them would make one loop of all.
    const jumpedTo = new Set([...known, ...this.#region.targets]);
    entries.push(...more(heads));
    this.#expand();
    this.#fillLookups(entries, jumpedTo);
    const entered = entries.map((entry) => this.#entered(entry));
    const whole = this.#graph(entered);
    if (whole.isTangled) return undefined;
    const { sampled } = this.#region;
    const nodes = unroll(this.nodes, whole, sampled);
    return { nodes: join(nodes, new Set(entered.map(({ node }) => node))), entries: entered, sampled };
  }

  /** Entries at offsets whose blocks have something to execute. */
  #entriesAt(offsets: readonly number[]): Entry[] {
    const filled = offsets.filter((offset) => (this.#blocks.get(offset)?.steps.length ?? 0) > 0);
    return filled.map((offset) => ({ offset, node: this.#nodeOf(offset, []) as number }));
  }

  /** The way to an entry: where there are jumps through a table, by the table, so that the loop around it has one head. */
  #entered({ offset, node }: Entry): Entry {
    const lookup = this.#tails.size === 0 ? undefined : this.#lookups.get(pageOf(offset));
    if (lookup === undefined) return { offset, node };
    this.nodes.push({ kind: 'enter', offset, lookup });
    return { offset, node: this.nodes.length - 1 };
  }

  #graph(entries: readonly Entry[]): FlowGraph {
    return new FlowGraph({
      successors: this.nodes.map(successorsOf),
      entries: entries.map(({ node }) => node),
      toRoot: [],
      jumpsBack: jumpsBackOf(this.nodes),
    });
  }

  #nodeOf(offset: number, returns: readonly number[]): number | undefined {
    const block = this.#blocks.get(offset);
    if (block === undefined) return undefined;
    const key = `${offset} ${returns.join(' ')}`;
    let node = this.#known.get(key);
    if (node === undefined) {
      node = this.nodes.length;
      this.#known.set(key, node);
      this.nodes.push({ kind: 'search' }); // until it is expanded
      this.#todo.push({ node, block, returns });
      this.#size += block.steps.length;
    }
    return node;
  }

  /** A jump through a table, with what leads to it: that is written behind each block that goes to it. */
  #tail(to: number, returns: readonly number[]): Way | undefined {
    if (this.#size >= this.#largest || this.#tailLength(to) > LONGEST_TAIL) return undefined;
    const block = this.#blocks.get(to) as Block;
    this.#tails.add(to);
    const node = this.nodes.length;
    this.nodes.push({ kind: 'search' });
    this.#size += block.steps.length;
    const { ending } = block;
    if (ending.kind !== 'branch') this.#todo.push({ node, block, returns });
    else {
      const taken = this.#way(ending.taken, returns);
      const next = this.#tail(ending.next, returns) ?? this.#way(ending.next, returns);
      this.nodes[node] = { kind: 'block', block, exits: [], ways: [taken, next] };
    }
    return { node };
  }

  /** Instructions up to a jump through a table, past branches that lead away from it; more than enough when there is none. */
  #tailLength(from: number): number {
    let length = 0;
    for (let at = from; length <= LONGEST_TAIL; ) {
      const block = this.#blocks.get(at);
      if (block === undefined) break;
      length += block.steps.length;
      const { ending } = block;
      if (ending.kind === 'indirect') {
        const { decoded } = ending.step;
        if (decoded.rd === 0 && !isReturn(decoded)) return length;
        break;
      }
      if (ending.kind !== 'branch' || block.steps.length === 0) break;
      at = ending.next;
    }
    return LONGEST_TAIL + 1;
  }

  #way(offset: number, returns: readonly number[]): Way {
    const node = this.#nodeOf(offset, returns);
    return node === undefined ? { out: offset } : { node };
  }

  #expand(): void {
    for (let next = this.#todo.shift(); next !== undefined; next = this.#todo.shift()) {
      this.nodes[next.node] = this.#nodeFor(next.block, next.returns);
    }
  }

  #nodeFor(block: Block, returns: readonly number[]): PlanNode {
    const { ending } = block;
    switch (ending.kind) {
      case 'interpret':
        return { kind: 'block', block, exits: [], ways: [] };
      case 'branch':
        return {
          kind: 'block',
          block,
          exits: [],
          ways: [this.#way(ending.taken, returns), this.#way(ending.next, returns)],
        };
      case 'goto':
        return {
          kind: 'block',
          block,
          exits: [],
          ways: [
            this.#tail(ending.to, returns) ??
              this.#way(ending.to, this.#contextOf(block, ending.to, returns)),
          ],
        };
      case 'indirect': {
        const { decoded, offset } = ending.step;
        const lookup = this.#lookupOf(pageOf(offset));
        const returnsTo = isReturn(decoded) ? returns.at(-1) : undefined;
        const known = ending.targets.filter((to) => this.#blocks.has(to));
        const jumps = returnsTo === undefined ? known : [returnsTo];
        const ways = jumps.map((to) =>
          this.#way(to, returnsTo === undefined ? this.#contextOf(block, to, returns) : returns.slice(0, -1)),
        );
        return { kind: 'block', block, exits: [], ways, jumps, lookup };
      }
    }
  }

  /** The calls that have not returned when a goto arrives: a call of a small function is one more, or begins anew. */
  #contextOf({ steps }: Block, to: number, returns: readonly number[]): readonly number[] {
    const last = steps.at(-1);
    const kind = last?.decoded.instruction.effect.kind;
    if (last === undefined || (kind !== 'jump' && kind !== 'jumpRegister')) return returns;
    if (!isLink(last.decoded.rd)) return returns;
    const next = last.offset + last.decoded.length;
    const fits = returns.length < DEEPEST_CALL && this.#size < this.#largest && this.#isInlined(to);
    if (!fits || this.#promised > 2 * this.#largest) return [];
    this.#promised += this.#sizeFrom(to);
    return [...returns, next];
  }

  /** True for functions that are inlined: tiny ones, and small ones that time is spent on. */
  #isInlined(to: number): boolean {
    const size = this.#sizeFrom(to);
    if (size <= TINY) return true;
    return size <= LARGEST_INLINED && this.#region.sampled.isHot(this.#weights.get(to) as number);
  }

  /** Instructions of a function, those of what it calls not counted. */
  #sizeFrom(offset: number): number {
    const known = this.#sizes.get(offset);
    if (known !== undefined) return known;
    const seen = new Set<number>();
    const todo = [offset];
    let size = 0;
    let weight = 0;
    for (let at = todo.pop(); at !== undefined && size <= LARGEST_INLINED; at = todo.pop()) {
      const block = this.#blocks.get(at);
      if (block === undefined || seen.has(at)) continue;
      seen.add(at);
      size += block.steps.length;
      weight += this.#region.sampled.weightOf(block.steps);
      const { ending } = block;
      if (ending.kind === 'branch') todo.push(ending.taken, ending.next);
      if (ending.kind !== 'goto') continue;
      const last = block.steps.at(-1);
      const isCall = last?.decoded.instruction.effect.kind === 'jump' && last.decoded.rd !== 0;
      todo.push(isCall ? last.offset + last.decoded.length : ending.to);
    }
    this.#sizes.set(offset, size);
    this.#weights.set(offset, weight);
    return size;
  }

  #lookupOf(page: number): number {
    let node = this.#lookups.get(page);
    if (node === undefined) {
      node = this.nodes.length;
      this.#lookups.set(page, node);
      this.nodes.push({ kind: 'lookup', page, targets: [], search: undefined });
    }
    return node;
  }

  /**
   * Only now are all entries known.
   * @param jumpedTo offsets of those that lookups lead to; to all of them where entries go by a lookup themselves
   */
  #fillLookups(entries: readonly Entry[], jumpedTo: ReadonlySet<number>): void {
    const entered = new Set(entries.map(({ offset }) => offset));
    const more = this.#entriesAt(this.#region.targets.filter((offset) => !entered.has(offset)));
    this.#expand();
    const led = this.#tails.size > 0 ? entries : entries.filter(({ offset }) => jumpedTo.has(offset));
    for (const [page, node] of this.#lookups) {
      const here = ({ offset }: Entry): boolean => pageOf(offset) === page;
      const isAll = entries.every(here);
      if (!isAll && this.#search === undefined) {
        this.#search = this.nodes.length;
        this.nodes.push({ kind: 'search' });
      }
      const targets = [...led, ...more].filter(here);
      this.nodes[node] = { kind: 'lookup', page, targets, search: isAll ? undefined : this.#search };
    }
  }
}

/** Plans the function of a region; `undefined` when its loops are too entangled. */
export function planRegion(region: Region): Plan | undefined {
  return new Planner(region).plan();
}
