/** What the function of a region is planned as: nodes, and the ways between them. */
import type { Block, Step } from '../discover/region.ts';
import type { Sampled } from '../discover/sampled.ts';
import type { JumpBack } from './flow-graph.ts';

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
  readonly sampled: Sampled;
}

/** A node with instructions. */
export type BlockNode = Extract<PlanNode, { kind: 'block' }>;

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

/** Branches and jumps of nodes that lead back in the program; not calls and what goes by a register. */
export function jumpsBackOf(nodes: readonly PlanNode[]): JumpBack[] {
  const found: JumpBack[] = [];
  const note = (from: number, at: Step, way: Way | undefined): void => {
    const target = way !== undefined && 'node' in way ? nodes[way.node] : undefined;
    if (target?.kind !== 'block') return;
    const bytes = at.offset - target.block.offset;
    if (bytes >= 0) found.push({ from, to: (way as { node: number }).node, bytes });
  };
  nodes.forEach((node, from) => {
    if (node.kind !== 'block') return;
    const { steps, ending } = node.block;
    for (const { index, way } of node.exits) note(from, steps[index] as Step, way);
    const last = steps.at(-1);
    const isCall = last?.decoded.instruction.effect.kind === 'jump' && last.decoded.rd !== 0;
    if (last === undefined || isCall || (ending.kind !== 'goto' && ending.kind !== 'branch')) return;
    for (const way of node.ways) note(from, last, way);
  });
  return found;
}
