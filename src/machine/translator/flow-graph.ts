/**
 * Makes any control flow nestable: WebAssembly has blocks and loops, but no jumps. A loop that can be entered at more than one
 * place gets a dispatch node before it, so that each loop has one head; then dominators tell how to nest (N. Ramsey, "Beyond
 * Relooper", ICFP 2022). Nodes are numbers: first the given ones, then the root, then dispatch nodes.
 */

/** An edge; `select` is written to the dispatch variable on the way. */
export interface Edge {
  to: number;
  select?: number;
}

/** Chooses by the dispatch variable: 0 is the usual way, other numbers are entries. */
export interface Dispatch {
  usual: number | undefined;
  readonly cases: Map<number, number>;
}

export interface FlowInput {
  /** Successors of each node, in the order in which its code names them. */
  readonly successors: readonly (readonly number[])[];
  /** Nodes that the root selects, by number: entry i is case i + 1. */
  readonly entries: readonly number[];
  /** Nodes that go back to the root with a case of their own choosing. */
  readonly toRoot: readonly number[];
}

/** Marks of the search for loops. */
const OUTSIDE = -2;
const UNSEEN = -1;

export class FlowGraph {
  /** Edges of each ordinary node. */
  readonly edges: Edge[][];
  readonly dispatches: Map<number, Dispatch> = new Map();
  readonly root: number;
  /** Case numbers under which a node is selected: its code sets the dispatch variable back to 0. */
  readonly selected: Map<number, number> = new Map();
  /** Heads of loops through which every turn goes. */
  readonly heads: Set<number> = new Set();
  /** Loops with one head and no loop inside. */
  readonly innermost: { readonly head: number; readonly members: readonly number[] }[] = [];
  readonly #depths: Map<number, number> = new Map();
  #count: number;
  #nextCase: number;
  /** Predecessors, until an edge changes. */
  #known: number[][] | undefined;
  readonly #toRoot: Set<number>;

  constructor({ successors, entries, toRoot }: FlowInput) {
    this.edges = successors.map((list) => list.map((to) => ({ to })));
    this.root = successors.length;
    this.edges.push([]);
    this.#count = this.root + 1;
    this.#toRoot = new Set(toRoot);
    this.dispatches.set(this.root, {
      usual: undefined,
      cases: new Map(entries.map((node, i) => [i + 1, node])),
    });
    entries.forEach((node, i) => {
      this.selected.set(node, i + 1);
    });
    this.#nextCase = entries.length + 1;
    const reachable = this.#reachable();
    // What nothing leads to must not count as a way in.
    for (let node = 0; node < this.root; node++) {
      if (reachable.has(node)) continue;
      this.edges[node] = [];
      this.#toRoot.delete(node);
    }
    this.#nest([...reachable]);
  }

  get count(): number {
    return this.#count;
  }

  /** All successors of a node, each once or more. */
  successors(node: number): number[] {
    const dispatch = this.dispatches.get(node);
    if (dispatch !== undefined) {
      const cases = [...dispatch.cases.values()];
      return dispatch.usual === undefined ? cases : [dispatch.usual, ...cases];
    }
    const list = (this.edges[node] ?? []).map(({ to }) => to);
    return this.#toRoot.has(node) ? [...list, this.root] : list;
  }

  #reachable(): Set<number> {
    const seen = new Set([this.root]);
    const todo = [this.root];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      for (const next of this.successors(node)) {
        if (!seen.has(next)) {
          seen.add(next);
          todo.push(next);
        }
      }
    }
    return seen;
  }

  /** How many loops a node lies in. */
  depthOf(node: number): number {
    return this.#depths.get(node) ?? 0;
  }

  /** Gives each loop among `nodes` one head, and goes on inside it; false when there is none. */
  #nest(nodes: readonly number[]): boolean {
    const loops = this.#loops(nodes);
    for (const loop of loops) {
      const predecessors = this.#predecessors();
      const members = new Set(loop);
      for (const node of loop) this.#depths.set(node, this.depthOf(node) + 1);
      const entered = loop.filter(
        (node) => node === this.root || (predecessors[node] ?? []).some((from) => !members.has(from)),
      );
      if (entered.length === 1) {
        const head = entered[0] as number;
        this.heads.add(head);
        const inside = loop.filter((node) => node !== head);
        if (!this.#nest(inside) && !this.dispatches.has(head)) this.innermost.push({ head, members: loop });
      } else {
        const usual = this.#usualHead(entered, members, predecessors);
        this.#insertDispatch(entered, usual, members);
        this.heads.add(usual);
        this.#nest(loop);
      }
    }
    return loops.length > 0;
  }

  /**
   * The head of a loop that can be entered at several places: where code itself enters it, rather than a dispatch that resumes
   * it; among those the one that most other nodes of the loop lead to.
   */
  #usualHead(
    entered: readonly number[],
    members: ReadonlySet<number>,
    predecessors: readonly number[][],
  ): number {
    const score = (node: number): number => {
      const list = predecessors[node] ?? [];
      const fromCode = list.some((from) => !members.has(from) && !this.dispatches.has(from));
      return (fromCode ? 1e6 : 0) + list.filter((from) => members.has(from) && from !== node).length;
    };
    return entered.reduce((best, node) => (score(node) > score(best) ? node : best));
  }

  #insertDispatch(entered: readonly number[], usual: number, members: ReadonlySet<number>): void {
    this.#known = undefined;
    const dispatch: Dispatch = { usual, cases: new Map() };
    const node = this.#count++;
    this.edges.push([]);
    const isEntered = new Set(entered);
    for (let from = 0; from < node; from++) {
      const inside = members.has(from);
      const other = this.dispatches.get(from);
      if (other !== undefined) {
        for (const [number, to] of other.cases) {
          if (!isEntered.has(to) || inside) continue;
          other.cases.set(number, node);
          dispatch.cases.set(number, to);
        }
        continue;
      }
      for (const edge of this.edges[from] ?? []) {
        if (!isEntered.has(edge.to)) continue;
        if (edge.to === usual) edge.to = node;
        else if (!inside) {
          const number = this.#caseOf(edge.to);
          dispatch.cases.set(number, edge.to);
          edge.select = number;
          edge.to = node;
        }
      }
    }
    this.dispatches.set(node, dispatch);
  }

  #caseOf(node: number): number {
    let number = this.selected.get(node);
    if (number === undefined) {
      number = this.#nextCase++;
      this.selected.set(node, number);
    }
    return number;
  }

  #predecessors(): number[][] {
    if (this.#known !== undefined) return this.#known;
    const lists: number[][] = Array.from({ length: this.#count }, () => []);
    for (let from = 0; from < this.#count; from++) {
      for (const to of this.successors(from)) lists[to]?.push(from);
    }
    this.#known = lists;
    return lists;
  }

  /** Strongly connected components that are loops (Tarjan), within a set of nodes. */
  #loops(nodes: readonly number[]): number[][] {
    const index = new Int32Array(this.#count).fill(OUTSIDE);
    const low = new Int32Array(this.#count);
    const onStack = new Uint8Array(this.#count);
    for (const node of nodes) index[node] = UNSEEN;
    const stack: number[] = [];
    const loops: number[][] = [];
    // An explicit stack: a long chain of blocks must not exhaust ours.
    const work: { node: number; next: number; list: number[] }[] = [];
    let seen = 0;
    const visit = (node: number): void => {
      index[node] = seen;
      low[node] = seen++;
      stack.push(node);
      onStack[node] = 1;
      work.push({ node, next: 0, list: this.successors(node) });
    };
    const lower = (node: number, to: number): void => {
      if (to < (low[node] as number)) low[node] = to;
    };
    for (const start of nodes) {
      if (index[start] !== UNSEEN) continue;
      visit(start);
      for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
        const to = top.list[top.next++];
        if (to !== undefined) {
          if (index[to] === UNSEEN) visit(to);
          else if (onStack[to] === 1) lower(top.node, index[to] as number);
          continue;
        }
        work.pop();
        const parent = work.at(-1);
        if (parent !== undefined) lower(parent.node, low[top.node] as number);
        if (low[top.node] !== index[top.node]) continue;
        const component: number[] = [];
        for (;;) {
          const member = stack.pop() as number;
          onStack[member] = 0;
          component.push(member);
          if (member === top.node) break;
        }
        if (component.length > 1 || top.list.includes(top.node)) loops.push(component);
      }
    }
    return loops;
  }
}

/** Nodes in reverse postorder, their dominators, and which edges go back. */
export class Nesting {
  /** Nodes that the root reaches, heads before bodies. */
  readonly order: readonly number[];
  /** Children in the dominator tree, in reverse postorder. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly #rank: ReadonlyMap<number, number>;
  readonly #merges: ReadonlySet<number>;
  readonly #loops: ReadonlySet<number>;

  /** @param labelled nodes that must be branched to, even from one place */
  constructor(graph: FlowGraph, labelled: ReadonlySet<number>) {
    this.order = postorder(graph).reverse();
    const rank = new Map(this.order.map((node, i) => [node, i]));
    this.#rank = rank;
    const predecessors = new Map<number, number[]>(this.order.map((node) => [node, []]));
    for (const from of this.order) for (const to of graph.successors(from)) predecessors.get(to)?.push(from);
    const dominators = dominatorsOf(this.order, rank, predecessors);
    const children = new Map<number, number[]>(this.order.map((node) => [node, []]));
    for (const node of this.order) {
      const parent = dominators.get(node);
      if (parent !== undefined && parent !== node) children.get(parent)?.push(node);
    }
    this.children = children;
    const merges = new Set<number>();
    const loops = new Set<number>();
    for (const [node, list] of predecessors) {
      const forward = list.filter((from) => !this.isBack(from, node));
      if (forward.length < list.length) loops.add(node);
      if (forward.length > 1 || labelled.has(node) || forward.some((from) => graph.dispatches.has(from))) {
        merges.add(node);
      }
    }
    this.#merges = merges;
    this.#loops = loops;
  }

  isBack(from: number, to: number): boolean {
    return (this.#rank.get(to) as number) <= (this.#rank.get(from) as number);
  }
  /** True for a node that is branched to, rather than written in place. */
  isMerge(node: number): boolean {
    return this.#merges.has(node);
  }
  isLoop(node: number): boolean {
    return this.#loops.has(node);
  }
}

function postorder(graph: FlowGraph): number[] {
  const order: number[] = [];
  const seen = new Set([graph.root]);
  const work = [{ node: graph.root, next: 0, list: graph.successors(graph.root) }];
  for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
    const to = top.list[top.next++];
    if (to === undefined) {
      order.push(top.node);
      work.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      work.push({ node: to, next: 0, list: graph.successors(to) });
    }
  }
  return order;
}

/** Immediate dominators (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"). */
function dominatorsOf(
  order: readonly number[],
  rank: ReadonlyMap<number, number>,
  predecessors: ReadonlyMap<number, readonly number[]>,
): Map<number, number> {
  const root = order[0] as number;
  const dominators = new Map([[root, root]]);
  const common = (left: number, right: number): number => {
    let a = left;
    let b = right;
    while (a !== b) {
      while ((rank.get(a) as number) > (rank.get(b) as number)) a = dominators.get(a) as number;
      while ((rank.get(b) as number) > (rank.get(a) as number)) b = dominators.get(b) as number;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order) {
      if (node === root) continue;
      let best: number | undefined;
      for (const from of predecessors.get(node) ?? []) {
        if (dominators.has(from)) best = best === undefined ? from : common(from, best);
      }
      if (best !== undefined && dominators.get(node) !== best) {
        dominators.set(node, best);
        changed = true;
      }
    }
  }
  return dominators;
}
