/** Starts the worker that runs the lab, before there is a client for it if need be: its code and the engine come while the page's do. */

/** Starts a worker. */
function startLabWorker(): Worker {
  return new Worker(new URL('../worker/entry.ts', import.meta.url), { type: 'module', name: 'lab' });
}

/** Starts one now. The result gives it to the first who asks, unless it has broken meanwhile, and starts another for whoever asks then. */
export function labWorkers(): () => Worker {
  let early: Worker | undefined = startLabWorker();
  const broken = (): void => {
    early = undefined;
  };
  early.addEventListener('error', broken);
  return () => {
    const worker = early ?? startLabWorker();
    worker.removeEventListener('error', broken);
    early = undefined;
    return worker;
  };
}
