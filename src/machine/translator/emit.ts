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
import type { Effect } from '#isa/semantics';
import { addressOfField, TLB_ARRAY_SIZE, TLB_ENTRIES } from '../layout.ts';
import { pushCompare, pushExpression, type Registers, registersOf, SCRATCH_TYPE } from './expressions.ts';
import { type Dispatch, type Edge, FlowGraph, Nesting } from './flow-graph.ts';
import { type Block, pageOf, type Region, type Step } from './region.ts';
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
const TLB_INDEX = (TLB_ENTRIES - 1) << 4;
const WRITE = TLB_ARRAY_SIZE;
const EXEC = 2 * TLB_ARRAY_SIZE;
/** Paths of more instructions than this get a check of their own. */
const LONG_PATH = 96;
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

const LOADS: Record<string, number> = {
  s1: OP.i64Load8S,
  u1: OP.i64Load8U,
  s2: OP.i64Load16S,
  u2: OP.i64Load16U,
  s4: OP.i64Load32S,
  u4: OP.i64Load32U,
  s8: OP.i64Load,
  u8: OP.i64Load,
};
const STORES: Record<number, number> = {
  1: OP.i64Store8,
  2: OP.i64Store16,
  4: OP.i64Store32,
  8: OP.i64Store,
};

/** Where an edge leads: to a node of the graph, or out. */
type Way = { readonly edge: Edge } | { readonly out: number };

class RegionEmitter implements Registers {
  readonly w: FunctionWriter = new FunctionWriter(PARAMETERS.length);
  readonly entries: number[];
  readonly #region: Region;
  readonly #place: Placement;
  readonly #graph: FlowGraph;
  readonly #nesting: Nesting;
  readonly #nodes: ReadonlyMap<number, number>;
  /** Longest path in instructions from each node to the next check. */
  readonly #paths: Map<number, number> = new Map();
  readonly #checks: Set<number> = new Set();
  /** What each open block, loop or if is: the node that a branch there leads to, its kind, or nothing. */
  readonly #labels: { node: number; loop: boolean }[] = [];
  readonly #x: (number | undefined)[] = [];
  readonly #written: Set<number> = new Set();
  readonly #scratch: number[] = [];
  readonly #tlb: number;
  readonly #dataContext: number;
  readonly #fetchContext: number;
  readonly #code: number;
  readonly #pc: number;
  readonly #kind: number;
  readonly #address: number;
  readonly #slot: number;
  readonly #hasLookup: boolean;

  constructor(region: Region, place: Placement) {
    this.#region = region;
    this.#place = place;
    const { blocks } = region;
    this.#nodes = new Map(blocks.map(({ offset }, node) => [offset, node]));
    const successors = blocks.map((block) => this.#targets(block).filter((node) => node !== undefined));
    const indirect = blocks.flatMap(({ ending }, node) => (ending.kind === 'indirect' ? [node] : []));
    // One more node looks up where indirect jumps lead.
    const lookup = blocks.length;
    this.#hasLookup = indirect.length > 0;
    for (const node of indirect) successors[node] = [lookup];
    successors.push([]);
    this.entries = this.#entries(successors);
    this.#graph = new FlowGraph({
      successors,
      entries: this.entries.map((offset) => this.#nodes.get(offset) as number),
      toRoot: this.#hasLookup ? [lookup] : [],
    });
    this.#nesting = new Nesting(this.#graph);
    for (const head of this.#graph.heads) if (head < blocks.length) this.#checks.add(head);
    this.#measurePaths();
    const { w } = this;
    const registers = region.blocks.flatMap(({ steps }) =>
      steps.flatMap(({ decoded }) => registersOf(decoded)),
    );
    for (const register of new Set(registers)) this.#x[register] = w.local(I64);
    this.#tlb = w.local(I32);
    this.#dataContext = w.local(I64);
    this.#fetchContext = w.local(I64);
    this.#pc = w.local(I64);
    this.#address = w.local(I64);
    this.#code = w.local(I32);
    this.#kind = w.local(I32);
    this.#slot = w.local(I32);
    for (let i = 0; i < 3; i++) this.#scratch.push(w.local(SCRATCH_TYPE));
  }

  /** Blocks that follow a block, `undefined` for those outside. */
  #targets({ ending }: Block): (number | undefined)[] {
    if (ending.kind === 'goto') return [this.#nodes.get(ending.to)];
    if (ending.kind === 'branch') return [this.#nodes.get(ending.taken), this.#nodes.get(ending.next)];
    return [];
  }

  /** The given entries and all loop heads: a loop that was left for an interrupt must be found again soon. */
  #entries(successors: readonly (readonly number[])[]): number[] {
    const { blocks, entries } = this.#region;
    const worth = (offset: number): boolean => {
      const block = blocks[this.#nodes.get(offset) as number];
      return block !== undefined && block.steps.length > 0;
    };
    const given = entries.filter(worth);
    const heads = new FlowGraph({
      successors,
      entries: given.map((offset) => this.#nodes.get(offset) as number),
      toRoot: [],
    }).heads;
    const more = [...heads].flatMap((node) => {
      const block = blocks[node];
      return block === undefined ? [] : [block.offset];
    });
    return [...new Set([...given, ...more.filter(worth)])];
  }

  /** Blocks that end a path: longest first from the back, with a check wherever a path becomes long. */
  #measurePaths(): void {
    const { blocks } = this.#region;
    for (const node of [...this.#nesting.order].reverse()) {
      const weight = blocks[node]?.steps.length ?? 0;
      let longest = 0;
      for (const next of this.#graph.successors(node)) {
        if (this.#checks.has(next) || this.#nesting.isBack(node, next)) continue;
        longest = Math.max(longest, this.#paths.get(next) ?? 0);
      }
      this.#paths.set(node, weight + longest);
      if (weight > 0 && weight + longest > LONG_PATH) this.#checks.add(node);
    }
  }

  x(number: number): number {
    return this.#x[number] as number;
  }
  scratch(number: number): number {
    return this.#scratch[number] as number;
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
    for (const [local, opcode, field] of [
      [this.#tlb, OP.i32Load, 'TLB_BASE'],
      [this.#dataContext, OP.i64Load, 'DATA_CONTEXT'],
      [this.#fetchContext, OP.i64Load, 'FETCH_CONTEXT'],
    ] as const) {
      w.i32(0);
      w.memory(opcode, addressOfField(field));
      w.set(local);
    }
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
    return {
      body: w,
      entries: this.entries,
      needs: this.entries.map((offset) => this.#paths.get(this.#nodes.get(offset) as number) ?? 1),
    };
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
    if (dispatch !== undefined) this.#dispatch(node, dispatch);
    else if (node === this.#region.blocks.length) this.#lookup(node);
    else this.#block(node, this.#region.blocks[node] as Block);
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
    w.i32(((offset >> 1) << CODE_OFFSET_SHIFT) | (refund << 1) | kind);
    w.set(this.#code);
    w.branch(OP.br, this.#depth(OUT));
  }

  /** Leaves for the interpreter when the condition on the stack holds. */
  #leaveIf(offset: number, refund: number): void {
    this.#open(OP.if, NOWHERE);
    this.#leave(offset, refund, 1);
    this.#close();
  }

  #block(node: number, block: Block): void {
    const { w } = this;
    if (this.#graph.selected.has(node)) {
      w.i32(0);
      w.set(ENTRY);
    }
    const count = block.steps.length;
    if (this.#checks.has(node)) {
      w.get(LEFT);
      w.i32(this.#paths.get(node) as number);
      w.op(OP.i32LtS);
      this.#leaveIf(block.offset, 0);
    }
    if (count > 0) {
      w.get(LEFT);
      w.i32(count);
      w.op(OP.i32Sub);
      w.set(LEFT);
    }
    block.steps.forEach((step, i) => {
      this.#step(step, count - i);
    });
    this.#ending(node, block);
  }

  #ending(node: number, block: Block): void {
    const { w } = this;
    const { ending } = block;
    const edges = [...(this.#graph.edges[node] ?? [])];
    const way = (to: number): Way => {
      const inside = this.#nodes.get(to);
      const edge = inside === undefined ? undefined : edges.shift();
      return edge === undefined ? { out: to } : { edge };
    };
    switch (ending.kind) {
      case 'interpret':
        this.#leave(ending.at, 0, 1);
        return;
      case 'goto':
        this.#follow(node, block, ending.to, way(ending.to));
        return;
      case 'indirect':
        this.#go(node, edges[0] as Edge);
        return;
      case 'branch': {
        const { decoded, offset } = ending.step;
        const { effect } = decoded.instruction;
        if (effect.kind !== 'branch') throw new Error('a branch that is none');
        const taken = way(ending.taken);
        const next = way(ending.next);
        pushCompare(w, effect.op, effect.a, effect.b, decoded, offset, this);
        this.#open(OP.if, NOWHERE);
        this.#follow(node, block, ending.taken, taken);
        this.#close();
        this.#follow(node, block, ending.next, next);
      }
    }
  }

  /** Goes on at an offset: another page must still be mapped where it was. */
  #follow(node: number, block: Block, to: number, way: Way): void {
    const { w } = this;
    if ('out' in way) {
      this.#leave(to, 0, 0);
      return;
    }
    const page = pageOf(to);
    if (page !== pageOf(block.offset)) {
      // slot = tlb + index of the page; its tag and its decoded page are those of the translation.
      this.pushPc(page * 4096);
      w.tee(this.#address);
      this.#pushTlbSlot();
      w.tee(this.#slot);
      w.memory(OP.i64Load, EXEC);
      w.get(this.#address);
      w.get(this.#fetchContext);
      w.op(OP.i64Or);
      w.op(OP.i64Ne);
      w.get(this.#slot);
      w.memory(OP.i32Load, EXEC + 8);
      w.i32(this.#place.decodedPage(page));
      w.op(OP.i32Ne);
      w.op(OP.i32Or);
      this.#open(OP.if, NOWHERE);
      this.#leave(to, 0, 0);
      this.#close();
    }
    this.#go(node, way.edge);
  }

  /** Replaces an address on the stack by where its page lies in the TLB arrays. */
  #pushTlbSlot(): void {
    const { w } = this;
    w.op(OP.i32WrapI64);
    w.i32(8);
    w.op(OP.i32ShrU);
    w.i32(TLB_INDEX);
    w.op(OP.i32And);
    w.get(this.#tlb);
    w.op(OP.i32Add);
  }

  /** An indirect jump to `pc`: to an entry of this region, or out. */
  #lookup(node: number): void {
    const { w } = this;
    const out = (): void => w.branch(OP.brIf, this.#depth(OUT_FAR));
    const needed = Math.max(
      ...this.entries.map((offset) => this.#paths.get(this.#nodes.get(offset) as number) ?? 0),
      0,
    );
    w.get(LEFT);
    w.i32(needed);
    w.op(OP.i32LtS);
    out();
    w.get(this.#pc);
    this.#pushTlbSlot();
    w.tee(this.#slot);
    w.memory(OP.i64Load, EXEC);
    w.get(this.#pc);
    w.i64(PAGE_MASK);
    w.op(OP.i64And);
    w.tee(this.#address);
    w.get(this.#fetchContext);
    w.op(OP.i64Or);
    w.op(OP.i64Ne);
    out();
    // The word of the decoded entry, turned so that its address comes first.
    w.get(this.#slot);
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
    w.i64(this.entries.length * DESCRIPTOR_SIZE);
    w.op(OP.i64GeU);
    out();
    // The same frame may be mapped at another address too.
    w.get(this.#address);
    w.get(this.scratch(0));
    w.op(OP.i32WrapI64);
    w.tee(this.#slot);
    w.memory(OP.i64Load32S, this.#place.descriptors + DESCRIPTOR_DELTA);
    w.op(OP.i64Sub);
    w.get(BASE);
    w.op(OP.i64Ne);
    out();
    w.get(this.#slot);
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
        this.#load(effect, decoded, offset, refund);
        return;
      case 'store':
        this.#store(effect, decoded, offset, refund);
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

  /** Leaves the host address on the stack as i32, or leaves the region when the fast TLB does not hold the page. */
  #translate(
    effect: Extract<Effect, { kind: 'load' | 'store' }>,
    decoded: Decoded,
    offset: number,
    refund: number,
  ): void {
    const { w } = this;
    const array = effect.kind === 'load' ? 0 : WRITE;
    pushExpression(w, effect.address, decoded, offset, this);
    w.tee(this.#address);
    this.#pushTlbSlot();
    w.tee(this.#slot);
    w.memory(OP.i64Load, array);
    // An access that is not aligned does not match either.
    w.get(this.#address);
    w.i64(PAGE_MASK + effect.bytes - 1);
    w.op(OP.i64And);
    w.get(this.#dataContext);
    w.op(OP.i64Or);
    w.op(OP.i64Ne);
    this.#leaveIf(offset, refund);
    w.get(this.#slot);
    w.memory(OP.i32Load, array + 8);
    w.get(this.#address);
    w.op(OP.i32WrapI64);
    w.op(OP.i32Add);
  }

  #load(effect: Extract<Effect, { kind: 'load' }>, decoded: Decoded, offset: number, refund: number): void {
    this.#translate(effect, decoded, offset, refund);
    this.w.memory(LOADS[`${effect.signed ? 's' : 'u'}${effect.bytes}`] as number, 0);
    if (decoded.rd === 0) this.w.op(OP_DROP);
    else this.#setX(decoded.rd);
  }

  #store(effect: Extract<Effect, { kind: 'store' }>, decoded: Decoded, offset: number, refund: number): void {
    this.#translate(effect, decoded, offset, refund);
    pushExpression(this.w, effect.value, decoded, offset, this);
    this.w.memory(STORES[effect.bytes] as number, 0);
  }
}

/** Labels that are no nodes. */
const OUT = -1;
const OUT_FAR = -2;
const NOWHERE = -3;
/** The code of an exit: halfword offset, refund, kind. */
const CODE_OFFSET_SHIFT = 8;
const CODE_REFUND_MASK = 0x7f;
const FAR = 1 << 22;
const OP_DROP = 0x1a;

/** Translates a region. */
export function emitRegion(region: Region, place: Placement): Emitted {
  return new RegionEmitter(region, place).emit();
}
