/** Sharing: four VMs with the same system, all frames given at the start, on a host that looks for equal pages. */
import { USUAL_SHARING } from '#base/catalogue/usual';
import type { Scenario } from '../scenario.ts';
import { host, linuxVm, MIB, scenario, teachingVm } from './parts.ts';

export function equalPages({ linux }: { readonly linux: boolean }): Scenario {
  const make = linux ? linuxVm : teachingVm;
  const vms = [1, 2, 3, 4].map((index) =>
    make(`${linux ? 'linux' : 'teach'}-${index}`, {
      allocation: 'fixed',
      nics: [{ switch: 'lan', address: `10.0.0.${index}/24` }],
    }),
  );
  return scenario(5, [host(vms, { ramBytes: 192 * MIB, memory: { sharing: USUAL_SHARING } })]);
}
