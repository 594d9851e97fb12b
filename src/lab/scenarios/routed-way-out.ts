/**
 * Two VLANs behind a router, and a gateway behind that, in a network of its own: Linux gets its addresses from the gateway over the router, knows its
 * way by them, and fetches a page from beyond both. The teaching kernel, whose addresses the lab says, pings the gateway.
 */
import type { ApplianceSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, scenario, teachingVm, type } from './parts.ts';
import { GATEWAY } from './way-out.ts';

const VLANS = [10, 20] as const;
const ROUTER: ApplianceSpec = {
  ...{ name: 'router', kind: 'router', mtu: 1500, reversePath: true, relay: '10.0.0.1' },
  interfaces: [
    ...VLANS.map((vlan) => ({ port: 'eth0', switch: 'lan', vlan, address: `10.0.${vlan}.1/24` })),
    { port: 'eth1', switch: 'wan', address: '10.0.0.2/24' },
  ],
  routes: [{ to: '0.0.0.0/0', via: '10.0.0.1' }],
};

export function routedWayOut({ linux }: { readonly linux: boolean }): Scenario {
  const vm = (name: string, access: number) => {
    const nic = { switch: 'lan', port: { vlan: { access } } };
    return linux
      ? linuxVm(name, { nics: [nic] })
      : teachingVm(name, { nics: [{ ...nic, address: `10.0.${access}.3/24` }] });
  };
  const behind = VLANS.map((vlan) => ({ to: `10.0.${vlan}.0/24`, via: '10.0.0.2' }));
  const gateway: ApplianceSpec = { ...GATEWAY, switch: 'wan', routes: behind };
  const switches = [{ name: 'lan' }, { name: 'wan' }];
  const commands = linux
    ? [at(3, type('office', 'wget -q -O- http://www.example.com/you')), at(4, type('sales', 'ping office'))]
    : [at(2, type('sales', 'ping 10.0.20.3')), at(3, type('office', 'ping 10.0.0.1'))];
  const vms = [vm('sales', 10), vm('office', 20)];
  return scenario(64, [host(vms, { harts: 2, switches, appliances: [ROUTER, gateway] })], commands);
}
