/**
 * Clock (Corbató 1968): a hand goes round the pages. One that was accessed since the hand last passed loses its mark and is passed
 * over; the first that was not goes. What comes takes the place behind the hand.
 */
import { NO_PAGE, type PolicyKind } from './policy.ts';
import { defineRingPolicy } from './ring-policy.ts';

/** The hand points at the first. */
export const CLOCK: PolicyKind = defineRingPolicy('clock', (ring, bits) => {
  // After one round no page has a mark any more.
  for (let passed = 0; passed <= 2 * ring.size; passed++) {
    const page = ring.first;
    if (page === NO_PAGE) break;
    if (bits.canGo(page) && !bits.takeAccessed(page)) return page;
    ring.turn();
  }
  return NO_PAGE;
});
