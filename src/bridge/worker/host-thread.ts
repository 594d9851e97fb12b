/** Threads of hosts in a browser: a worker of the lab's worker for each. */
import type { Endpoint } from '#hypervisor/host-messages';

/** True where a worker can start workers. */
export const HAS_WORKERS: boolean = typeof Worker === 'function';

/** Starts a thread that serves a host. */
export function startHostThread(): Endpoint {
  const worker = new Worker(new URL('./host-entry.ts', import.meta.url), { type: 'module', name: 'host' });
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage, onGone) => {
      worker.onmessage = ({ data }: MessageEvent<unknown>) => onMessage(data);
      worker.onerror = (event) => onGone(event.message === '' ? 'the thread ended' : event.message);
      worker.onmessageerror = () => onGone('a message could not be read');
    },
    close: () => worker.terminate(),
  };
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
