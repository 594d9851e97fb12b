/**
 * The optimal policy (Belady 1966): the page goes that is used again last. It must know the future, so it is computed from a
 * reference string only: the bound that no policy beats.
 *
 * With fewer frames it has a part of the pages that it would have with more, so one pass over the string tells the faults for every
 * number of frames (Mattson and others 1970): pages stand in a stack whose upper k are those that k frames would hold.
 */
import { NO_PAGE } from './policy.ts';

/** By reference: when its page is used next; infinite: never. */
function nextUses(pages: ArrayLike<number>): Float64Array {
  const next = new Float64Array(pages.length);
  const seen = new Map<number, number>();
  for (let at = pages.length - 1; at >= 0; at--) {
    next[at] = seen.get(pages[at]!) ?? Number.POSITIVE_INFINITY;
    seen.set(pages[at]!, at);
  }
  return next;
}

/** By number of frames from 1 to `most`: the fewest faults that are possible on a string, the first ones of each page included. */
export function optimalFaults(pages: ArrayLike<number>, most: number): Uint32Array {
  const next = nextUses(pages);
  const stack: number[] = [];
  /** By page: when it is used next. */
  const uses = new Map<number, number>();
  /** By depth: references to a page that lay there. */
  const hits = new Uint32Array(most);
  for (let at = 0; at < pages.length; at++) {
    const page = pages[at]!;
    const depth = uses.has(page) ? stack.indexOf(page) : NO_PAGE;
    if (depth !== NO_PAGE && depth < most) hits[depth]! += 1;
    uses.set(page, next[at]!);
    sink(stack, uses, page, depth === NO_PAGE ? stack.length : depth);
  }
  const faults = new Uint32Array(most);
  let left = pages.length;
  for (let frames = 0; frames < most; frames++) {
    left -= hits[frames]!;
    faults[frames] = left;
  }
  return faults;
}

/** A page comes to the top; at each depth down to where it lay, the page that is used later goes on down. */
function sink(stack: number[], uses: ReadonlyMap<number, number>, page: number, depth: number): void {
  let carried = page;
  for (let at = 0; at < depth; at++) {
    const here = stack[at]!;
    if (at === 0 || uses.get(here)! > uses.get(carried)!) {
      stack[at] = carried;
      carried = here;
    }
  }
  stack[depth] = carried;
}
