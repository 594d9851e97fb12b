/** What it costs that everything is sampled, always: 16 VMs that never wait, beside the same of which nothing is. */
import type { Host } from '#hypervisor/host';
import { SAMPLE_CHANNEL } from '#hypervisor/monitor/metrics';
import { type FigureGroup, rounded } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { speedBeside } from '../paired-speed.ts';
import { BARE_SOFTWARE, bareVm, MS } from './bare-host.ts';

export const SAMPLING_COST = '16 busy VMs: what sampling takes';

const VMS = 16;
const RUNS = { turnNs: 1000 * MS, warm: 40, pairs: 20 };

function busyHost(): Host {
  const vms = Array.from({ length: VMS }, (_, at) => bareVm(`vm${at}`, 'mixed'));
  return hostOnNode(vms, BARE_SOFTWARE, { ramBytes: 64 << 20, harts: 1 });
}

export const SAMPLING: FigureGroup = {
  id: 'sampling',
  measure: ({ say }) => {
    const [unseen, sampled] = [busyHost(), busyHost()];
    // The first sample is never taken, and so no other.
    unseen.machine.events.cancel(SAMPLE_CHANNEL, 0);
    const speed = speedBeside(unseen, sampled, { ...RUNS, say });
    return Promise.resolve([{ name: SAMPLING_COST, value: rounded(100 - speed, 2) }]);
  },
};
