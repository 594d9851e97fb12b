/** Hosts in workers of their own. They are there already: counted is who would not compile without them. */
import type { PresentExample } from '../example.ts';

export const WORKER_HOSTS: PresentExample = {
  thing: 'hosts in workers of their own',
  present: [
    'src/bridge/worker/serve-host.ts',
    'src/bridge/worker/host-thread.ts',
    'src/cli/host-thread.ts',
    'src/hypervisor/host-messages.ts',
    'src/hypervisor/host-server.ts',
    'src/hypervisor/worker-host.ts',
    'src/lab/worker-hosts.ts',
  ],
};
