/** Several hosts of a lab side by side: each in a thread, whose ways and means come when there is more than one. */
import type { HostSpec } from '#base/scenario';
import type { Endpoint } from '#hypervisor/host-messages';
import { REGISTRIES } from '#hypervisor/registries';
import { hostsHere, inThisThread, type PlaceHosts } from './placing.ts';
import { keepsDisks } from './software.ts';

/** In the thread that drives the others, too: what they have to say must be heard. */
const SHORT_SLEEP_MS = 1;

/**
 * The first of several hosts in this thread, which would have little to do otherwise, each of the others in a thread of its own. Kinds
 * of somebody's own are known to this thread only, and so are their hosts.
 *
 * @param pause comes back when what has arrived in this thread has had its turn
 */
export function inThreads(startThread: () => Endpoint, pause: () => Promise<void>): PlaceHosts {
  return (needs, hosts) => {
    if (hosts === 1 || (needs.registries ?? REGISTRIES) !== REGISTRIES) return inThisThread(needs, hosts);
    const here = hostsHere(needs, { sleepMs: SHORT_SLEEP_MS, pause });
    const apart = import('./worker-hosts.ts').then(({ workerHosts }) =>
      workerHosts({ ...needs, startThread }),
    );
    // Without memory that threads share nobody can wait for the one that has the files.
    const isHere = (spec: HostSpec, number: number | undefined): boolean =>
      number === 0 || (!needs.shared && (needs.keepsDisks === true || keepsDisks(spec.vms)));
    return async (spec, settings, image, place) =>
      (isHere(spec, place?.number) ? here : await apart)(spec, settings, image, place);
  };
}
