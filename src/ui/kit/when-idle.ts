/** For what can wait until the page has drawn what it was about to. */

/** Nobody waits longer. */
const MOST_MS = 500;

/** Comes when the page has nothing else to do, or soon. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    // One of the browsers has no such call, whatever the types say.
    const ask = globalThis.requestIdleCallback as typeof requestIdleCallback | undefined;
    if (ask === undefined) setTimeout(resolve, MOST_MS / 5);
    else ask(() => resolve(), { timeout: MOST_MS });
  });
}
