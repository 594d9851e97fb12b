/**
 * How far each node is from the next check of the budget, and where checks must stand: at the heads of loops, and on long paths.
 */
import type { FlowGraph } from './flow-graph.ts';
import type { Nesting } from './nesting.ts';
import type { PlanNode } from './plan-nodes.ts';
import { cyclesOf } from './stalls.ts';

/** Paths of more instructions than this get a check of their own. */
const LONG_PATH = 96;

export interface Paths {
  /** Longest path in cycles from each node to the next check. */
  readonly lengths: ReadonlyMap<number, number>;
  readonly checks: ReadonlySet<number>;
}

/** Measures from the back, with a check wherever a path becomes long. */
export function measurePaths(nodes: readonly PlanNode[], graph: FlowGraph, nesting: Nesting): Paths {
  const lengths = new Map<number, number>();
  const checks = new Set([...graph.heads].filter((head) => head < nodes.length));
  for (const node of [...nesting.order].reverse()) {
    const planned = nodes[node];
    const weight = planned?.kind === 'block' ? cyclesOf(planned.block.steps) : 0;
    let longest = 0;
    for (const next of graph.successors(node)) {
      if (checks.has(next) || nesting.isBack(node, next)) continue;
      longest = Math.max(longest, lengths.get(next) ?? 0);
    }
    lengths.set(node, weight + longest);
    if (weight > 0 && weight + longest > LONG_PATH) checks.add(node);
  }
  return { lengths, checks };
}
