/**
 * ARP spoofing: mallory tells a client and its server that the other one is at his address, and passes on what they send: both see
 * nothing of it. From the twelfth second on a guard at his port knows who has which address; once both have said where they are,
 * nothing comes by him any more, whatever he tells.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

const MALLORY = { ip: '10.0.0.3', mac: '52:54:00:00:00:66' } as const;

export function arpSpoofing(): Scenario {
  const vm = (name: string, index: number, mac?: string) =>
    teachingVm(name, {
      nics: [{ switch: 'lan', ...(mac === undefined ? {} : { mac }), address: `10.0.0.${index}/24` }],
    });
  const settings = { bindings: [MALLORY], dhcp: false, packets: false };
  return scenario(
    46,
    [host([vm('server', 1), vm('client', 2), vm('mallory', 3, MALLORY.mac)], { harts: 3 })],
    [
      at(2, type('client', 'ping 10.0.0.1 400 250 &')),
      at(5, type('mallory', 'attack arp 10.0.0.1 10.0.0.2')),
      at(12, {
        op: 'port.set',
        args: { switch: 'lan', port: 'mallory/0', stage: 'arp-guard', settings, was: null },
      } as const),
      at(15, type('server', 'net announce')),
      at(15, type('client', 'net announce')),
    ],
  );
}
