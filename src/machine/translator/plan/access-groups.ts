/**
 * Finds accesses of a block that go to the neighbourhood of one value of a register: a stack frame, a structure, a row. Their page
 * needs to be looked up only once.
 */
import type { Decoded } from '#isa/decode';
import type { Step } from '../discover/region.ts';
import type { Access, AccessGroup } from './accesses.ts';

/** Where in a group a step lies. */
export interface Place {
  /** Which group: the step that begins it. */
  readonly first: number;
  /** Distance of the access from the first byte of the group. */
  readonly at: number;
}

/** Groups by the index of the step that begins them, and the places of all their accesses. */
export interface Groups {
  readonly groups: ReadonlyMap<number, AccessGroup>;
  readonly places: ReadonlyMap<number, Place>;
}

/** Largest distance between the first and the last byte of a group. */
const WIDEST = 2048;
/** Groups of a block: what follows the beginning of each is written once more. */
const MOST_GROUPS = 3;

interface Member {
  readonly index: number;
  readonly effect: Access;
  readonly at: number;
}

/** The register whose value, and a distance, an instruction gives to rd: an addition of an immediate, or a move. */
export function copiedFrom(d: Decoded): { readonly register: number; readonly distance: number } | undefined {
  if (d.instruction.name === 'addi') return { register: d.rs1, distance: d.immediate };
  if (d.instruction.name !== 'add') return undefined;
  if (d.rs1 === 0) return { register: d.rs2, distance: 0 };
  return d.rs2 === 0 ? { register: d.rs1, distance: 0 } : undefined;
}

/** By register: its value as another one, and a distance from that. */
const roots = new Int32Array(32);
const distances = new Int32Array(32);

function membersByValue(steps: readonly Step[]): Map<number, Member[]> {
  for (let register = 0; register < 32; register++) roots[register] = register;
  distances.fill(0);
  let nextRoot = 32;
  const found = new Map<number, Member[]>();
  steps.forEach(({ decoded }, index) => {
    const { effect } = decoded.instruction;
    if ((effect.kind === 'load' || effect.kind === 'store') && decoded.rs1 !== 0) {
      const root = roots[decoded.rs1] as number;
      const at = (distances[decoded.rs1] as number) + decoded.immediate;
      const list = found.get(root);
      if (list === undefined) found.set(root, [{ index, effect, at }]);
      else list.push({ index, effect, at });
    }
    const isInto = effect.kind === 'load' || effect.kind === 'float' ? effect.into : 'x';
    if (effect.kind === 'store' || effect.kind === 'branch' || decoded.rd === 0 || isInto === 'f') return;
    const from = copiedFrom(decoded);
    roots[decoded.rd] = from === undefined ? nextRoot++ : (roots[from.register] as number);
    distances[decoded.rd] = from === undefined ? 0 : (distances[from.register] as number) + from.distance;
  });
  return found;
}

/** The groups of a block, the largest first. */
export function groupsOf(steps: readonly Step[]): Groups {
  const groups = new Map<number, AccessGroup>();
  const places = new Map<number, Place>();
  const candidates = [...membersByValue(steps).values()].filter((list) => list.length > 1);
  candidates.sort((a, b) => b.length - a.length);
  for (const members of candidates.slice(0, MOST_GROUPS)) {
    const lowest = Math.min(...members.map(({ at }) => at));
    const highest = Math.max(...members.map(({ at, effect }) => at + effect.bytes - 1));
    const [first] = members as [Member, ...Member[]];
    const step = steps[first.index] as Step;
    if (highest - lowest > WIDEST) continue;
    // Seen from the register as it is at the first access.
    const shift = first.at - step.decoded.immediate;
    const isMixed = members.some(({ effect }) => effect.kind !== first.effect.kind);
    groups.set(first.index, {
      kind: isMixed ? 'both' : first.effect.kind,
      from: lowest - shift,
      to: highest - shift,
    });
    for (const { index, at } of members) places.set(index, { first: first.index, at: at - lowest });
  }
  return { groups, places };
}
