/**
 * Two VLANs of one switch, and a router that hangs there with one cable: an interface in each. Who pings into the other VLAN goes over it, with
 * one hop less; at eight seconds the router is taken away.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

export function routedVlans(): Scenario {
  const vm = (name: string, access: number, last: number) =>
    teachingVm(name, {
      nics: [{ switch: 'lan', address: `10.0.${access}.${last}/24`, port: { vlan: { access } } }],
    });
  const router = {
    ...{ name: 'router', kind: 'router', mtu: 1500, reversePath: true, routes: [] },
    interfaces: [10, 20].map((vlan) => ({ port: 'eth0', switch: 'lan', vlan, address: `10.0.${vlan}.1/24` })),
  };
  return scenario(
    63,
    [
      host([vm('sales', 10, 2), vm('sales-2', 10, 3), vm('office', 20, 2)], {
        harts: 3,
        appliances: [router],
      }),
    ],
    [
      at(2, type('sales', 'ping 10.0.20.2 400 200')),
      at(3, type('sales-2', 'ping 10.0.10.2 400 200')),
      at(8, { op: 'network.removeAppliance', args: { appliance: 'router', was: router } } as const),
    ],
  );
}
