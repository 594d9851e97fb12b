/**
 * Writes one region as one WebAssembly function: guest registers in locals, control flow as blocks and loops, memory through the
 * fast TLB arrays. Whatever is not the usual case leaves the function with the address of the instruction that the
 * interpreter has to execute; nothing of that instruction has happened then.
 *
 *     (entry: i32, base: i64, left: i32) -> left * 2 + (1: the instruction at PC is the interpreter's)
 *
 * `left` counts instructions. A block takes its instructions off when it begins; a side exit gives back those that were not executed.
 * Loop heads and long paths compare it with the longest way to the next such check, so that it never goes below 0.
 */
import type { Decoded } from '#isa/decode';
import { addressOfField } from '../layout.ts';
import { pushCompare, pushExpression, type Registers, registersOf } from './expressions.ts';
import { copiedFrom, type Groups, groupsOf } from './access-groups.ts';
import { type Dispatch, type Edge, FlowGraph, Nesting } from './flow-graph.ts';
import { baseOf, EXEC, MemoryAccess, type Remembered } from './memory-access.ts';
import { type Entry, type Exit, type Plan, type PlanNode, planRegion, successorsOf, type Way } from './plan.ts';
import { pageOf, type Region, type Step } from './region.ts';
import { FunctionWriter, I32, I64, OP } from './wasm-writer.ts';

/** Types of a region's function. */
export const PARAMETERS: readonly number[] = [I32, I64, I32];
export const RESULTS: readonly number[] = [I32];
const ENTRY = 0;
const BASE = 1;
const LEFT = 2;

const X = addressOfField('X');
const PC = addressOfField('PC');
const PAGE_MASK = -4096;
/** Paths of more instructions than this get a check of their own. */
const LONG_PATH = 96;
/** Base registers of a region whose last page is remembered. */
const MOST_REMEMBERED = 12;
/** x2 (calling convention). */
const STACK_POINTER = 2;
/** Bytes of an entry's descriptor; see engine/translated.ts. */
export const DESCRIPTOR_SIZE = 32;
const DESCRIPTOR_DELTA = 8;

/** What the function of a region must know of its place. */
export interface Placement {
  /** Address of the descriptor of the first entry; those of the others follow. */
  readonly descriptors: number;
  /** Address of the decoded page that holds a page of the region, counted from the base. */
  decodedPage(page: number): number;
  /** The word of a translated entry, without its address: see engine/translated.ts. */
  readonly mark: number;
}

export interface Emitted {
  readonly body: FunctionWriter;
  /** Offsets of the entries, in the order of their descriptors. */
  readonly entries: readonly number[];
  /** Instructions that must be left for an entry to be worth entering. */
  readonly needs: readonly number[];
}

/** The name of a label that is no node. */
const OUT = -1;
const OUT_FAR = -2;
const NOWHERE = -3;
/** The code of an exit: halfword offset, refund, kind. */
const CODE_OFFSET_SHIFT = 8;
const CODE_REFUND_MASK = 0x7f;
const FAR = 1 << 22;

type BlockNode = Extract<PlanNode, { kind: 'block' }>;
type LookupNode = Extract<PlanNode, { kind: 'lookup' }>;

class RegionEmitter implements Registers {
  readonly w: FunctionWriter = new FunctionWriter(PARAMETERS.length);
  readonly #place: Placement;
  readonly #nodes: readonly PlanNode[];
  readonly #entries: readonly Entry[];
  readonly #graph: FlowGraph;
  readonly #nesting: Nesting;
  /** Longest path in instructions from each node to the next check. */
  readonly #paths: Map<number, number> = new Map();
  readonly #checks: Set<number> = new Set();
  /** What each open block, loop or if is: the node that a branch there leads to, its kind, or nothing. */
  readonly #labels: { node: number; loop: boolean }[] = [];
  readonly #x: (number | undefined)[] = [];
  readonly #written: Set<number> = new Set();
  readonly #scratch: number[] = [];
  readonly #scratchWords: number[] = [];
  readonly #memory: MemoryAccess;
  readonly #code: number;
  readonly #pc: number;
  readonly #kind: number;
  readonly #address: number;

  constructor(region: Region, { nodes, entries }: Plan, place: Placement) {
    this.#place = place;
    this.#nodes = nodes;
    this.#entries = entries;
    this.#graph = new FlowGraph({
      successors: nodes.map(successorsOf),
      entries: entries.map(({ node }) => node),
      toRoot: nodes.flatMap(({ kind }, node) => (kind === 'search' ? [node] : [])),
    });
    this.#nesting = new Nesting(this.#graph, this.#exitTargets());
    for (const head of this.#graph.heads) if (head < nodes.length) this.#checks.add(head);
    this.#measurePaths();
    const { w } = this;
    const registers = region.blocks.flatMap(({ steps }) =>
      steps.flatMap(({ decoded }) => registersOf(decoded)),
    );
    for (const register of new Set(registers)) this.#x[register] = w.local(I64);
    this.#pc = w.local(I64);
    this.#address = w.local(I64);
    this.#code = w.local(I32);
    this.#kind = w.local(I32);
    for (let i = 0; i < 3; i++) this.#scratch.push(w.local(I64));
    for (let i = 0; i < 2; i++) this.#scratchWords.push(w.local(I32));
    this.#memory = new MemoryAccess(w, this, this.#remembered());
  }

  /** Steps may be written more than once, so what their exits lead to must be written elsewhere. */
  #exitTargets(): Set<number> {
    const targets = new Set<number>();
    this.#nodes.forEach((planned, node) => {
      if (planned.kind !== 'block') return;
      const count = planned.exits.filter(({ way }) => 'node' in way).length;
      for (const { to } of (this.#graph.edges[node] ?? []).slice(0, count)) targets.add(to);
    });
    return targets;
  }

  /** From the back: with a check wherever a path becomes long. */
  #measurePaths(): void {
    for (const node of [...this.#nesting.order].reverse()) {
      const planned = this.#nodes[node];
      const weight = planned?.kind === 'block' ? planned.block.steps.length : 0;
      let longest = 0;
      for (const next of this.#graph.successors(node)) {
        if (this.#checks.has(next) || this.#nesting.isBack(node, next)) continue;
        longest = Math.max(longest, this.#paths.get(next) ?? 0);
      }
      this.#paths.set(node, weight + longest);
      if (weight > 0 && weight + longest > LONG_PATH) this.#checks.add(node);
    }
  }

  /** What must be left for an entry to be worth entering. */
  #needed(): number[] {
    return this.#entries.map(({ node }) => this.#paths.get(node) ?? 1);
  }

  /**
   * Registers that loops load pointers into. Such pointers lead anywhere: to guess the page wrong costs more than to look it up. The
   * stack pointer is none of them.
   */
  #loadedPointers(): Set<number> {
    const loaded = new Set<number>();
    for (let before = -1; before < loaded.size; ) {
      before = loaded.size;
      this.#nodes.forEach((planned, node) => {
        if (planned.kind !== 'block' || this.#graph.depthOf(node) === 0) return;
        for (const { decoded } of planned.block.steps) {
          const { effect } = decoded.instruction;
          const isPointer = effect.kind === 'load' && effect.bytes === 8;
          const from = copiedFrom(decoded);
          if (isPointer || (from !== undefined && loaded.has(from.register))) loaded.add(decoded.rd);
        }
      });
      loaded.delete(STACK_POINTER);
    }
    return loaded;
  }

  /** Bases of the accesses that happen most often, as far as the depth of loops tells. */
  #remembered(): Remembered {
    const weights = new Map<string, number>();
    const loaded = this.#loadedPointers();
    this.#nodes.forEach((planned, node) => {
      if (planned.kind !== 'block') return;
      const weight = 8 ** Math.min(this.#graph.depthOf(node), 4);
      for (const { decoded } of planned.block.steps) {
        const { effect } = decoded.instruction;
        if ((effect.kind !== 'load' && effect.kind !== 'store') || loaded.has(decoded.rs1)) continue;
        const name = baseOf(effect, decoded);
        weights.set(name, (weights.get(name) ?? 0) + weight);
      }
    });
    const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, MOST_REMEMBERED);
    return new Set(heaviest.map(([name]) => name));
  }

  x(number: number): number {
    return this.#x[number] as number;
  }
  scratch(number: number): number {
    return this.#scratch[number] as number;
  }
  scratchWord(number: number): number {
    return this.#scratchWords[number] as number;
  }
  pushPc(offset: number): void {
    this.w.get(BASE);
    if (offset === 0) return;
    this.w.i64(offset);
    this.w.op(OP.i64Add);
  }

  emit(): Emitted {
    const { w } = this;
    const used = this.#x.flatMap((local, register) => (local === undefined ? [] : [{ local, register }]));
    for (const { local, register } of used) {
      w.i32(0);
      w.memory(OP.i64Load, X + register * 8);
      w.set(local);
    }
    this.#memory.begin();
    // Two ways out: by a code that says where, or with the address in `pc` already.
    this.#open(OP.block, OUT_FAR);
    this.#open(OP.block, OUT);
    this.#tree(this.#graph.root);
    this.#close();
    w.get(BASE);
    w.get(this.#code);
    w.i32(CODE_OFFSET_SHIFT);
    w.op(OP.i32ShrS);
    w.i32(1);
    w.op(OP.i32Shl);
    w.op(OP.i64ExtendI32S);
    w.op(OP.i64Add);
    w.set(this.#pc);
    w.get(LEFT);
    w.get(this.#code);
    w.i32(1);
    w.op(OP.i32ShrU);
    w.i32(CODE_REFUND_MASK);
    w.op(OP.i32And);
    w.op(OP.i32Add);
    w.set(LEFT);
    w.get(this.#code);
    w.i32(1);
    w.op(OP.i32And);
    w.set(this.#kind);
    this.#close();
    for (const { local, register } of used) {
      if (!this.#written.has(register)) continue;
      w.i32(0);
      w.get(local);
      w.memory(OP.i64Store, X + register * 8);
    }
    w.i32(0);
    w.get(this.#pc);
    w.memory(OP.i64Store, PC);
    w.get(LEFT);
    w.i32(1);
    w.op(OP.i32Shl);
    w.get(this.#kind);
    w.op(OP.i32Or);
    return { body: w, entries: this.#entries.map(({ offset }) => offset), needs: this.#needed() };
  }

  #open(opcode: number, node: number, loop = false): void {
    this.w.open(opcode);
    this.#labels.push({ node, loop });
  }
  #close(): void {
    this.w.op(OP.end);
    this.#labels.pop();
  }
  #depth(node: number, loop = false): number {
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const label = this.#labels[i];
      if (label?.node === node && label.loop === loop) return this.#labels.length - 1 - i;
    }
    throw new Error('a branch leads nowhere');
  }

  /** A node, and all that it dominates. */
  #tree(node: number): void {
    const loop = this.#nesting.isLoop(node);
    if (loop) this.#open(OP.loop, node, true);
    const merges = (this.#nesting.children.get(node) ?? []).filter((child) => this.#nesting.isMerge(child));
    for (const child of [...merges].reverse()) this.#open(OP.block, child);
    this.#node(node);
    for (const child of merges) {
      this.#close();
      this.#tree(child);
    }
    if (loop) {
      this.#close();
      this.w.op(OP.unreachable);
    }
  }

  #node(node: number): void {
    const dispatch = this.#graph.dispatches.get(node);
    const planned = this.#nodes[node];
    if (this.#graph.selected.has(node)) {
      this.w.i32(0);
      this.w.set(ENTRY);
    }
    if (dispatch !== undefined) this.#dispatch(node, dispatch);
    else if (planned?.kind === 'block') this.#block(node, planned);
    else if (planned?.kind === 'lookup') this.#lookup(node, planned);
    else this.#search(node);
  }

  /** The depth of the label that leads from one node to another, `undefined` when the other is written in place. */
  #labelOf(from: number, to: number): number | undefined {
    if (this.#nesting.isBack(from, to)) return this.#depth(to, true);
    return this.#nesting.isMerge(to) ? this.#depth(to) : undefined;
  }

  #go(from: number, edge: Edge): void {
    const { w } = this;
    if (edge.select !== undefined) {
      w.i32(edge.select);
      w.set(ENTRY);
    }
    const depth = this.#labelOf(from, edge.to);
    if (depth === undefined) this.#tree(edge.to);
    else w.branch(OP.br, depth);
  }

  #dispatch(node: number, { usual, cases }: Dispatch): void {
    const { w } = this;
    if (usual !== undefined) {
      w.get(ENTRY);
      w.op(OP.i32Eqz);
      this.#open(OP.if, NOWHERE);
      this.#go(node, { to: usual });
      this.#close();
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

  /** Leaves the region for an offset; `refund` instructions were charged and not executed. */
  #leave(offset: number, refund: number, kind: 0 | 1): void {
    const { w } = this;
    if (Math.abs(offset) >= FAR) {
      this.pushPc(offset);
      w.set(this.#pc);
      w.i32(kind);
      w.set(this.#kind);
      w.branch(OP.br, this.#depth(OUT_FAR));
      return;
    }
    w.i32(codeOf(offset, refund, kind));
    w.set(this.#code);
    w.branch(OP.br, this.#depth(OUT));
  }

  /** Leaves for the interpreter when the condition on the stack holds; `deeper`: blocks that are open and not known here. */
  #leaver(offset: number, refund: number): (deeper?: number) => void {
    return (deeper = 0) => {
      const { w } = this;
      // Set whether it is needed or not: on the way that goes on, nobody reads it.
      w.i32(codeOf(offset, refund, 1));
      w.set(this.#code);
      w.branch(OP.brIf, this.#depth(OUT) + deeper);
    };
  }

  #block(node: number, planned: BlockNode): void {
    const { w } = this;
    const { block } = planned;
    const count = block.steps.length;
    if (this.#checks.has(node)) {
      this.#pushTooFew(node);
      this.#leaver(block.offset, 0)();
    }
    if (count > 0) {
      w.get(LEFT);
      w.i32(count);
      w.op(OP.i32Sub);
      w.set(LEFT);
    }
    this.#steps(node, planned, 0, groupsOf(block.steps), new Map());
    this.#ending(node, planned);
  }

  /**
   * The steps of a block from one on. Where a group of accesses begins, the rest is written twice: for the case that the group's page
   * is at hand, and for the others.
   */
  #steps(
    node: number,
    planned: BlockNode,
    from: number,
    groups: Groups,
    hosts: ReadonlyMap<number, number>,
  ): void {
    const { w } = this;
    const { steps } = planned.block;
    for (let i = from; i < steps.length; i++) {
      const step = steps[i] as Step;
      const group = groups.groups.get(i);
      if (group !== undefined && !hosts.has(i)) {
        const host = w.local(I32);
        this.#open(OP.block, NOWHERE);
        this.#open(OP.block, NOWHERE);
        this.#memory.beginGroup(group, host, (deeper) => w.branch(OP.brIf, deeper));
        this.#steps(node, planned, i, groups, new Map([...hosts, [i, host]]));
        w.branch(OP.br, 1);
        this.#close();
        this.#steps(node, planned, i, { groups: new Map(), places: groups.places }, hosts);
        this.#close();
        return;
      }
      const following = steps[i + 1];
      if (following !== undefined && isZeroExtension(step.decoded, following.decoded)) {
        this.#zeroExtend(step.decoded, following.decoded);
        i++;
        continue;
      }
      const exit = planned.exits.findIndex(({ index }) => index === i);
      if (exit >= 0) this.#exit(node, planned, exit);
      const place = groups.places.get(i);
      const host = place === undefined ? undefined : hosts.get(place.first);
      if (place === undefined || host === undefined) this.#step(step, steps.length - i);
      else this.#grouped(step, host, place.at);
    }
  }

  /** Two shifts that take the upper half away, as code without Zba does it. */
  #zeroExtend(first: Decoded, second: Decoded): void {
    const { w } = this;
    w.get(this.x(first.rs1));
    w.op(OP.i32WrapI64);
    w.op(OP.i64ExtendI32U);
    if (second.immediate < 32) {
      w.i64(32 - second.immediate);
      w.op(OP.i64Shl);
    } else if (second.immediate > 32) {
      w.i64(second.immediate - 32);
      w.op(OP.i64ShrU);
    }
    this.#setX(second.rd);
  }

  /** A branch amid the steps: gives back what was charged for the rest. */
  #exit(node: number, { block, exits }: BlockNode, number: number): void {
    const { w } = this;
    const { index, way, to, whenTaken } = exits[number] as Exit;
    const { decoded, offset } = block.steps[index] as Step;
    const { effect } = decoded.instruction;
    if (effect.kind !== 'branch') throw new Error('a branch that is none');
    pushCompare(w, effect.op, effect.a, effect.b, decoded, offset, this);
    if (!whenTaken) w.op(OP.i32Eqz);
    this.#open(OP.if, NOWHERE);
    w.get(LEFT);
    w.i32(block.steps.length - index - 1);
    w.op(OP.i32Add);
    w.set(LEFT);
    const before = exits.slice(0, number).filter((exit) => 'node' in exit.way).length;
    this.#follow(node, block.offset, to, 'node' in way ? this.#graph.edges[node]?.[before] : undefined);
    this.#close();
  }

  #grouped({ decoded, offset }: Step, host: number, at: number): void {
    const { effect } = decoded.instruction;
    if (effect.kind === 'store') this.#memory.storeTo(host, at, effect, decoded, offset);
    else if (effect.kind === 'load') {
      this.#memory.loadFrom(host, at, effect);
      this.#setLoaded(decoded.rd);
    }
  }

  #setLoaded(register: number): void {
    if (register === 0) this.w.op(OP.drop);
    else this.#setX(register);
  }

  /** Pushes 1 when less is left than a path from a node may take. */
  #pushTooFew(node: number): void {
    this.w.get(LEFT);
    this.w.i32(this.#paths.get(node) as number);
    this.w.op(OP.i32LtS);
  }

  #ending(node: number, { block, exits, ways, returnsTo }: BlockNode): void {
    const { w } = this;
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
        this.#leave(ending.at, 0, 1);
        return;
      case 'goto':
        follow(ways[0], ending.to)();
        return;
      case 'indirect': {
        if (returnsTo !== undefined) {
          const back = follow(ways[0], returnsTo);
          w.get(this.#pc);
          this.pushPc(returnsTo);
          w.op(OP.i64Eq);
          this.#open(OP.if, NOWHERE);
          back();
          this.#close();
        }
        this.#go(node, edges.at(-1) as Edge);
        return;
      }
      case 'branch': {
        const { decoded, offset } = ending.step;
        const { effect } = decoded.instruction;
        if (effect.kind !== 'branch') throw new Error('a branch that is none');
        const taken = follow(ways[0], ending.taken);
        const next = follow(ways[1], ending.next);
        pushCompare(w, effect.op, effect.a, effect.b, decoded, offset, this);
        this.#open(OP.if, NOWHERE);
        taken();
        this.#close();
        next();
      }
    }
  }

  /** Goes on at an offset, out of the region when there is no edge: another page must still be mapped where it was. */
  #follow(node: number, from: number, to: number, edge: Edge | undefined): void {
    const { w } = this;
    if (edge === undefined) {
      this.#leave(to, 0, 0);
      return;
    }
    const page = pageOf(to);
    if (page !== pageOf(from)) {
      // The slot of the page: its tag and its decoded page are those of the translation.
      this.pushPc(page * 4096);
      w.tee(this.#address);
      this.#memory.pushSlot();
      w.tee(this.#memory.slot);
      w.memory(OP.i64Load, EXEC);
      w.get(this.#address);
      w.get(this.#memory.fetchContext);
      w.op(OP.i64Or);
      w.op(OP.i64Ne);
      w.get(this.#memory.slot);
      w.memory(OP.i32Load, EXEC + 8);
      w.i32(this.#place.decodedPage(page));
      w.op(OP.i32Ne);
      w.op(OP.i32Or);
      this.#open(OP.if, NOWHERE);
      this.#leave(to, 0, 0);
      this.#close();
    }
    this.#go(node, edge);
  }

  /** An indirect jump to `pc`, from a page that is mapped: to an entry there, or on to the search. */
  #lookup(node: number, { page, targets, search }: LookupNode): void {
    const { w } = this;
    if (this.#checks.has(node)) {
      this.#pushTooFew(node);
      w.branch(OP.brIf, this.#depth(OUT_FAR));
    }
    const edges = [...(this.#graph.edges[node] ?? [])];
    const otherwise = search === undefined ? undefined : edges.pop();
    if (targets.length > 0) {
      const halfwords = targets.map(({ offset }) => (offset - page * 4096) >> 1);
      const lowest = Math.min(...halfwords);
      const table = new Array<number>(Math.max(...halfwords) - lowest + 1).fill(-1);
      halfwords.forEach((halfword, i) => {
        table[halfword - lowest] = i;
      });
      // Each target has a place behind the table, from where an edge leads on; what is no target falls out of all of them.
      this.#open(OP.block, NOWHERE);
      for (let i = 0; i < targets.length; i++) this.#open(OP.block, NOWHERE);
      w.get(this.#pc);
      this.pushPc(page * 4096 + lowest * 2);
      w.op(OP.i64Sub);
      w.tee(this.#address);
      w.i64(table.length * 2);
      w.op(OP.i64GeU);
      w.branch(OP.brIf, targets.length);
      w.get(this.#address);
      w.op(OP.i32WrapI64);
      w.i32(1);
      w.op(OP.i32ShrU);
      w.branchTable(
        table.map((i) => (i < 0 ? targets.length : i)),
        targets.length,
      );
      for (let i = 0; i < targets.length; i++) {
        this.#close();
        this.#go(node, edges[i] as Edge);
      }
      this.#close();
    }
    if (otherwise === undefined) w.branch(OP.br, this.#depth(OUT_FAR));
    else this.#go(node, otherwise);
  }

  /** An indirect jump to `pc`, which may lie in any page: to an entry of this region, or out. */
  #search(node: number): void {
    const { w } = this;
    const out = (): void => w.branch(OP.brIf, this.#depth(OUT_FAR));
    const needed = Math.max(...this.#needed(), 0);
    w.get(LEFT);
    w.i32(needed);
    w.op(OP.i32LtS);
    out();
    w.get(this.#pc);
    this.#memory.pushSlot();
    w.tee(this.#memory.slot);
    w.memory(OP.i64Load, EXEC);
    w.get(this.#pc);
    w.i64(PAGE_MASK);
    w.op(OP.i64And);
    w.tee(this.#address);
    w.get(this.#memory.fetchContext);
    w.op(OP.i64Or);
    w.op(OP.i64Ne);
    out();
    // The word of the decoded entry, turned so that its address comes first.
    w.get(this.#memory.slot);
    w.memory(OP.i32Load, EXEC + 8);
    w.get(this.#pc);
    w.op(OP.i32WrapI64);
    w.i32(0xffe);
    w.op(OP.i32And);
    w.i32(2);
    w.op(OP.i32Shl);
    w.op(OP.i32Add);
    w.memory(OP.i64Load, 0);
    w.i64(32);
    w.op(OP.i64Rotl);
    w.i64(this.#place.descriptors + this.#place.mark * 2 ** 32);
    w.op(OP.i64Sub);
    w.tee(this.scratch(0));
    w.i64(this.#entries.length * DESCRIPTOR_SIZE);
    w.op(OP.i64GeU);
    out();
    // The same frame may be mapped at another address too.
    w.get(this.#address);
    w.get(this.scratch(0));
    w.op(OP.i32WrapI64);
    w.tee(this.#memory.slot);
    w.memory(OP.i64Load32S, this.#place.descriptors + DESCRIPTOR_DELTA);
    w.op(OP.i64Sub);
    w.get(BASE);
    w.op(OP.i64Ne);
    out();
    w.get(this.#memory.slot);
    w.i32(5);
    w.op(OP.i32ShrU);
    w.i32(1);
    w.op(OP.i32Add);
    w.set(ENTRY);
    this.#go(node, { to: this.#graph.root });
  }

  #step(step: Step, refund: number): void {
    const { effect } = step.decoded.instruction;
    const { decoded, offset } = step;
    const { w } = this;
    switch (effect.kind) {
      case 'set':
        if (decoded.rd === 0) return;
        pushExpression(w, effect.value, decoded, offset, this);
        this.#setX(decoded.rd);
        return;
      case 'load':
        this.#memory.load(effect, decoded, offset, this.#leaver(offset, refund));
        this.#setLoaded(decoded.rd);
        return;
      case 'store':
        this.#memory.store(effect, decoded, offset, this.#leaver(offset, refund));
        return;
      case 'jump':
        this.#link(step);
        return;
      case 'jumpRegister':
        // The target is read before the link is written: they may be one register.
        pushExpression(w, { kind: 'x', field: 'rs1' }, decoded, offset, this);
        w.i64(decoded.immediate);
        w.op(OP.i64Add);
        w.i64(-2);
        w.op(OP.i64And);
        w.set(this.#pc);
        this.#link(step);
        return;
      default:
    }
  }

  #link({ decoded, offset }: Step): void {
    if (decoded.rd === 0) return;
    this.pushPc(offset + decoded.length);
    this.#setX(decoded.rd);
  }

  #setX(register: number): void {
    this.#written.add(register);
    this.w.set(this.x(register));
  }
}

/** slli rd, rs1, 32 and srli of the same register into itself, so that the value between them is seen by nobody. */
function isZeroExtension(first: Decoded, second: Decoded): boolean {
  return (
    first.instruction.name === 'slli' &&
    first.immediate === 32 &&
    first.rs1 !== 0 &&
    first.rd !== 0 &&
    second.instruction.name === 'srli' &&
    second.rs1 === first.rd &&
    second.rd === first.rd
  );
}

function codeOf(offset: number, refund: number, kind: 0 | 1): number {
  return ((offset >> 1) << CODE_OFFSET_SHIFT) | (refund << 1) | kind;
}

/** Translates a region. */
export function emitRegion(region: Region, place: Placement): Emitted {
  return new RegionEmitter(region, planRegion(region), place).emit();
}
