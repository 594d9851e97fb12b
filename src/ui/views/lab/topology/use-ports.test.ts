import { expect, test } from 'vitest';
import { cardKey, portsOf } from './use-ports.ts';

type Told = Parameters<typeof portsOf>[0];
const S = 1e9;
const NOTHING = { at: 0, ports: new Map() };

/** A switch whose one port has taken and given so many bytes. */
function told(rxBytes: number, txBytes: number, sampled: { rxRate?: number; txRate?: number } = {}): Told {
  const port = { port: 0, name: 'a/0', link: 'up', rxFrames: 1, txFrames: 1, drops: 0 } as const;
  const rest = { counted: [], settings: {}, shows: {} };
  const lan = { name: 'lan', forwarding: [], parts: [], counters: {} };
  return [[{ ...lan, ports: [{ ...port, rxBytes, txBytes, ...sampled, ...rest }] }]];
}
const rates = (of: ReturnType<typeof portsOf>) => {
  const port = of.get(cardKey(0, 'a', 0))!;
  return [port.fromRate, port.toRate];
};

test('a lab that is opened at a moment and stands there has the rates that were sampled last', () => {
  const sampled = { rxRate: 300, txRate: 0 };
  const opened = portsOf(told(5000, 70, sampled), 4 * S, NOTHING);
  expect(rates(opened)).toEqual([300, 0]);
  // Asked again at that moment it says the same; once it runs, what went through since is told.
  const again = portsOf(told(5000, 70, sampled), 4 * S, { at: 4 * S, ports: opened });
  expect(rates(again)).toEqual([300, 0]);
  expect(rates(portsOf(told(7000, 170, sampled), 6 * S, { at: 4 * S, ports: again }))).toEqual([1000, 50]);
  // Back at an earlier moment: nothing can be told from the later one.
  expect(rates(portsOf(told(900, 60, { rxRate: 10 }), 2 * S, { at: 4 * S, ports: again }))).toEqual([
    10,
    null,
  ]);
});

test('before anything was sampled no rate is known', () => {
  expect(rates(portsOf(told(0, 0), 0, NOTHING))).toEqual([null, null]);
});
