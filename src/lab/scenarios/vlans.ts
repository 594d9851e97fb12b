/**
 * VLANs over two switches, and a way from one into another: at a port that was left a trunk, whoever tags his frames himself is where he
 * says. From the tenth second on that port is one of VLAN 10 alone, and neither a tag nor a tag within a tag goes any further.
 */
import type { NicSpec } from '#base/scenario';
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

export function vlans(): Scenario {
  const vm = (name: string, index: number, floor: string, vlan: Readonly<Record<string, number>>) => {
    const nic: NicSpec = { switch: floor, address: `10.0.0.${index}/24`, port: { vlan } };
    return teachingVm(name, { nics: [nic] });
  };
  const open = { native: 10 };
  const vms = [
    vm('alice', 1, 'floor-1', { access: 10 }),
    vm('boss', 2, 'floor-1', { access: 20 }),
    vm('mallory', 3, 'floor-1', open),
    vm('bob', 4, 'floor-2', { access: 10 }),
    vm('payroll', 5, 'floor-2', { access: 20 }),
  ];
  const between = { vlan: { trunk: [10, 20], native: 10 } };
  const trunk = { a: 'floor-1', b: 'floor-2', delayNs: 10_000, bitsPerSecond: 1_000_000_000 };
  const switches = [{ name: 'floor-1' }, { name: 'floor-2' }];
  const trunks = [{ ...trunk, portA: between, portB: between }];
  return scenario(
    45,
    [host(vms, { harts: 3, switches, trunks })],
    [
      at(2, type('alice', 'ping 10.0.0.4 200')),
      at(2, type('boss', 'ping 10.0.0.5 200')),
      at(3, type('mallory', 'ping 10.0.0.5 1')),
      at(6, type('mallory', 'attack tags 20 10.0.0.5')),
      at(7, type('payroll', 'net')),
      at(10, {
        op: 'port.set',
        args: { switch: 'floor-1', port: 'mallory/0', stage: 'vlan', settings: { access: 10 }, was: open },
      } as const),
      at(11, type('mallory', 'attack tags 20 10.0.0.5')),
      at(12, type('mallory', 'attack tags 10,20 10.0.0.5')),
      at(13, type('payroll', 'net')),
    ],
  );
}
