/**
 * The way out: two VMs in a network of their own, and a gateway to a small internet that is built in. They ask for their addresses, one looks who it is
 * outside, the other fetches a file from far away and works out its sum. The teaching kernel, where Linux images are not present, pings the gateway.
 */
import type { ApplianceSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, scenario, teachingVm, type } from './parts.ts';

/** As its kind has it where nothing is said, with the keys in the order of documents. */
export const GATEWAY: ApplianceSpec = {
  ...{ name: 'gateway', kind: 'gateway', address: '10.0.0.1/24', delaysNs: {}, domain: 'lab.internal' },
  ...{ leaseSeconds: 3600, leases: 100, mtu: 1500, names: {}, network6: '2001:db8:1::/64' },
  ...{ outside: '192.0.2.1', switch: 'lan' },
};

export function wayOut({ linux }: { readonly linux: boolean }): Scenario {
  const vms = linux
    ? [1, 2].map((index) => linuxVm(`linux-${index}`, { nics: [{ switch: 'lan' }] }))
    : [1, 2].map((index) =>
        teachingVm(`teach-${index}`, { nics: [{ switch: 'lan', address: `10.0.0.${index + 1}/24` }] }),
      );
  const commands = linux
    ? [
        at(2, type('linux-1', 'wget -q -O- http://www.example.com/you')),
        at(3, type('linux-2', 'wget -q -O- http://www.example.org/files/large.bin | sha256sum')),
      ]
    : [at(2, type('teach-1', 'ping 10.0.0.1')), at(3, type('teach-2', 'ping 10.0.0.1'))];
  return scenario(43, [host(vms, { harts: 2, appliances: [GATEWAY] })], commands);
}
