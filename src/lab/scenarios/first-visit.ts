/** The first visit: one server, four VMs on one switch; two of them Linux where its images are present, otherwise the teaching kernel. */
import type { Scenario } from '../scenario.ts';
import { host, linuxVm, MIB, scenario, teachingVm } from './parts.ts';

export function firstVisit({ linux }: { readonly linux: boolean }): Scenario {
  const vms = [1, 2, 3, 4].map((index) => {
    const nics = [{ switch: 'lan', address: `10.0.0.${index}/24` }];
    return linux && index > 2 ? linuxVm(`linux-${index}`, { nics }) : teachingVm(`teach-${index}`, { nics });
  });
  return scenario(1, [host(vms, { ramBytes: 256 * MIB })]);
}
