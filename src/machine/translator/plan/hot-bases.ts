/** For which base registers of loads and stores the last page is remembered: those of accesses that are executed often. */

import { REMEMBERED_PAGES } from '../../layout.ts';
import type { Step } from '../discover/region.ts';
import type { Sampled } from '../discover/sampled.ts';
import { copiedFrom } from './access-groups.ts';
import { type AccessKind, baseOf, type Remembered } from './accesses.ts';
import type { PlanNode } from './plan-nodes.ts';

/** Instructions before and behind one that are executed about as often as it; a node may be what blocks were joined to. */
const NEARBY = 6;
/** x2 (calling convention). */
const STACK_POINTER = 2;

/** How many loops a node lies in. */
type DepthOf = (node: number) => number;

function stepsOf(node: PlanNode): readonly Step[] {
  return node.kind === 'block' ? node.block.steps : [];
}

/**
 * Registers that loops load pointers into, where samples were found nearby. Such pointers lead anywhere: to guess the page wrong costs
 * more than to look it up. The stack pointer is none of them.
 */
function loadedPointers(nodes: readonly PlanNode[], depthOf: DepthOf, sampled: Sampled): Set<number> {
  const inLoops = nodes.flatMap((node, i) => {
    const steps = depthOf(i) === 0 ? [] : stepsOf(node);
    return steps.filter((_, at) => sampled.isAmong(steps.slice(Math.max(0, at - NEARBY), at + NEARBY + 1)));
  });
  const loaded = new Set<number>();
  for (let before = -1; before < loaded.size; ) {
    before = loaded.size;
    for (const { decoded } of inLoops) {
      const { effect } = decoded.instruction;
      const isPointer = effect.kind === 'load' && effect.into === 'x' && effect.bytes === 8;
      const from = copiedFrom(decoded);
      if (isPointer || (from !== undefined && loaded.has(from.register))) loaded.add(decoded.rd);
    }
    loaded.delete(STACK_POINTER);
  }
  return loaded;
}

/** How often, and for what, a node goes through each register. */
function accessesOf(steps: readonly Step[]): Map<number, { kind: AccessKind; count: number }> {
  const accesses = new Map<number, { kind: AccessKind; count: number }>();
  for (const { decoded } of steps) {
    const { kind } = decoded.instruction.effect;
    if (kind !== 'load' && kind !== 'store') continue;
    const known = accesses.get(decoded.rs1);
    if (known === undefined) accesses.set(decoded.rs1, { kind, count: 1 });
    else {
      known.count++;
      if (known.kind !== kind) known.kind = 'both';
    }
  }
  return accesses;
}

/** Bases of the accesses that happen most often, as far as the depth of loops tells. */
export function rememberedBases(nodes: readonly PlanNode[], depthOf: DepthOf, sampled: Sampled): Remembered {
  const weights = new Map<string, number>();
  const loaded = loadedPointers(nodes, depthOf, sampled);
  nodes.forEach((node, i) => {
    const weight = 8 ** Math.min(depthOf(i), 4);
    for (const [register, { kind, count }] of accessesOf(stepsOf(node))) {
      if (loaded.has(register)) continue;
      const name = baseOf(kind, register);
      weights.set(name, (weights.get(name) ?? 0) + weight * count);
    }
  });
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, REMEMBERED_PAGES);
  return new Set(heaviest.map(([name]) => name));
}
