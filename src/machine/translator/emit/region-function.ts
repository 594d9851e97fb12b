/**
 * Writes one region as one WebAssembly function: guest registers in locals, control flow as blocks and loops, memory through the
 * fast TLB arrays. Whatever is not the usual case leaves the function with the address of the instruction that the
 * interpreter has to execute; nothing of that instruction has happened then.
 *
 * `left` counts instructions. A node takes its instructions off when it begins; a side exit gives back those that were not executed.
 * Loop heads and long paths compare it with the longest way to the next such check, so that it never goes below 0.
 */

import { pageOf, type Region, type Step } from '../discover/region.ts';
import type { Sampled } from '../discover/sampled.ts';
import { isFloat, mayBeInexact } from '../float/instructions.ts';
import { type FloatFlow, placeOf } from '../plan/float-flow.ts';
import type { Dispatch, Edge, FlowGraph } from '../plan/flow-graph.ts';
import type { Nesting } from '../plan/nesting.ts';
import type { Paths } from '../plan/paths.ts';
import type { Entry, Exit, PlanNode, Way } from '../plan/plan-nodes.ts';
import type { Structure } from '../plan/structure.ts';
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { OP } from '../wasm/opcodes.ts';
import { pushCompare } from './expressions.ts';
import { writeLookup, writeSearch } from './lookups.ts';
import { EXEC } from './memory-access.ts';
import { ENTRY, LEFT, NOWHERE, OUT_FAR, RegionContext } from './region-context.ts';
import { writeSteps } from './steps.ts';

/** The functions of a region. */
export interface Emitted {
  readonly body: FunctionWriter;
  /** The same for harts whose NX is clear, where that makes a difference. */
  readonly exact: FunctionWriter | undefined;
  /** Offsets of the entries, in the order of their descriptors. */
  readonly entries: readonly number[];
  /** Instructions that must be left when an entry is called, by entry. */
  readonly needs: readonly number[];
}

/** What the function of a region must know of its place. */
export interface Placement {
  /** Whether code of hot nodes may be written twice, for accesses whose pages are not at hand. */
  readonly copies: boolean;
  /** Address of the descriptor of the first entry; those of the others follow. */
  readonly descriptors: number;
  /** Address of the decoded page that holds a page of the region, counted from the base. */
  decodedPage(page: number): number;
  /** The decoded word of an entry, without the address of its descriptor: see engine/translated.ts. */
  readonly entryWord: number;
}

type BlockNode = Extract<PlanNode, { kind: 'block' }>;
type LookupNode = Extract<PlanNode, { kind: 'lookup' }>;

class RegionEmitter {
  readonly #place: Placement;
  readonly #nodes: readonly PlanNode[];
  readonly #entries: readonly Entry[];
  readonly #graph: FlowGraph;
  readonly #nesting: Nesting;
  readonly #paths: Paths;
  readonly #floats: FloatFlow;
  readonly #sampled: Sampled;
  readonly #c: RegionContext;

  constructor(region: Region, structure: Structure, place: Placement, exact: boolean) {
    this.#place = place;
    this.#nodes = structure.nodes;
    this.#entries = structure.entries;
    this.#graph = structure.graph;
    this.#nesting = structure.nesting;
    this.#paths = structure.paths;
    this.#floats = structure.floats;
    this.#sampled = structure.sampled;
    this.#c = new RegionContext(
      region.blocks.flatMap(({ steps }) => steps.map(({ decoded }) => decoded)),
      exact,
      structure.remembered,
      { at: region.missed, longestPath: Math.max(...structure.paths.lengths.values()) },
    );
  }

  /** Instructions that must be left when an entry is called. */
  #needed(): number[] {
    return neededOf({ nodes: this.#nodes, entries: this.#entries, paths: this.#paths });
  }

  emit(): FunctionWriter {
    this.#c.enclose(() => this.#tree(this.#graph.root));
    return this.#c.w;
  }

  /** A node, and all that it dominates. */
  #tree(node: number): void {
    const c = this.#c;
    const loop = this.#nesting.isLoop(node);
    // Before the loop: nothing selects its head on the way back.
    if (this.#graph.selected.has(node)) this.#arrive(node);
    if (loop) c.open(OP.loop, node, true);
    const merges = (this.#nesting.children.get(node) ?? []).filter((child) => this.#nesting.isMerge(child));
    for (const child of [...merges].reverse()) c.open(OP.block, child);
    this.#node(node);
    for (const child of merges) {
      c.close();
      this.#tree(child);
    }
    if (loop) {
      c.close();
      c.w.op(OP.unreachable);
    }
  }

  /** A node that the dispatch variable selects is reached: from here on it selects nothing. */
  #arrive(node: number): void {
    const c = this.#c;
    const needed = this.#floats.needed[node] as number;
    const offset = placeOf(this.#nodes[node]);
    if (needed !== 0 && offset !== undefined) {
      c.at(offset, 0);
      c.w.get(ENTRY);
      c.open(OP.if, NOWHERE);
      c.floats.unbox(needed);
      c.close();
    }
    c.w.i32(0);
    c.w.set(ENTRY);
  }

  #node(node: number): void {
    const dispatch = this.#graph.dispatches.get(node);
    const planned = this.#nodes[node];
    if (dispatch !== undefined) this.#dispatch(node, dispatch);
    else if (planned?.kind === 'block') this.#block(node, planned);
    else if (planned?.kind === 'lookup') this.#lookup(node, planned);
    else if (planned?.kind === 'enter') this.#enter(node, planned.offset);
    else this.#search(node);
  }

  /** The depth of the label that leads from one node to another, `undefined` when the other is written in place. */
  #labelOf(from: number, to: number): number | undefined {
    if (this.#nesting.isBack(from, to)) return this.#c.depth(to, true);
    return this.#nesting.isMerge(to) ? this.#c.depth(to) : undefined;
  }

  #go(from: number, edge: Edge): void {
    const c = this.#c;
    const { w } = c;
    if (edge.select !== undefined) {
      w.i32(edge.select);
      w.set(ENTRY);
    }
    const depth = this.#labelOf(from, edge.to);
    if (depth === undefined) this.#tree(edge.to);
    else w.branch(OP.br, depth);
  }

  #dispatch(node: number, { usual, cases }: Dispatch): void {
    const c = this.#c;
    const { w } = c;
    if (usual !== undefined) {
      w.get(ENTRY);
      w.op(OP.i32Eqz);
      c.open(OP.if, NOWHERE);
      this.#go(node, { to: usual });
      c.close();
    }
    const label = (to: number): number => this.#labelOf(node, to) as number;
    const highest = Math.max(...cases.keys());
    const lowest = Math.min(...cases.keys());
    const first = cases.get(lowest) as number;
    const table = Array.from({ length: highest - lowest + 1 }, (_, i) =>
      label(cases.get(lowest + i) ?? first),
    );
    w.get(ENTRY);
    if (lowest !== 0) {
      w.i32(lowest);
      w.op(OP.i32Sub);
    }
    w.branchTable(table, label(first));
  }

  #block(node: number, planned: BlockNode): void {
    const c = this.#c;
    const { w } = c;
    const { block } = planned;
    const count = block.steps.length;
    c.at(block.offset, 0);
    if (this.#paths.checks.has(node)) {
      this.#pushTooFew(node);
      c.leaveIf();
    }
    if (block.steps.some(({ decoded }) => isFloat(decoded))) {
      c.floats.pushUnready();
      c.leaveIf();
    }
    if (count > 0) {
      w.get(LEFT);
      w.i32(count);
      w.op(OP.i32Sub);
      w.set(LEFT);
    }
    c.floats.unboxed = this.#floats.unboxed[node] as number;
    const hasCopies = this.#place.copies && this.#sampled.isHot(this.#sampled.weightOf(block.steps));
    writeSteps(c, block.steps, hasCopies, (index) => {
      const exit = planned.exits.findIndex((each) => each.index === index);
      if (exit >= 0) this.#exit(node, planned, exit);
    });
    this.#ending(node, planned);
  }

  /** A branch amid the steps: gives back what was charged for the rest. */
  #exit(node: number, { block, exits }: BlockNode, number: number): void {
    const c = this.#c;
    const { w } = c;
    const { index, way, to, whenTaken } = exits[number] as Exit;
    this.#pushTaken(block.steps[index] as Step);
    if (!whenTaken) w.op(OP.i32Eqz);
    c.open(OP.if, NOWHERE);
    const { unrecorded } = c.floats;
    c.floats.record();
    w.get(LEFT);
    w.i32(block.steps.length - index - 1);
    w.op(OP.i32Add);
    w.set(LEFT);
    const before = exits.slice(0, number).filter((exit) => 'node' in exit.way).length;
    this.#follow(node, block.offset, to, 'node' in way ? this.#graph.edges[node]?.[before] : undefined);
    c.close();
    c.floats.unrecorded = unrecorded;
  }

  /** Pushes 1 when less is left than a path from a node may take. */
  #pushTooFew(node: number): void {
    this.#c.w.get(LEFT);
    this.#c.w.i32(this.#paths.lengths.get(node) as number);
    this.#c.w.op(OP.i32LtS);
  }

  /** Pushes 1 when the condition of a branch holds. */
  #pushTaken(step: Step): void {
    const { effect } = step.decoded.instruction;
    if (effect.kind !== 'branch') throw new Error('a branch that is none');
    this.#c.begin(step, 0);
    pushCompare(this.#c, effect.op, effect.a, effect.b);
  }

  #ending(node: number, { block, exits, ways, jumps }: BlockNode): void {
    const c = this.#c;
    const { w } = c;
    c.floats.record();
    const { ending } = block;
    const before = exits.filter(({ way }) => 'node' in way).length;
    const edges = (this.#graph.edges[node] ?? []).slice(before);
    // Edges come in the order of the ways that lead to nodes; that to a lookup is the last.
    const follow = (way: Way | undefined, to: number): (() => void) => {
      const edge = way !== undefined && 'node' in way ? edges.shift() : undefined;
      return () => this.#follow(node, block.offset, to, edge);
    };
    switch (ending.kind) {
      case 'interpret':
        c.leave(ending.at, 0, 1);
        return;
      case 'goto':
        follow(ways[0], ending.to)();
        return;
      case 'indirect': {
        for (const [i, to] of (jumps ?? []).entries()) {
          const there = follow(ways[i], to);
          w.get(c.pc);
          c.pushAddressOf(to);
          w.op(OP.i64Eq);
          c.open(OP.if, NOWHERE);
          there();
          c.close();
        }
        // Should nobody know the address, it is told where the jump was.
        w.i32(ending.step.offset);
        w.set(c.jump);
        this.#go(node, edges.at(-1) as Edge);
        return;
      }
      case 'branch': {
        const taken = follow(ways[0], ending.taken);
        const next = follow(ways[1], ending.next);
        this.#pushTaken(ending.step);
        c.open(OP.if, NOWHERE);
        taken();
        c.close();
        next();
      }
    }
  }

  /** Goes on at an offset, out of the region when there is no edge: another page must still be mapped where it was. */
  #follow(node: number, from: number, to: number, edge: Edge | undefined): void {
    const c = this.#c;
    const { w } = c;
    if (edge === undefined) {
      c.leave(to, 0, 0);
      return;
    }
    const page = pageOf(to);
    if (page !== pageOf(from)) {
      // The slot of the page: its tag and its decoded page are those of the translation.
      c.pushAddressOf(page * 4096);
      w.tee(c.address);
      c.memory.pushSlot();
      w.tee(c.memory.slot);
      w.memory(OP.i64Load, EXEC);
      w.get(c.address);
      w.get(c.memory.fetchContext);
      w.op(OP.i64Or);
      w.op(OP.i64Ne);
      w.get(c.memory.slot);
      w.memory(OP.i32Load, EXEC + 8);
      w.i32(this.#place.decodedPage(page));
      w.op(OP.i32Ne);
      w.op(OP.i32Or);
      c.open(OP.if, NOWHERE);
      c.leave(to, 0, 0);
      c.close();
    }
    this.#go(node, edge);
  }

  /** An indirect jump to `pc`: to an entry in the page that it comes from, or on to the search. */
  #lookup(node: number, { page, targets, search }: LookupNode): void {
    const c = this.#c;
    if (this.#paths.checks.has(node)) {
      this.#pushTooFew(node);
      c.w.branch(OP.brIf, c.depth(OUT_FAR));
    }
    const edges = [...(this.#graph.edges[node] ?? [])];
    const otherwise = search === undefined ? undefined : edges.pop();
    writeLookup(c, page, targets, edges, (edge) => this.#go(node, edge));
    if (otherwise === undefined) c.w.branch(OP.br, c.depth(OUT_FAR));
    else this.#go(node, otherwise);
  }

  /** Sets `pc` to an offset, as a jump through a table would. */
  #enter(node: number, offset: number): void {
    this.#c.pushAddressOf(offset);
    this.#c.w.set(this.#c.pc);
    this.#go(node, this.#graph.edges[node]?.[0] as Edge);
  }

  #search(node: number): void {
    const { descriptors, entryWord } = this.#place;
    const needed = Math.max(...this.#needed(), 0);
    writeSearch(this.#c, { descriptors, entryWord, needed, entries: this.#entries.length });
    this.#go(node, { to: this.#graph.root });
  }
}

/** Instructions that must be left when each entry is called, or its first check of the budget would leave at once. */
export function neededOf({
  nodes,
  entries,
  paths,
}: Pick<Structure, 'nodes' | 'entries' | 'paths'>): number[] {
  return entries.map(({ node }) => {
    const planned = nodes[node];
    const own = paths.lengths.get(node) ?? 1;
    // What compares the budget first must not leave at once.
    return planned?.kind === 'enter' ? Math.max(own, paths.lengths.get(planned.lookup) ?? 1) : own;
  });
}

/** True for a region whose function for exact results is another one than the usual. */
export function needsExact({ blocks }: Region): boolean {
  return blocks.some(({ steps }) => steps.some(({ decoded }) => mayBeInexact(decoded)));
}

/** Writes the function of a region; `exact`: the one for harts whose NX is clear. */
export function writeRegion(
  region: Region,
  structure: Structure,
  place: Placement,
  exact: boolean,
): FunctionWriter {
  return new RegionEmitter(region, structure, place, exact).emit();
}
