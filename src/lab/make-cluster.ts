/** The hosts of a scenario, switched on or as they were taken, with the links between them. */
import { Cluster, windowOf } from '#cluster/cluster';
import { SharedWires } from '#hypervisor/peers/wiring';
import type { MakeHost } from '#hypervisor/port';
import type { HostImage } from '#hypervisor/snapshot/host-checkpoint';
import { linkEnds, uplinksOf } from './links-between.ts';
import type { Scenario } from './scenario.ts';

export async function makeCluster(
  scenario: Scenario,
  makeHost: MakeHost,
  images: readonly HostImage[],
): Promise<Cluster> {
  const { seed, nsPerInstruction, quantumInstructions, date, hosts: specs } = scenario;
  const links = linkEnds(scenario);
  const windowNs = windowOf(links, quantumInstructions * nsPerInstruction);
  const wires = new SharedWires(specs.length, links, windowNs);
  const made = await Promise.allSettled(
    specs.map((spec, index) => {
      const uplinks = uplinksOf(scenario, index);
      const settings = {
        ...{ seed: (seed + index) >>> 0, nsPerInstruction, quantumInstructions },
        // A host without links is what it always was.
        ...(uplinks.length === 0 ? {} : { uplinks }),
        ...(date === undefined ? {} : { date }),
      };
      return makeHost(spec, settings, images[index], { number: index, wiring: () => wires.of(index) });
    }),
  );
  const hosts = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = made.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    // Without one of them there is no lab, and the others are of no use.
    for (const host of hosts) host.close();
    throw failed.reason;
  }
  return new Cluster(hosts, links, windowNs, wires);
}
