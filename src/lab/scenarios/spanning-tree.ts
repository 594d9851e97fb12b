/**
 * Three switches in a circle, whose spanning tree cuts it at one port. Somebody pings from one switch to the next; at six seconds the
 * cable between them is pulled, and the port that discarded forwards; at twelve it is plugged in again. At sixteen a switch is given a
 * lesser number, and the root moves there.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, teachingVm, type } from './parts.ts';

const RING = ['north', 'east', 'south'] as const;
const TREE = {
  ...{ helloSeconds: 2, maxAgeSeconds: 20, forwardDelaySeconds: 15 },
  ...{ guard: 'shut', ports: {} },
} as const;

export function spanningTree(): Scenario {
  const switches = RING.map((name, place) => ({
    name,
    parts: { spanningTree: { priority: 4096 * (place + 1), ...TREE } },
  }));
  const trunk = (a: number) => ({ a: RING[a] ?? 'north', b: RING[(a + 1) % RING.length] ?? 'north' });
  const vms = RING.map((place, index) =>
    teachingVm(`${place}-vm`, { nics: [{ switch: place, address: `10.0.0.${index + 1}/24` }] }),
  );
  const [was, settings] = [3, 0].map((priority) => ({ priority: 4096 * priority, ...TREE }));
  return scenario(
    62,
    [host(vms, { harts: 3, switches, trunks: RING.map((_, place) => trunk(place)) })],
    [
      at(2, type('south-vm', 'ping 10.0.0.1 400 100')),
      at(6, { op: 'network.removeTrunk', args: { trunk: 2, was: { ...trunk(2), number: 2 } } } as const),
      at(12, { op: 'network.addTrunk', args: { trunk: { ...trunk(2), number: 2 } } } as const),
      at(16, {
        op: 'switch.set',
        args: { switch: 'south', part: 'spanningTree', settings: settings!, was: was! },
      } as const),
    ],
  );
}
