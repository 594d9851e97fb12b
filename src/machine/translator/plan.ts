/**
 * From the blocks of a region to the nodes of its function: small functions are written again for each place that calls them, so
 * that their return is a comparison; small loops are written several times over. What remains of indirect jumps goes through
 * lookups. One block can thus be several nodes.
 */
import { FlowGraph } from './flow-graph.ts';
import { type Block, isLink, isReturn, pageOf, type Region } from './region.ts';

/** Where control goes: to a node, or to an offset that is not translated. */
export type Way = { readonly node: number } | { readonly out: number };

export type PlanNode =
  | {
      readonly kind: 'block';
      readonly block: Block;
      /** Branches amid the steps. */
      readonly exits: readonly Exit[];
      /** In the order of the ending: where a goto leads; taken, then not; of an indirect jump, where it is known to lead. */
      readonly ways: readonly Way[];
      /** Of an indirect jump: the offsets that the ways lead to, and the lookup that serves all others. */
      readonly jumps?: readonly number[];
      readonly lookup?: number;
    }
  /** Finds the entry that `pc` names among those of one page. */
  | {
      readonly kind: 'lookup';
      readonly page: number;
      readonly targets: readonly Entry[];
      readonly search: number | undefined;
    }
  /** An entry into a loop around a jump through a table: as if the table had led there. */
  | { readonly kind: 'enter'; readonly offset: number; readonly lookup: number }
  /** Finds an entry of the region in any page, through the TLB. */
  | { readonly kind: 'search' };

/** A branch that goes another way than the steps that follow it. */
export interface Exit {
  /** The step that is the branch. */
  readonly index: number;
  readonly way: Way;
  readonly to: number;
  /** Whether the way is taken when the condition holds, or when it does not. */
  readonly whenTaken: boolean;
}

export interface Entry {
  readonly offset: number;
  readonly node: number;
}

export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly entries: readonly Entry[];
  /** Offsets of instructions that samples fell on. */
  readonly sampled: ReadonlySet<number>;
}

/** Calls within calls that are written in place. */
const DEEPEST_CALL = 4;
/** Instructions of a function that is written in place. */
const LARGEST_INLINED = 80;
/** How many times as long a region may become by that. */
const GROWTH = 2;
/** Instructions by which any region may grow. */
const ROOM = 200;
/** Loops up to this many instructions are written several times, up to this many instructions together. */
const SMALL_LOOP = 24;
const UNROLLED = 64;
const MOST_COPIES = 8;
/** Instructions of a jump through a table that is written more than once. */
const LONGEST_TAIL = 12;
/** Instructions of a node that several were joined to. */
const LONGEST_NODE = 96;

/** Successors of a node. */
export function successorsOf(node: PlanNode): number[] {
  switch (node.kind) {
    case 'block': {
      const list: number[] = [];
      for (const { way } of node.exits) if ('node' in way) list.push(way.node);
      for (const way of node.ways) if ('node' in way) list.push(way.node);
      if (node.lookup !== undefined) list.push(node.lookup);
      return list;
    }
    case 'lookup': {
      const list = node.targets.map(({ node: target }) => target);
      return node.search === undefined ? list : [...list, node.search];
    }
    case 'enter':
      return [node.lookup];
    case 'search':
      return [];
  }
}

class Planner {
  readonly nodes: PlanNode[] = [];
  readonly #region: Region;
  readonly #blocks: ReadonlyMap<number, Block>;
  readonly #known: Map<string, number> = new Map();
  readonly #lookups: Map<number, number> = new Map();
  readonly #sizes: Map<number, number> = new Map();
  readonly #todo: { node: number; block: Block; returns: readonly number[] }[] = [];
  /** Where jumps through tables begin that are written in several places. */
  readonly #tails: Set<number> = new Set();
  #search: number | undefined;
  readonly #largest: number;
  #size = 0;
  /** Instructions of all functions that are to be written in place, of which most may still be to be expanded. */
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
    entries.push(
      ...this.#entriesAt(
        [...new Set([...outside, ...heads, ...this.#tails])].filter((offset) => !known.has(offset)),
      ),
    );
    this.#expand();
    this.#fillLookups(entries);
    const entered = entries.map((entry) => this.#entered(entry));
    const whole = this.#graph(entered);
    if (whole.isTangled) return undefined;
    const nodes = unroll(this.nodes, whole);
    const { sampled } = this.#region;
    return { nodes: join(nodes, new Set(entered.map(({ node }) => node))), entries: entered, sampled };
  }

  /** Entries at offsets whose blocks have something to execute. */
  #entriesAt(offsets: readonly number[]): Entry[] {
    const worth = offsets.filter((offset) => (this.#blocks.get(offset)?.steps.length ?? 0) > 0);
    return worth.map((offset) => ({ offset, node: this.#nodeOf(offset, []) as number }));
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
    const fits =
      returns.length < DEEPEST_CALL && this.#size < this.#largest && this.#sizeFrom(to) <= LARGEST_INLINED;
    if (!fits || this.#promised > 2 * this.#largest) return [];
    this.#promised += this.#sizeFrom(to);
    return [...returns, next];
  }

  /** Instructions of a function, those of what it calls not counted. */
  #sizeFrom(offset: number): number {
    const known = this.#sizes.get(offset);
    if (known !== undefined) return known;
    const seen = new Set<number>();
    const todo = [offset];
    let size = 0;
    for (let at = todo.pop(); at !== undefined && size <= LARGEST_INLINED; at = todo.pop()) {
      const block = this.#blocks.get(at);
      if (block === undefined || seen.has(at)) continue;
      seen.add(at);
      size += block.steps.length;
      const { ending } = block;
      if (ending.kind === 'branch') todo.push(ending.taken, ending.next);
      if (ending.kind !== 'goto') continue;
      const last = block.steps.at(-1);
      const isCall = last?.decoded.instruction.effect.kind === 'jump' && last.decoded.rd !== 0;
      todo.push(isCall ? last.offset + last.decoded.length : ending.to);
    }
    this.#sizes.set(offset, size);
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

  /** Only now are all entries known. */
  #fillLookups(entries: readonly Entry[]): void {
    const entered = new Set(entries.map(({ offset }) => offset));
    const more = this.#entriesAt(this.#region.targets.filter((offset) => !entered.has(offset)));
    this.#expand();
    for (const [page, node] of this.#lookups) {
      const here = ({ offset }: Entry): boolean => pageOf(offset) === page;
      const isAll = entries.every(here);
      if (!isAll && this.#search === undefined) {
        this.#search = this.nodes.length;
        this.nodes.push({ kind: 'search' });
      }
      const targets = [...entries, ...more].filter(here);
      this.nodes[node] = { kind: 'lookup', page, targets, search: isAll ? undefined : this.#search };
    }
  }
}

/** Writes small innermost loops several times: each copy goes on to the next, the last one back to the first. */
function unroll(nodes: readonly PlanNode[], graph: FlowGraph): PlanNode[] {
  const all = [...nodes];
  for (const { head, members } of graph.innermost) {
    const size = members.reduce((sum, member) => sum + sizeOf(nodes[member]), 0);
    if (size > SMALL_LOOP || members.some((member) => nodes[member]?.kind !== 'block')) continue;
    const copies = Math.min(MOST_COPIES, Math.floor(UNROLLED / size));
    const place = new Map(members.map((member, i) => [member, i]));
    // Copy 0 stays where it is; copy k begins at `first + (k - 1) * members.length`.
    const first = all.length;
    const nodeIn = (member: number, copy: number): number =>
      copy === 0 ? member : first + (copy - 1) * members.length + (place.get(member) as number);
    for (let copy = 0; copy < copies; copy++) {
      for (const member of members) {
        const node = nodes[member];
        if (node?.kind !== 'block') continue;
        const ways = node.ways.map((way): Way => {
          if (!('node' in way) || !place.has(way.node)) return way;
          return { node: nodeIn(way.node, way.node === head ? (copy + 1) % copies : copy) };
        });
        all[nodeIn(member, copy)] = { ...node, ways };
      }
    }
  }
  return all;
}

type BlockNode = Extract<PlanNode, { kind: 'block' }>;

/** Makes one node of nodes that follow each other only: what is looked up or charged once serves all of them. */
function join(nodes: readonly PlanNode[], entries: ReadonlySet<number>): PlanNode[] {
  const all = [...nodes];
  const arrivals = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) for (const to of successorsOf(node)) arrivals[to] = (arrivals[to] ?? 0) + 1;
  const joined = new Set<number>();
  const follower = (node: BlockNode, way: Way | undefined): BlockNode | undefined => {
    if (way === undefined || !('node' in way) || arrivals[way.node] !== 1 || entries.has(way.node))
      return undefined;
    const next = all[way.node];
    if (next?.kind !== 'block' || next === node || joined.has(way.node)) return undefined;
    if (pageOf(next.block.offset) !== pageOf(node.block.offset)) return undefined;
    if (node.block.steps.length + next.block.steps.length > LONGEST_NODE) return undefined;
    joined.add(way.node);
    return next;
  };
  for (let at = 0; at < all.length; at++) {
    if (joined.has(at)) continue;
    for (let node = all[at]; node?.kind === 'block'; node = all[at]) {
      const { ending, steps } = node.block;
      let next: BlockNode | undefined;
      const exits = [...node.exits];
      if (ending.kind === 'goto') next = follower(node, node.ways[0]);
      else if (ending.kind === 'branch') {
        const [taken, otherwise] = node.ways as [Way, Way];
        next = follower(node, otherwise);
        const whenTaken = next !== undefined;
        next ??= follower(node, taken);
        exits.push({
          index: steps.length - 1,
          way: whenTaken ? taken : otherwise,
          to: whenTaken ? ending.taken : ending.next,
          whenTaken,
        });
      }
      if (next === undefined) break;
      const shifted = next.exits.map((exit) => ({ ...exit, index: exit.index + steps.length }));
      all[at] = {
        ...next,
        block: {
          offset: node.block.offset,
          steps: [...steps, ...next.block.steps],
          ending: next.block.ending,
        },
        exits: [...exits, ...shifted],
      };
    }
  }
  return all;
}

function sizeOf(node: PlanNode | undefined): number {
  return node?.kind === 'block' ? node.block.steps.length : 0;
}

/** Plans the function of a region; `undefined` when its loops are too entangled. */
export function planRegion(region: Region): Plan | undefined {
  return new Planner(region).plan();
}
