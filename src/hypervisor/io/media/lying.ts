/** Small questions about streams at a physical disk: where there is room for one more, and which of its requests are under way. */
import type { IoRequest, IoStream } from '../scheduling/request.ts';

/** Those that are held back, wait, or are served. */
export function inFlight({ requests }: IoStream): number {
  return requests.reduce((sum, request) => sum + (request === undefined ? 0 : 1), 0);
}

/** Takes a request out of a list; false where it is not in it. */
export function takeOut(requests: IoRequest[], request: IoRequest): boolean {
  const at = requests.indexOf(request);
  if (at >= 0) requests.splice(at, 1);
  return at >= 0;
}

/** The first place for a stream of a size between others. */
export function gapFor(streams: readonly IoStream[], sizeBytes: number): number {
  let base = 0;
  for (const other of [...streams].sort((a, b) => a.base - b.base)) {
    if (other.base - base >= sizeBytes) return base;
    base = other.base + other.sizeBytes;
  }
  return base;
}
