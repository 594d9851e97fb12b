/** Which base registers are worth remembering a page for. */
import { copiedFrom } from './access-groups.ts';
import { baseOf, type Remembered } from './memory-access.ts';
import type { PlanNode } from './plan.ts';
import type { Step } from './region.ts';

/** Base registers of a region whose last page is remembered. */
const MOST_REMEMBERED = 12;
/** x2 (calling convention). */
const STACK_POINTER = 2;

/** How many loops a node lies in. */
type DepthOf = (node: number) => number;

function stepsOf(node: PlanNode): readonly Step[] {
  return node.kind === 'block' ? node.block.steps : [];
}

/**
 * Registers that loops load pointers into. Such pointers lead anywhere: to guess the page wrong costs more than to look it up. The
 * stack pointer is none of them.
 */
function loadedPointers(nodes: readonly PlanNode[], depthOf: DepthOf): Set<number> {
  const inLoops = nodes.flatMap((node, i) => (depthOf(i) === 0 ? [] : stepsOf(node)));
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

/** Bases of the accesses that happen most often, as far as the depth of loops tells. */
export function rememberedBases(nodes: readonly PlanNode[], depthOf: DepthOf): Remembered {
  const weights = new Map<string, number>();
  const loaded = loadedPointers(nodes, depthOf);
  nodes.forEach((node, i) => {
    const weight = 8 ** Math.min(depthOf(i), 4);
    for (const { decoded } of stepsOf(node)) {
      const { effect } = decoded.instruction;
      if ((effect.kind !== 'load' && effect.kind !== 'store') || loaded.has(decoded.rs1)) continue;
      const name = baseOf(effect, decoded);
      weights.set(name, (weights.get(name) ?? 0) + weight);
    }
  });
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, MOST_REMEMBERED);
  return new Set(heaviest.map(([name]) => name));
}
