/** First in, first out: the page that has been in RAM longest goes, however often it is used. */
import { NO_PAGE, type PolicyKind } from './policy.ts';
import { defineRingPolicy } from './ring-policy.ts';

export const FIFO: PolicyKind = defineRingPolicy('fifo', (ring, bits) => {
  for (let passed = 0, page = ring.first; passed < ring.size; passed++, page = ring.after(page))
    if (bits.canGo(page)) return page;
  return NO_PAGE;
});
