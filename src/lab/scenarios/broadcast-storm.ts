/**
 * A broadcast storm: three switches in a row, until a third trunk closes the circle. Frames for everybody then go round for ever, each
 * question of who has an address adds two of them, and addresses are learned where nobody is: pings take longer and longer. Storm control
 * at the trunks ends that, and what was learned stays wrong. A spanning tree shuts one end of the circle, and what is heard is true again.
 */
import type { Scenario } from '../scenario.ts';
import { at, host, scenario, type } from './parts.ts';
import { RING, ringTrunk, ringVms, treeOf } from './ring.ts';

/** Slow enough for a storm that fills it to be watched. */
const SLOW = { wire: { bitsPerSecond: 200_000, delayNs: 10_000 } };
const USUAL_PRIORITY = 32_768;

export function broadcastStorm(): Scenario {
  const trunk = (from: number) => ({
    ...ringTrunk(from),
    ...{ delayNs: 10_000, bitsPerSecond: 1_000_000, portA: SLOW, portB: SLOW },
  });
  const settings = { broadcast: 20, burst: 2 };
  const held = RING.flatMap((place, index) =>
    [index, (index + RING.length - 1) % RING.length].map((number) =>
      at(16, {
        op: 'port.set',
        args: { switch: place, port: `trunk/${number}`, stage: 'storm-control', settings, was: null },
      } as const),
    ),
  );
  return scenario(
    48,
    [host(ringVms(), { harts: 3, switches: RING.map((name) => ({ name })), trunks: [trunk(0), trunk(1)] })],
    [
      at(2, type('north-vm', 'ping 10.0.0.3 400 250')),
      at(6, { op: 'network.addTrunk', args: { trunk: { ...trunk(2), number: 2 } } } as const),
      at(8, type('east-vm', 'ping 10.0.0.99 5')),
      at(8, type('south-vm', 'ping 10.0.0.99 5')),
      ...held,
      ...RING.map((name) =>
        at(19, {
          op: 'switch.set',
          args: { switch: name, part: 'spanningTree', settings: treeOf(USUAL_PRIORITY), was: null },
        } as const),
      ),
      at(22, type('south-vm', 'ping 10.0.0.1 400 250')),
    ],
  );
}
