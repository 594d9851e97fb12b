/** What the scenarios about traffic control promise happens when they run. */
import { expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { builtinScenario } from './builtin.ts';

const S = 1000 * NS_PER_MS;

async function labOf(
  name: string,
): Promise<{ readonly host: Host; readonly to: (seconds: number) => Promise<void> }> {
  const lab = await startLab(builtinScenario(name, { linux: false })!);
  return { host: hostOf(lab, 0), to: async (seconds) => void (await lab.advance(seconds * S)) };
}
/** Milliseconds that pings took, as a VM has told since so many bytes of its console. */
function pings(host: Host, vm: string, since = 0): readonly number[] {
  const text = new TextDecoder().decode(host.vm(vm)?.console.since(since).bytes);
  return [...text.matchAll(/time=([\d.]+) ms/g)].map(([, ms]) => Number(ms));
}

test('a greedy neighbour: who pings waits for the whole queue, until those who send are served by turns', async () => {
  const { host, to } = await labOf('greedy-neighbour');
  await to(11);
  const before = pings(host, 'steady');
  await to(13);
  const meanwhile = pings(host, 'steady').length;
  await to(17);
  const after = pings(host, 'steady').slice(meanwhile);
  expect(before.some((ms) => ms > 150)).toBe(true);
  expect(after.length).toBeGreaterThan(12);
  expect(Math.max(...after)).toBeLessThan(10);
});

test('bufferbloat: before one wire frames wait for long, before the other pings do not', async () => {
  const { host, to } = await labOf('bufferbloat');
  await to(12);
  const port = (vm: string) =>
    host.network.switches.get('lan')!.ports.find(({ name }) => name === `${vm}/0`)!;
  expect(port('fifo').delays().at(-2)!.medianNs).toBeGreaterThan(200 * NS_PER_MS);
  expect(Math.max(...pings(host, 'to-codel').slice(-10))).toBeLessThan(20);
  expect(port('codel').counters.dropped).toBeGreaterThan(0);
});
