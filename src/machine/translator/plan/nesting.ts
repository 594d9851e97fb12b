/** How the nodes of a flow graph nest: their order, their dominators, and which of them are written as blocks and loops. */
import type { FlowGraph } from './flow-graph.ts';

/** Nodes in reverse postorder, their dominators, and which edges go back. */
export class Nesting {
  /** Nodes that the root reaches, heads before bodies. */
  readonly order: readonly number[];
  /** Children in the dominator tree, in reverse postorder; of nodes that have some. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** By node: its place in the order, -1 where nothing leads to it. */
  readonly #rank: Int32Array;
  readonly #merges: Uint8Array;
  readonly #loops: Uint8Array;

  /** @param labelled nodes that must be branched to, even from one place */
  constructor(graph: FlowGraph, labelled: ReadonlySet<number>) {
    this.order = postorder(graph).reverse();
    const { order } = this;
    const rank = new Int32Array(graph.count).fill(-1);
    order.forEach((node, i) => {
      rank[node] = i;
    });
    this.#rank = rank;
    const predecessors: number[][] = order.map(() => []);
    order.forEach((from, i) => {
      for (const to of graph.successors(from)) predecessors[rank[to] as number]?.push(i);
    });
    const dominators = dominatorsOf(predecessors);
    const children = new Map<number, number[]>();
    for (let i = 1; i < order.length; i++) {
      const parent = order[dominators[i] as number] as number;
      const list = children.get(parent);
      if (list === undefined) children.set(parent, [order[i] as number]);
      else list.push(order[i] as number);
    }
    this.children = children;
    this.#merges = new Uint8Array(graph.count);
    this.#loops = new Uint8Array(graph.count);
    predecessors.forEach((list, i) => {
      const node = order[i] as number;
      let forward = 0;
      let fromDispatch = false;
      for (const from of list) {
        if (from >= i) continue;
        forward++;
        fromDispatch ||= graph.dispatches.has(order[from] as number);
      }
      if (forward < list.length) this.#loops[node] = 1;
      if (forward > 1 || labelled.has(node) || fromDispatch) this.#merges[node] = 1;
    });
  }

  isBack(from: number, to: number): boolean {
    return (this.#rank[to] as number) <= (this.#rank[from] as number);
  }
  /** True for a node that is branched to, rather than written in place. */
  isMerge(node: number): boolean {
    return this.#merges[node] === 1;
  }
  isLoop(node: number): boolean {
    return this.#loops[node] === 1;
  }
}

function postorder(graph: FlowGraph): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(graph.count);
  seen[graph.root] = 1;
  const work = [{ node: graph.root, next: 0, list: graph.successors(graph.root) }];
  for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
    const to = top.list[top.next++];
    if (to === undefined) {
      order.push(top.node);
      work.pop();
    } else if (seen[to] === 0) {
      seen[to] = 1;
      work.push({ node: to, next: 0, list: graph.successors(to) });
    }
  }
  return order;
}

/**
 * Immediate dominators (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"). Nodes are places in reverse postorder; the
 * first is the root.
 */
function dominatorsOf(predecessors: readonly (readonly number[])[]): Int32Array {
  const dominators = new Int32Array(predecessors.length).fill(-1);
  dominators[0] = 0;
  const common = (left: number, right: number): number => {
    let a = left;
    let b = right;
    while (a !== b) {
      while (a > b) a = dominators[a] as number;
      while (b > a) b = dominators[b] as number;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let node = 1; node < predecessors.length; node++) {
      let best = -1;
      for (const from of predecessors[node] as number[]) {
        if ((dominators[from] as number) >= 0) best = best < 0 ? from : common(from, best);
      }
      if (best < 0 || dominators[node] === best) continue;
      dominators[node] = best;
      changed = true;
    }
  }
  return dominators;
}
