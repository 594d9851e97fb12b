/**
 * What is known of a planned region before its functions are written: how loops and merges nest, where the budget is compared, which
 * floating-point registers are unboxed, for which pages are remembered. Both functions of a region have it in common.
 */

import type { Remembered } from './accesses.ts';
import { type FloatFlow, floatFlow } from './float-flow.ts';
import { FlowGraph } from './flow-graph.ts';
import { rememberedBases } from './hot-bases.ts';
import { Nesting } from './nesting.ts';
import { measurePaths, type Paths } from './paths.ts';
import { jumpsBackOf, type Plan, type PlanNode, successorsOf } from './plan-nodes.ts';

export interface Structure extends Plan {
  readonly graph: FlowGraph;
  readonly nesting: Nesting;
  readonly paths: Paths;
  readonly floats: FloatFlow;
  readonly remembered: Remembered;
}

/** `undefined` when loops are too entangled. */
export function structureOf({ nodes, entries, sampled }: Plan): Structure | undefined {
  const graph = new FlowGraph({
    successors: nodes.map(successorsOf),
    entries: entries.map(({ node }) => node),
    toRoot: nodes.flatMap(({ kind }, node) => (kind === 'search' ? [node] : [])),
    jumpsBack: jumpsBackOf(nodes),
  });
  if (graph.isTangled) return undefined;
  const nesting = new Nesting(graph, exitTargets(nodes, graph));
  return {
    ...{ nodes, entries, sampled, graph, nesting },
    paths: measurePaths(nodes, graph, nesting),
    floats: floatFlow(nodes, graph, nesting.order),
    remembered: rememberedBases(nodes, (node) => graph.depthOf(node), sampled),
  };
}

/** Steps may be written more than once, so what their exits lead to must be written elsewhere. */
function exitTargets(nodes: readonly PlanNode[], graph: FlowGraph): Set<number> {
  const targets = new Set<number>();
  nodes.forEach((planned, node) => {
    if (planned.kind !== 'block') return;
    const count = planned.exits.filter(({ way }) => 'node' in way).length;
    for (const { to } of (graph.edges[node] ?? []).slice(0, count)) targets.add(to);
  });
  return targets;
}
