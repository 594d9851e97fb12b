/**
 * The optimal policy (Belady 1966): the page goes that is used again last. It must know the future, so it is computed from a
 * reference string only: the bound that no policy beats.
 *
 * With fewer frames it has a part of the pages that it would have with more, so one pass over the string tells the faults for every
 * number of frames (Mattson and others 1970): pages stand in a stack whose upper k are those that k frames would hold. What has sunk
 * below the most frames that are asked for is forgotten, so that a step of the pass is bounded by them.
 */

const NEVER: number = Number.POSITIVE_INFINITY;

/** By reference: when its page is used next. */
function nextUses(pages: ArrayLike<number>): Float64Array {
  const next = new Float64Array(pages.length);
  const seen = new Map<number, number>();
  for (let at = pages.length - 1; at >= 0; at--) {
    next[at] = seen.get(pages[at]!) ?? NEVER;
    seen.set(pages[at]!, at);
  }
  return next;
}

/** By number of frames from 1 to `most`: the fewest faults that are possible on a string, the first ones of each page included. */
export function optimalFaults(pages: ArrayLike<number>, most: number): Uint32Array {
  const next = nextUses(pages);
  /** By depth: when the page there is used next. No two pages are used at the same time, so it names the page too. */
  const stack = new Float64Array(most);
  let height = 0;
  /** By depth: references to a page that lay there. */
  const hits = new Uint32Array(most);
  for (let at = 0; at < pages.length; at++) {
    // A page of the stack that is referenced now was to be used next now.
    const found = stack.subarray(0, height).indexOf(at);
    if (found >= 0) hits[found]! += 1;
    sink(stack, next[at]!, found >= 0 ? found : height);
    if (found < 0 && height < most) height += 1;
  }
  const faults = new Uint32Array(most);
  let left = pages.length;
  for (let frames = 0; frames < most; frames++) {
    left -= hits[frames]!;
    faults[frames] = left;
  }
  return faults;
}

/** A page comes to the top; at each depth down to where it lay, the page that is used later goes on down, at last out of the stack. */
function sink(stack: Float64Array, use: number, depth: number): void {
  let carried = use;
  for (let at = 0; at < depth; at++) {
    const here = stack[at]!;
    if (at === 0 || here > carried) {
      stack[at] = carried;
      carried = here;
    }
  }
  if (depth < stack.length) stack[depth] = carried;
}
