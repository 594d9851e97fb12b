/** Threads of hosts in a browser: a worker of the lab's worker for each. */
import type { Endpoint } from '#hypervisor/host-messages';

/** Name of a worker that serves a host; its script is that of the worker which starts it. */
export const HOST_THREAD = 'host';

/** True where a worker can start workers. */
export const HAS_WORKERS: boolean = typeof Worker === 'function';

/**
 * Starts a thread that serves a host. Where such a thread breaks, so does the lab's: what is thrown here from nowhere tells the
 * page, which starts another worker from what is kept, with all hosts at one virtual time.
 */
export function startHostThread(): Endpoint {
  const worker = new Worker(location.href, { type: 'module', name: HOST_THREAD });
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage) => {
      worker.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
      worker.onerror = (event) => {
        event.preventDefault();
        breakOff(event.message || 'it does not start');
      };
      worker.onmessageerror = () => breakOff('a message could not be read');
    },
    close: () => worker.terminate(),
  };
}

function breakOff(why: string): void {
  setTimeout(() => {
    throw new Error(`the thread of a host: ${why}`);
  });
}

/** The other end, inside of such a thread. */
export function endpointInside(scope: DedicatedWorkerGlobalScope): Endpoint {
  return {
    post: (message) => scope.postMessage(message),
    listen: (onMessage) => {
      scope.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
    },
    close: () => scope.close(),
  };
}
