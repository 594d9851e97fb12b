/**
 * Three switches in a circle, whose spanning tree cuts it at one port. Somebody pings from one switch to the next; at six seconds the
 * cable between them is pulled, and the port that discarded forwards; at twelve it is plugged in again. At sixteen a switch is given a
 * lesser number, and the root moves there.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, type } from './parts.ts';
import { RING, ringTrunk, ringVms, treeOf } from './ring.ts';

export function spanningTree(): Scenario {
  const switches = RING.map((name, place) => ({
    name,
    parts: { spanningTree: treeOf(4096 * (place + 1)) },
  }));
  const pulled = { ...ringTrunk(2), number: 2 };
  return scenario(
    62,
    [host(ringVms(), { harts: 3, switches, trunks: RING.map((_, place) => ringTrunk(place)) })],
    [
      at(2, type('south-vm', 'ping 10.0.0.1 400 100')),
      at(6, { op: 'network.removeTrunk', args: { trunk: 2, was: pulled } } as const),
      at(12, { op: 'network.addTrunk', args: { trunk: pulled } } as const),
      at(16, {
        op: 'switch.set',
        args: { switch: 'south', part: 'spanningTree', settings: treeOf(0), was: treeOf(3 * 4096) },
      } as const),
    ],
  );
}
