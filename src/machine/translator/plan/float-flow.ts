/**
 * Where f registers are known to hold singles that are unboxed: whose value an f32 local holds. And where such values are needed: a loop
 * that adds up singles must not take them out of their NaN boxes (unprivileged spec 21.2) in every turn. Sets of registers are bit masks.
 */

import type { Step } from '../discover/region.ts';
import { isFloat, singlesOf } from '../float/instructions.ts';
import type { FlowGraph } from './flow-graph.ts';
import type { PlanNode } from './plan-nodes.ts';

/** By node. */
export interface FloatFlow {
  /** Registers whose singles are unboxed when a node begins. */
  readonly unboxed: readonly number[];
  /** Registers that are read as singles, there or later, before they are written. */
  readonly needed: readonly number[];
}

function hasFloat(node: PlanNode): boolean {
  return node.kind === 'block' && node.block.steps.some(({ decoded }) => isFloat(decoded));
}

/** What the steps of a block node do, cut where its exits are: an edge leads out after each part. */
function partsOf(node: PlanNode | undefined): (readonly Step[])[] {
  if (node?.kind !== 'block') return [[]];
  const { steps } = node.block;
  const ends = node.exits.filter(({ way }) => 'node' in way).map(({ index }) => index);
  return [...ends, steps.length].map((end, i) => steps.slice(ends[i - 1] ?? 0, end));
}

function forwards(steps: readonly Step[], unboxed: number): number {
  return steps.reduce((mask, { decoded }) => {
    const { read, written, writtenWide } = singlesOf(decoded);
    return ((mask | read) & ~writtenWide) | written;
  }, unboxed);
}

function backwards(steps: readonly Step[], needed: number): number {
  return steps.reduceRight((mask, { decoded }) => {
    const { read, written, writtenWide } = singlesOf(decoded);
    return (mask & ~(written | writtenWide)) | read;
  }, needed);
}

/** The offset at which a selected node begins, to which it leaves when what it needs cannot be had; `undefined` when it has none. */
export function placeOf(node: PlanNode | undefined): number | undefined {
  if (node?.kind === 'block') return node.block.offset;
  return node?.kind === 'enter' ? node.offset : undefined;
}

interface WayOut {
  readonly to: number;
  /** The dispatch variable is not 0 there. */
  readonly isSelected: boolean;
}

/** Where control goes after each part of a node; all that follows the last part goes together. */
function waysOf(graph: FlowGraph, node: number, exits: number): WayOut[][] {
  const dispatch = graph.dispatches.get(node);
  if (dispatch !== undefined) {
    const cases = [...dispatch.cases.values()].map((to) => ({ to, isSelected: true }));
    return [dispatch.usual === undefined ? cases : [{ to: dispatch.usual, isSelected: false }, ...cases]];
  }
  const edges = (graph.edges[node] ?? []).map(({ to, select }) => ({ to, isSelected: select !== undefined }));
  const again = graph
    .successors(node)
    .slice(edges.length)
    .map((to) => ({ to, isSelected: true }));
  return [...edges.slice(0, exits).map((edge) => [edge]), [...edges.slice(exits), ...again]];
}

/**
 * Finds both by iteration.
 * @param order the nodes that are reached, heads before bodies
 */
export function floatFlow(nodes: readonly PlanNode[], graph: FlowGraph, order: readonly number[]): FloatFlow {
  if (!nodes.some(hasFloat))
    return {
      unboxed: new Array<number>(graph.count).fill(0),
      needed: new Array<number>(graph.count).fill(0),
    };
  const parts = Array.from({ length: graph.count }, (_, node) => partsOf(nodes[node]));
  const needed = new Array<number>(graph.count).fill(0);
  const all = parts.flat().reduce((mask, steps) => mask | backwards(steps, 0) | forwards(steps, 0), 0);
  const unboxed = new Array<number>(graph.count).fill(all);
  if (all === 0) return { unboxed, needed };
  const ways = parts.map((each, node) => waysOf(graph, node, each.length - 1));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of [...order].reverse()) {
      let mask = 0;
      for (let i = (parts[node] as Step[][]).length - 1; i >= 0; i--) {
        for (const { to } of ways[node]?.[i] ?? []) mask |= needed[to] as number;
        mask = backwards(parts[node]?.[i] ?? [], mask);
      }
      if (mask !== needed[node]) changed = true;
      needed[node] = mask;
    }
  }
  unboxed[graph.root] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order) {
      let mask = unboxed[node] as number;
      parts[node]?.forEach((steps, i) => {
        mask = forwards(steps, mask);
        for (const { to, isSelected } of ways[node]?.[i] ?? []) {
          // A selected node gets what it needs when it begins; a dispatch on the way to it changes nothing.
          const brought = placeOf(nodes[to]) === undefined ? 0 : (needed[to] as number);
          const arrives = !isSelected ? mask : graph.dispatches.has(to) ? all : brought;
          const both = (unboxed[to] as number) & arrives;
          if (both !== unboxed[to]) changed = true;
          unboxed[to] = both;
        }
      });
    }
  }
  return { unboxed, needed };
}
