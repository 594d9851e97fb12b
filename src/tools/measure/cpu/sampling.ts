/** What it costs that everything is sampled, always: 16 VMs that never wait, with samples and without, in turns. */
import type { Host } from '#hypervisor/host';
import { SAMPLE_CHANNEL } from '#hypervisor/monitor/metrics';
import { type FigureGroup, rounded } from '../figure.ts';
import { hostOnNode } from '../memory/host-on-node.ts';
import { speedInTurns } from '../paired-speed.ts';
import { BARE_SOFTWARE, bareVm, MS } from './bare-host.ts';

export const SAMPLING_COST = '16 busy VMs: what sampling takes';

const VMS = 16;
/** A turn is shorter than what else comes and goes on a machine. */
const RUNS = { turnNs: 200 * MS, warm: 200, pairs: 300 };

function busyHost(): Host {
  const vms = Array.from({ length: VMS }, (_, at) => bareVm(`vm${at}`, 'mixed'));
  return hostOnNode(vms, BARE_SOFTWARE, { ramBytes: 64 << 20, harts: 1 });
}

export const SAMPLING: FigureGroup = {
  id: 'sampling',
  measure: ({ say }) => {
    // One host: two of them differ by more than this, by where their code and their memory lie.
    const host = busyHost();
    const unseen = (): void => host.machine.events.cancel(SAMPLE_CHANNEL, 0);
    const sampled = (): void => host.monitor.begin(host.now + 1);
    const speed = speedInTurns(host, unseen, sampled, { ...RUNS, say });
    return Promise.resolve([{ name: SAMPLING_COST, value: rounded(100 - speed, 2) }]);
  },
};
