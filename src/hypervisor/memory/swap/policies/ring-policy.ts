/** Policies that know of a page no more than its place in a ring: what comes goes to the end, and each says which page of the ring leaves. */
import { declare } from '#base/state/declare';
import { partState, stateIn } from '#base/state/part';
import { defineKind } from '#machine/kind';
import { PAGE_RING, PageRing } from './page-ring.ts';
import type { AccessBits, PolicyKind } from './policy.ts';

interface RingState {
  readonly pages: Uint32Array;
}

/**
 * A row of the table of policies.
 * @param victim the page that goes next, which stays in the ring; NO_PAGE when none may
 */
export function defineRingPolicy(
  id: string,
  victim: (ring: PageRing, bits: AccessBits) => number,
): PolicyKind {
  const state = declare<RingState>(`${id} replacement`, { pages: PAGE_RING });
  return defineKind({
    ...{ id, settings: {}, state },
    create() {
      const ring = new PageRing();
      return {
        get size() {
          return ring.size;
        },
        added: (page) => ring.add(page),
        removed: (page) => ring.remove(page),
        has: (page) => ring.has(page),
        tick: () => 0,
        victim: (_, bits) => victim(ring, bits),
        capture: () => partState(state, { pages: ring.toArray() }),
        restore: (saved) => ring.fill(stateIn(state, saved).pages),
      };
    },
  });
}
