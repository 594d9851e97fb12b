/** The thread of one host: serves it to the lab's worker. */
import { serveLabHost } from '#lab/worker-hosts';
import { wallClock } from './governor.ts';
import { endpointInside } from './host-thread.ts';
import { translatorLater } from './translator-later.ts';

export function serveHost(scope: DedicatedWorkerGlobalScope): void {
  serveLabHost(endpointInside(scope), { wallMs: wallClock, translator: translatorLater() });
}
