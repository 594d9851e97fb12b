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
  /** Jumps back in the program: which nodes they lead from and to, and how far. */
  readonly jumpsBack: readonly JumpBack[];
}

export interface JumpBack {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** Of a node in the search for loops: not looked at, not found yet; or the number under which it was found. */
const OUTSIDE = -2;
const UNSEEN = -1;
/** Loops within loops that can be entered at several places: nodes and edges that are looked at, for each that there is. */
const MOST_LOOKS = 16;
const FREE_LOOKS = 4_000;
/** More than any number of ways that lead to a node. */
const FROM_CODE = 1e6;

/** A list of numbers from 0 that grows. */
function grown(list: Int32Array, length: number, fill: number): Int32Array {
  if (length <= list.length) return list;
  const longer = new Int32Array(length * 2).fill(fill);
  longer.set(list);
  return longer;
}

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
  readonly #depths: number[] = [];
  #count: number;
  #nextCase: number;
  /** Successors and predecessors, as far as they were asked for. */
  readonly #successors: (readonly number[] | undefined)[] = [];
  #predecessors: number[][] | undefined;
  readonly #toRoot: Set<number>;
  /** The longest first. */
  readonly #jumpsBack: readonly JumpBack[];
  /** Of the search for loops, by node: when it was found, the earliest that it leads to, whether it is in a component still open. */
  #index: Int32Array = new Int32Array(0);
  #low: Int32Array = new Int32Array(0);
  #open: Int32Array = new Int32Array(0);
  /** Which loop a node was found in last. */
  #loopOf: Int32Array = new Int32Array(0);
  #loopsFound = 0;
  #looksLeft: number;

  constructor({ successors, entries, toRoot, jumpsBack }: FlowInput) {
    this.edges = successors.map((list) => list.map((to) => ({ to })));
    this.root = successors.length;
    this.edges.push([]);
    this.#count = this.root + 1;
    this.#looksLeft =
      successors.reduce((sum, { length }) => sum + length, this.#count) * MOST_LOOKS + FREE_LOOKS;
    this.#toRoot = new Set(toRoot);
    this.#jumpsBack = [...jumpsBack].sort((a, b) => b.bytes - a.bytes);
    this.dispatches.set(this.root, {
      usual: undefined,
      cases: new Map(entries.map((node, i) => [i + 1, node])),
    });
    entries.forEach((node, i) => {
      this.selected.set(node, i + 1);
    });
    this.#nextCase = entries.length + 1;
    const { list, reached } = this.#reachable();
    // What nothing leads to must not count as a way in.
    for (let node = 0; node < this.root; node++) {
      if (reached[node] === 1) continue;
      this.edges[node] = [];
      this.#successors[node] = undefined;
      this.#toRoot.delete(node);
    }
    this.#nest(list);
  }

  get count(): number {
    return this.#count;
  }
  /** True when loops are too entangled to be told apart with reasonable effort: then nothing can be made of it. */
  get isTangled(): boolean {
    return this.#looksLeft < 0;
  }

  /** All successors of a node, each once or more. */
  successors(node: number): readonly number[] {
    const known = this.#successors[node];
    if (known !== undefined) return known;
    const list: number[] = [];
    const dispatch = this.dispatches.get(node);
    if (dispatch !== undefined) {
      if (dispatch.usual !== undefined) list.push(dispatch.usual);
      for (const to of dispatch.cases.values()) list.push(to);
    } else {
      for (const { to } of this.edges[node] ?? []) list.push(to);
      if (this.#toRoot.has(node)) list.push(this.root);
    }
    this.#successors[node] = list;
    return list;
  }

  #reachable(): { readonly list: readonly number[]; readonly reached: Uint8Array } {
    const reached = new Uint8Array(this.#count);
    reached[this.root] = 1;
    const list = [this.root];
    const todo = [this.root];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      for (const next of this.successors(node)) {
        if (reached[next] === 1) continue;
        reached[next] = 1;
        list.push(next);
        todo.push(next);
      }
    }
    return { list, reached };
  }

  /** How many loops a node lies in. */
  depthOf(node: number): number {
    return this.#depths[node] ?? 0;
  }

  /** Gives each loop among `nodes` one head, and goes on inside it; false when there is none. */
  #nest(nodes: readonly number[]): boolean {
    const loops = this.#loops(nodes);
    for (const loop of loops) {
      if (this.isTangled) return true;
      const predecessors = this.#allPredecessors();
      const isMember = this.#membersOf(loop);
      this.#looksLeft -= loop.length;
      for (const node of loop) this.#depths[node] = this.depthOf(node) + 1;
      const entered = loop.filter(
        (node) => node === this.root || (predecessors[node] ?? []).some((from) => !isMember(from)),
      );
      if (entered.length === 1) {
        const head = entered[0] as number;
        this.heads.add(head);
        const inside = loop.filter((node) => node !== head);
        if (!this.#nest(inside) && !this.dispatches.has(head)) this.innermost.push({ head, members: loop });
      } else {
        const usual = this.#usualHead(entered, isMember, predecessors);
        this.#insertDispatch(entered, usual, isMember);
        this.heads.add(usual);
        this.#nest(loop);
      }
    }
    return loops.length > 0;
  }

  /** Tells whether a node is in a loop; true until the next loop is asked for. */
  #membersOf(loop: readonly number[]): (node: number) => boolean {
    const number = ++this.#loopsFound;
    this.#loopOf = grown(this.#loopOf, this.#count + 1, 0);
    const loopOf = this.#loopOf;
    for (const node of loop) loopOf[node] = number;
    return (node) => loopOf[node] === number;
  }

  /**
   * The head of a loop that can be entered at several places: where code itself enters it, rather than a dispatch that resumes it, or where a
   * table leads; among those the one that most other nodes of the loop lead to. Where only a dispatch enters, inner loops look like outer
   * ones: then what the longest jump back leads to.
   */
  #usualHead(
    entered: readonly number[],
    isMember: (node: number) => boolean,
    predecessors: readonly (readonly number[])[],
  ): number {
    let best = -1;
    let most = -1;
    for (const node of entered) {
      let score = 0;
      let isFromCode = false;
      for (const from of predecessors[node] ?? []) {
        if (!isMember(from)) isFromCode ||= !this.dispatches.has(from);
        else if (from !== node) score++;
      }
      if (isFromCode) score += FROM_CODE;
      if (score <= most) continue;
      best = node;
      most = score;
    }
    if (most >= FROM_CODE) return best;
    this.#looksLeft -= this.#jumpsBack.length;
    return this.#jumpsBack.find(({ from, to }) => isMember(from) && isMember(to))?.to ?? best;
  }

  #insertDispatch(entered: readonly number[], usual: number, isMember: (node: number) => boolean): void {
    const predecessors = this.#allPredecessors();
    const dispatch: Dispatch = { usual, cases: new Map() };
    const node = this.#count++;
    this.edges.push([]);
    const isEntered = new Set([...entered, usual]);
    const sources = [...new Set([...isEntered].flatMap((to) => predecessors[to] ?? []))].sort(
      (a, b) => a - b,
    );
    for (const from of sources) {
      const inside = isMember(from);
      this.#looksLeft -= this.successors(from).length;
      this.#successors[from] = undefined;
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
    // Who led there may lead to the dispatch now, and the dispatch does.
    isEntered.add(node);
    for (const to of isEntered) predecessors[to] = [];
    for (const from of [...sources, node])
      for (const to of this.successors(from)) if (isEntered.has(to)) predecessors[to]?.push(from);
  }

  #caseOf(node: number): number {
    let number = this.selected.get(node);
    if (number === undefined) {
      number = this.#nextCase++;
      this.selected.set(node, number);
    }
    return number;
  }

  #allPredecessors(): number[][] {
    if (this.#predecessors !== undefined) return this.#predecessors;
    const lists: number[][] = Array.from({ length: this.#count }, () => []);
    for (let from = 0; from < this.#count; from++) {
      for (const to of this.successors(from)) lists[to]?.push(from);
    }
    this.#predecessors = lists;
    return lists;
  }

  /** Strongly connected components that are loops (Tarjan), within a set of nodes. */
  #loops(nodes: readonly number[]): number[][] {
    this.#index = grown(this.#index, this.#count + 1, OUTSIDE);
    this.#low = grown(this.#low, this.#count + 1, 0);
    this.#open = grown(this.#open, this.#count + 1, 0);
    const index = this.#index;
    const low = this.#low;
    const open = this.#open;
    for (const node of nodes) index[node] = UNSEEN;
    const stack: number[] = [];
    const loops: number[][] = [];
    // An explicit stack: a long chain of blocks must not exhaust ours.
    const work: { node: number; next: number; list: readonly number[] }[] = [];
    let seen = 0;
    const visit = (node: number): void => {
      index[node] = seen;
      low[node] = seen++;
      stack.push(node);
      open[node] = 1;
      const list = this.successors(node);
      this.#looksLeft -= 1 + list.length;
      work.push({ node, next: 0, list });
    };
    const lower = (node: number, to: number): void => {
      if (to < (low[node] as number)) low[node] = to;
    };
    for (const start of nodes) {
      if (index[start] !== UNSEEN || this.isTangled) continue;
      visit(start);
      for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
        const to = top.list[top.next++];
        if (to !== undefined) {
          if (index[to] === UNSEEN) visit(to);
          else if (open[to] === 1) lower(top.node, index[to] as number);
          continue;
        }
        work.pop();
        const parent = work.at(-1);
        if (parent !== undefined) lower(parent.node, low[top.node] as number);
        if (low[top.node] !== index[top.node]) continue;
        const component: number[] = [];
        for (;;) {
          const member = stack.pop() as number;
          open[member] = 0;
          component.push(member);
          if (member === top.node) break;
        }
        if (component.length > 1 || top.list.includes(top.node)) loops.push(component);
      }
    }
    for (const node of nodes) index[node] = OUTSIDE;
    return loops;
  }
}
