/**
 * Longer straight runs for a region's function: small innermost loops are written several times, nodes that only follow each other become
 * one. Budget and pages are then looked at once for all of it.
 */

import { pageOf } from '../discover/region.ts';
import type { Sampled } from '../discover/sampled.ts';
import type { FlowGraph } from './flow-graph.ts';
import { type BlockNode, type PlanNode, successorsOf, type Way } from './plan-nodes.ts';

/** Loops up to this many instructions are written several times, up to this many instructions together. */
const SMALL_LOOP = 24;
const UNROLLED = 64;
const MOST_COPIES = 8;
/** Instructions of a node that several were joined to. */
const LONGEST_NODE = 96;

/** Writes small innermost loops several times: each copy goes on to the next, the last one back to the first. */
export function unroll(nodes: readonly PlanNode[], graph: FlowGraph, sampled: Sampled): PlanNode[] {
  const all = [...nodes];
  for (const { head, members } of graph.innermost) {
    const size = members.reduce((sum, member) => sum + sizeOf(nodes[member]), 0);
    if (size > SMALL_LOOP || members.some((member) => nodes[member]?.kind !== 'block')) continue;
    const weight = members.reduce((sum, member) => sum + weightOf(nodes[member], sampled), 0);
    if (!sampled.isHot(weight)) continue;
    const copies = Math.min(MOST_COPIES, Math.floor(UNROLLED / size));
    const place = new Map(members.map((member, i) => [member, i]));
    // Copy 0 stays where it is; copy k begins at `first + (k - 1) * members.length`.
    const first = all.length;
    const nodeIn = (member: number, copy: number): number =>
      copy === 0 ? member : first + (copy - 1) * members.length + (place.get(member) as number);
    for (let copy = 0; copy < copies; copy++) {
      for (const member of members) {
        const node = nodes[member];
        if (node?.kind !== 'block') continue;
        const ways = node.ways.map((way): Way => {
          if (!('node' in way) || !place.has(way.node)) return way;
          return { node: nodeIn(way.node, way.node === head ? (copy + 1) % copies : copy) };
        });
        all[nodeIn(member, copy)] = { ...node, ways };
      }
    }
  }
  return all;
}

/** Makes one node of nodes that follow each other only: what is looked up or charged once serves all of them. */
export function join(nodes: readonly PlanNode[], entries: ReadonlySet<number>): PlanNode[] {
  const all = [...nodes];
  const arrivals = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) for (const to of successorsOf(node)) arrivals[to] = (arrivals[to] ?? 0) + 1;
  const joined = new Set<number>();
  const follower = (node: BlockNode, way: Way | undefined): BlockNode | undefined => {
    if (way === undefined || !('node' in way) || arrivals[way.node] !== 1 || entries.has(way.node))
      return undefined;
    const next = all[way.node];
    if (next?.kind !== 'block' || next === node || joined.has(way.node)) return undefined;
    if (pageOf(next.block.offset) !== pageOf(node.block.offset)) return undefined;
    if (node.block.steps.length + next.block.steps.length > LONGEST_NODE) return undefined;
    joined.add(way.node);
    return next;
  };
  for (let at = 0; at < all.length; at++) {
    if (joined.has(at)) continue;
    for (let node = all[at]; node?.kind === 'block'; node = all[at]) {
      const { ending, steps } = node.block;
      let next: BlockNode | undefined;
      const exits = [...node.exits];
      if (ending.kind === 'goto') next = follower(node, node.ways[0]);
      else if (ending.kind === 'branch') {
        const [taken, otherwise] = node.ways as [Way, Way];
        next = follower(node, otherwise);
        const whenTaken = next !== undefined;
        next ??= follower(node, taken);
        exits.push({
          index: steps.length - 1,
          way: whenTaken ? taken : otherwise,
          to: whenTaken ? ending.taken : ending.next,
          whenTaken,
        });
      }
      if (next === undefined) break;
      const shifted = next.exits.map((exit) => ({ ...exit, index: exit.index + steps.length }));
      all[at] = {
        ...next,
        block: {
          offset: node.block.offset,
          steps: [...steps, ...next.block.steps],
          ending: next.block.ending,
        },
        exits: [...exits, ...shifted],
      };
    }
  }
  return all;
}

function weightOf(node: PlanNode | undefined, sampled: Sampled): number {
  return node?.kind === 'block' ? sampled.weightOf(node.block.steps) : 0;
}

function sizeOf(node: PlanNode | undefined): number {
  return node?.kind === 'block' ? node.block.steps.length : 0;
}
