/**
 * Traffic control for a greedy neighbour: two VMs send to a server whose wire is slow, one of them far more than the wire carries. Frames wait in
 * order at first, and who only pings waits as long as everybody, or is lost; from the twelfth second on the server's port serves those who
 * send by turns.
 */
import type { Scenario } from '../scenario.ts';
import { at, discipline, host, scenario, teachingVm, type } from './parts.ts';

export function greedyNeighbour(): Scenario {
  const slow = { wire: { bitsPerSecond: 10_000_000, delayNs: 10_000 } };
  const vm = (name: string, index: number, port?: typeof slow) =>
    teachingVm(name, {
      nics: [{ switch: 'lan', address: `10.0.0.${index}/24`, ...(port === undefined ? {} : { port }) }],
    });
  const settings = discipline('weighted', 'port');
  return scenario(
    41,
    [host([vm('server', 1, slow), vm('greedy', 2), vm('steady', 3)], { harts: 3 })],
    [
      at(2, type('greedy', 'traffic 10.0.0.1 2400')),
      at(3, type('steady', 'ping 10.0.0.1 200 250')),
      at(12, {
        op: 'port.set',
        args: { switch: 'lan', port: 'server/0', stage: 'discipline', settings, was: null },
      } as const),
    ],
  );
}
