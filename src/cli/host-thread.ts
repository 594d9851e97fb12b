/**
 * Threads of hosts on Node: this module once more (of the built command: the whole of it), which serves a host instead of doing
 * anything else.
 */

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from '#base/error-message';
import type { Endpoint } from '#hypervisor/host-messages';
import { serveLabHost } from '#lab/worker-hosts';

/** What such a thread is told by. */
const PURPOSE = 'virtlab host';

/** True in a thread of a host. */
export const IS_HOST_THREAD: boolean = !isMainThread && workerData === PURPOSE;

/** Starts a thread that serves a host. */
export function startHostThread(): Endpoint {
  const program = import.meta.url;
  const worker = program.endsWith('.ts')
    ? new Worker(fromSources(program), { eval: true, workerData: PURPOSE })
    : new Worker(new URL(program), { workerData: PURPOSE });
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage, onGone) => {
      worker.on('message', onMessage);
      worker.on('error', (error) => onGone(messageOf(error)));
      worker.on('exit', (code) => onGone(`the thread ended (${code})`));
    },
    close: () => void worker.terminate(),
  };
}

/** From the sources, a thread must be told first how to read TypeScript. */
function fromSources(program: string): string {
  const [loader, module] = [import.meta.resolve('tsx/esm/api'), program].map((url) => JSON.stringify(url));
  return `import(${loader}).then(({ register }) => { register(); return import(${module}); })`;
}

if (IS_HOST_THREAD && parentPort !== null) {
  const port = parentPort;
  serveLabHost(
    {
      post: (message) => port.postMessage(message),
      listen: (onMessage) => port.on('message', onMessage),
      close: () => port.close(),
    },
    { wallMs: () => performance.now() },
  );
}
