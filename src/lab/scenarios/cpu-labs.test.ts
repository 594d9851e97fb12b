/** What the labs of CPUs promise happens when they run; that all of them run on, scenarios.test.ts sees. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import type { RunQueueAnswer } from '#hypervisor/cpu/questions/run-queue';
import type { Host } from '#hypervisor/host';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { builtinScenario } from './builtin.ts';

const S = 1000 * NS_PER_MS;

async function labOf(id: string): Promise<{ host: Host; to: (seconds: number) => Promise<void> }> {
  const lab = await startLab(builtinScenario(id, { linux: false })!);
  return { host: hostOf(lab), to: async (seconds) => void (await lab.advance(seconds * S)) };
}
const said = (host: Host, vm: string): string =>
  new TextDecoder().decode(host.vm(vm)?.console.since(0).bytes);
/** What the CPUs did in a stretch of seconds. */
function queues(host: Host, from: number, to: number): ReadonlyMap<string, RunQueueAnswer['vms'][number]> {
  const { vms } = must(host.ask('run-queue', { fromNs: from * S, toNs: to * S })).value as RunQueueAnswer;
  return new Map(vms.map((vm) => [vm.vm, vm]));
}
const setScheduler = (host: Host, kind: string): void =>
  void must(host.execute({ op: 'host.setScheduler', args: { scheduler: { kind } } }));

test('schedulers: who wakes waits for all others in turn, and for nobody where a wake counts', async () => {
  const { host, to } = await labOf('schedulers');
  await to(2);
  const inTurn = queues(host, 1, 2).get('wakes')!;
  expect(inTurn.woken).toBeGreaterThan(20);
  expect(inTurn.delays.p50Ns).toBeGreaterThan(20 * NS_PER_MS);
  for (const [kind, at] of [
    ['credit', 4],
    ['fair', 6],
  ] as const) {
    setScheduler(host, kind);
    await to(at);
    expect(queues(host, at - 1, at).get('wakes')!.delays.p50Ns).toBeLessThan(10 * NS_PER_MS);
    expect(
      queues(host, at - 1, at)
        .get('busy-1')!
        .reasons.map(({ why }) => why),
    ).toContain('preempted');
  }
});

test('caps and shares: three VMs have the hart by weight, and one no more than its cap', async () => {
  const { host, to } = await labOf('caps-and-shares');
  await to(4);
  const vms = queues(host, 1, 4);
  const shareOf = (vm: string): number => vms.get(vm)!.ranNs / (3 * S);
  expect(shareOf('capped')).toBeCloseTo(0.1, 2);
  expect(shareOf('gold') / shareOf('bronze')).toBeCloseTo(4, 0);
  expect(shareOf('silver') / shareOf('bronze')).toBeCloseTo(2, 0);
  expect(vms.get('capped')!.reasons.find(({ why }) => why === 'capped')!.count).toBeGreaterThan(100);
});

test('co-scheduling: in the same time on CPUs the lock is taken at least twice as often', async () => {
  const { host, to } = await labOf('co-scheduling');
  /** Rounds and spinning in percent, as the guest told last. */
  const told = (): readonly [number, number] => {
    const lines = [...said(host, 'locks').matchAll(/(\d+) rounds a second, (\d+) % of the time spun/g)];
    return [Number(lines.at(-1)![1]), Number(lines.at(-1)![2])];
  };
  await to(4);
  const [rounds, spun] = told();
  const before = queues(host, 3, 4).get('locks')!;
  setScheduler(host, 'gang');
  await to(8);
  const [together, spunTogether] = told();
  const after = queues(host, 7, 8).get('locks')!;
  expect(together / rounds).toBeGreaterThan(2);
  expect(spunTogether).toBeLessThan(spun);
  // It is not for having had more: the host gave the same, and saw who ran without the other.
  expect(after.ranNs / before.ranNs).toBeCloseTo(1, 1);
  expect(after.apartNs).toBeLessThan(before.apartNs / 4);
});
