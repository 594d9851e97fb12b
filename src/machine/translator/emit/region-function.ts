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
import { pushCompare } from './expressions.ts';
import { writeLookup, writeSearch } from './lookups.ts';
import { EXEC } from './memory-access.ts';
import { ENTRY, LEFT, NOWHERE, OUT_FAR, RegionCode } from './region-code.ts';
import { writeSteps } from './steps.ts';
import { type FunctionWriter, OP } from './wasm-writer.ts';

/** What the function of a region must know of its place. */
export interface Placement {
  /** Address of the descriptor of the first entry; those of the others follow. */
  readonly descriptors: number;
  /** Address of the decoded page that holds a page of the region, counted from the base. */
  decodedPage(page: number): number;
  /** The word of a translated entry, without its address: see engine/translated.ts. */
  readonly mark: number;
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
  readonly #code: RegionCode;

  constructor(region: Region, structure: Structure, place: Placement, exact: boolean) {
    this.#place = place;
    this.#nodes = structure.nodes;
    this.#entries = structure.entries;
    this.#graph = structure.graph;
    this.#nesting = structure.nesting;
    this.#paths = structure.paths;
    this.#floats = structure.floats;
    this.#sampled = structure.sampled;
    this.#code = new RegionCode(
      region.blocks.flatMap(({ steps }) => steps.map(({ decoded }) => decoded)),
      exact,
      structure.remembered,
    );
  }

  /** What must be left for an entry to be worth entering. */
  #needed(): number[] {
    return neededOf({ nodes: this.#nodes, entries: this.#entries, paths: this.#paths });
  }

  emit(): FunctionWriter {
    this.#code.enclose(() => this.#tree(this.#graph.root));
    return this.#code.w;
  }

  /** A node, and all that it dominates. */
  #tree(node: number): void {
    const code = this.#code;
    const loop = this.#nesting.isLoop(node);
    if (loop) code.open(OP.loop, node, true);
    const merges = (this.#nesting.children.get(node) ?? []).filter((child) => this.#nesting.isMerge(child));
    for (const child of [...merges].reverse()) code.open(OP.block, child);
    this.#node(node);
    for (const child of merges) {
      code.close();
      this.#tree(child);
    }
    if (loop) {
      code.close();
      code.w.op(OP.unreachable);
    }
  }

  #node(node: number): void {
    const dispatch = this.#graph.dispatches.get(node);
    const planned = this.#nodes[node];
    if (this.#graph.selected.has(node)) {
      const needed = this.#floats.needed[node] as number;
      const offset = placeOf(planned);
      if (needed !== 0 && offset !== undefined) {
        this.#code.w.get(ENTRY);
        this.#code.open(OP.if, NOWHERE);
        this.#code.floats.bring(needed, this.#code.leaver(offset, 0));
        this.#code.close();
      }
      this.#code.w.i32(0);
      this.#code.w.set(ENTRY);
    }
    if (dispatch !== undefined) this.#dispatch(node, dispatch);
    else if (planned?.kind === 'block') this.#block(node, planned);
    else if (planned?.kind === 'lookup') this.#lookup(node, planned);
    else if (planned?.kind === 'enter') this.#enter(node, planned.offset);
    else this.#search(node);
  }

  /** The depth of the label that leads from one node to another, `undefined` when the other is written in place. */
  #labelOf(from: number, to: number): number | undefined {
    if (this.#nesting.isBack(from, to)) return this.#code.depth(to, true);
    return this.#nesting.isMerge(to) ? this.#code.depth(to) : undefined;
  }

  #go(from: number, edge: Edge): void {
    const code = this.#code;
    const { w } = code;
    if (edge.select !== undefined) {
      w.i32(edge.select);
      w.set(ENTRY);
    }
    const depth = this.#labelOf(from, edge.to);
    if (depth === undefined) this.#tree(edge.to);
    else w.branch(OP.br, depth);
  }

  #dispatch(node: number, { usual, cases }: Dispatch): void {
    const code = this.#code;
    const { w } = code;
    if (usual !== undefined) {
      w.get(ENTRY);
      w.op(OP.i32Eqz);
      code.open(OP.if, NOWHERE);
      this.#go(node, { to: usual });
      code.close();
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
    const code = this.#code;
    const { w } = code;
    const { block } = planned;
    const count = block.steps.length;
    if (this.#paths.checks.has(node)) {
      this.#pushTooFew(node);
      code.leaver(block.offset, 0)();
    }
    if (block.steps.some(({ decoded }) => isFloat(decoded))) {
      code.floats.pushUnready();
      code.leaver(block.offset, 0)();
    }
    if (count > 0) {
      w.get(LEFT);
      w.i32(count);
      w.op(OP.i32Sub);
      w.set(LEFT);
    }
    code.floats.atHand = this.#floats.atHand[node] as number;
    const hasCopies = this.#sampled.isHot(this.#sampled.weightOf(block.steps));
    writeSteps(code, block.steps, hasCopies, (index) => {
      const exit = planned.exits.findIndex((each) => each.index === index);
      if (exit >= 0) this.#exit(node, planned, exit);
    });
    this.#ending(node, planned);
  }

  /** A branch amid the steps: gives back what was charged for the rest. */
  #exit(node: number, { block, exits }: BlockNode, number: number): void {
    const code = this.#code;
    const { w } = code;
    const { index, way, to, whenTaken } = exits[number] as Exit;
    const { decoded, offset } = block.steps[index] as Step;
    const { effect } = decoded.instruction;
    if (effect.kind !== 'branch') throw new Error('a branch that is none');
    pushCompare(w, effect.op, effect.a, effect.b, decoded, offset, code);
    if (!whenTaken) w.op(OP.i32Eqz);
    code.open(OP.if, NOWHERE);
    const { unnoted } = code.floats;
    code.floats.note();
    w.get(LEFT);
    w.i32(block.steps.length - index - 1);
    w.op(OP.i32Add);
    w.set(LEFT);
    const before = exits.slice(0, number).filter((exit) => 'node' in exit.way).length;
    this.#follow(node, block.offset, to, 'node' in way ? this.#graph.edges[node]?.[before] : undefined);
    code.close();
    code.floats.unnoted = unnoted;
  }

  /** Pushes 1 when less is left than a path from a node may take. */
  #pushTooFew(node: number): void {
    this.#code.w.get(LEFT);
    this.#code.w.i32(this.#paths.lengths.get(node) as number);
    this.#code.w.op(OP.i32LtS);
  }

  #ending(node: number, { block, exits, ways, jumps }: BlockNode): void {
    const code = this.#code;
    const { w } = code;
    code.floats.note();
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
        code.leave(ending.at, 0, 1);
        return;
      case 'goto':
        follow(ways[0], ending.to)();
        return;
      case 'indirect': {
        for (const [i, to] of (jumps ?? []).entries()) {
          const there = follow(ways[i], to);
          w.get(code.pc);
          code.pushPc(to);
          w.op(OP.i64Eq);
          code.open(OP.if, NOWHERE);
          there();
          code.close();
        }
        // Should nobody know the address, it is told where the jump was.
        w.i32(ending.step.offset);
        w.set(code.jump);
        this.#go(node, edges.at(-1) as Edge);
        return;
      }
      case 'branch': {
        const { decoded, offset } = ending.step;
        const { effect } = decoded.instruction;
        if (effect.kind !== 'branch') throw new Error('a branch that is none');
        const taken = follow(ways[0], ending.taken);
        const next = follow(ways[1], ending.next);
        pushCompare(w, effect.op, effect.a, effect.b, decoded, offset, code);
        code.open(OP.if, NOWHERE);
        taken();
        code.close();
        next();
      }
    }
  }

  /** Goes on at an offset, out of the region when there is no edge: another page must still be mapped where it was. */
  #follow(node: number, from: number, to: number, edge: Edge | undefined): void {
    const code = this.#code;
    const { w } = code;
    if (edge === undefined) {
      code.leave(to, 0, 0);
      return;
    }
    const page = pageOf(to);
    if (page !== pageOf(from)) {
      // The slot of the page: its tag and its decoded page are those of the translation.
      code.pushPc(page * 4096);
      w.tee(code.address);
      code.memory.pushSlot();
      w.tee(code.memory.slot);
      w.memory(OP.i64Load, EXEC);
      w.get(code.address);
      w.get(code.memory.fetchContext);
      w.op(OP.i64Or);
      w.op(OP.i64Ne);
      w.get(code.memory.slot);
      w.memory(OP.i32Load, EXEC + 8);
      w.i32(this.#place.decodedPage(page));
      w.op(OP.i32Ne);
      w.op(OP.i32Or);
      code.open(OP.if, NOWHERE);
      code.leave(to, 0, 0);
      code.close();
    }
    this.#go(node, edge);
  }

  /** An indirect jump to `pc`: to an entry in the page that it comes from, or on to the search. */
  #lookup(node: number, { page, targets, search }: LookupNode): void {
    const code = this.#code;
    if (this.#paths.checks.has(node)) {
      this.#pushTooFew(node);
      code.w.branch(OP.brIf, code.depth(OUT_FAR));
    }
    const edges = [...(this.#graph.edges[node] ?? [])];
    const otherwise = search === undefined ? undefined : edges.pop();
    writeLookup(code, page, targets, edges, (edge) => this.#go(node, edge));
    if (otherwise === undefined) code.w.branch(OP.br, code.depth(OUT_FAR));
    else this.#go(node, otherwise);
  }

  /** Sets `pc` to an offset, as a jump through a table would. */
  #enter(node: number, offset: number): void {
    this.#code.pushPc(offset);
    this.#code.w.set(this.#code.pc);
    this.#go(node, this.#graph.edges[node]?.[0] as Edge);
  }

  #search(node: number): void {
    const { descriptors, mark } = this.#place;
    const needed = Math.max(...this.#needed(), 0);
    writeSearch(this.#code, { descriptors, mark, needed, entries: this.#entries.length });
    this.#go(node, { to: this.#graph.root });
  }
}

/** What must be left for each entry to be worth entering. */
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
