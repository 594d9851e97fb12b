/** What the scenarios about memory promise happens when they run. */
import { expect, test } from 'vitest';
import { BUILTIN_LABS } from '#base/catalogue/builtin-labs';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import type { FaultCurvesAnswer } from '#hypervisor/memory/questions/fault-curves';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { builtinScenario } from './builtin.ts';

const S = 1000 * NS_PER_MS;

/** The first host of a lab that comes along, with the teaching kernel alone, at a time in seconds. */
async function runTo(name: string, seconds: number): Promise<Host> {
  const lab = await startLab(builtinScenario(name, { linux: false })!);
  await lab.advance(seconds * S);
  return hostOf(lab);
}
function ask(host: Host, id: string, args: object): unknown {
  return must(host.ask(id, args)).value;
}
const consoleOf = (host: Host, vm: string): string =>
  new TextDecoder().decode(host.vm(vm)!.console.since(0).bytes);

test('all of them run with all of their VMs, and no command of theirs is refused', async () => {
  for (const { id } of BUILTIN_LABS) {
    const host = await runTo(id, 9);
    expect([
      id,
      host
        .vms()
        .filter(({ state }) => state !== 'running')
        .map(({ spec }) => spec.name),
    ]).toEqual([id, id === 'guard-range' ? ['greedy'] : []]);
    const errors = host.log.since(0).filter(({ severity, vm }) => severity === 'error' && vm !== 'greedy');
    expect([id, errors]).toEqual([id, []]);
  }
});

test('fixed or on demand: the same work, on demand with the fewest frames, in one run with one offset', async () => {
  const host = await runTo('allocation', 3);
  const frames = (vm: string): number => host.vm(vm)!.memory.dataFrames;
  expect(frames('on-demand')).toBeGreaterThan(1024);
  expect(frames('on-demand')).toBeLessThan(2048);
  expect([frames('fixed'), frames('one-run')]).toEqual([4096, 4096]);
  expect(ask(host, 'offsets', { vm: 'one-run' })).toMatchObject({ kept: true, offsets: 1 });
  expect(ask(host, 'offsets', { vm: 'on-demand' })).toMatchObject({ kept: false });
  for (const vm of ['on-demand', 'fixed', 'one-run'])
    expect(consoleOf(host, vm)).toContain('1024 pages are filled');
});

test('how long a walk is: a nested one reads fewer entries where the G-stage has huge leaves', async () => {
  const host = await runTo('walk-lengths', 3);
  const references = (vm: string): unknown =>
    (ask(host, 'walk', { vm, address: '0x10000', space: 'pid:2' }) as { references: unknown }).references;
  expect(references('small-leaves')).toEqual({ nested: 15, native: 3 });
  expect(references('huge-leaves')).toEqual({ nested: 11, native: 3 });
});

test('equal pages: what the four have in common is in one frame', async () => {
  const host = await runTo('equal-pages', 9);
  const { pages, frames } = ask(host, 'sharing', {}) as { pages: number; frames: number };
  expect(pages - frames).toBeGreaterThan(2000);
});

test('more than there is: the lender lends, and what it gave is used by others', async () => {
  const host = await runTo('balloon', 12);
  const { memory } = host.vm('lender')!;
  expect(memory.balloonedPages).toBeGreaterThan(2000);
  for (const vm of ['worker', 'other']) expect(consoleOf(host, vm)).toMatch(/pages are filled and read back/);
});

test('thrashing: each rule finds pages that go, and the guest finds in them what it wrote', async () => {
  const lab = await startLab(builtinScenario('thrashing', { linux: false })!);
  await lab.advance(12 * S);
  for (const [index, { name }] of lab.scenario.hosts.entries()) {
    const host = hostOf(lab, index);
    const { memory, state } = host.vm(`on-${name}`)!;
    expect([name, state, memory.swappedPages > 100]).toEqual([name, 'running', true]);
    expect(consoleOf(host, `on-${name}`)).not.toContain('does not hold');
    const { references, curves } = ask(host, 'fault-curves', { vm: `on-${name}` }) as FaultCurvesAnswer;
    const best = curves.at(-1)!.faults;
    expect(references).toBeGreaterThan(1000);
    for (const { faults } of curves) expect(faults.every((count, size) => count >= best[size]!)).toBe(true);
    expect(curves.some(({ faults }) => faults.some((count, size) => count > best[size]!))).toBe(true);
  }
});

test('a guard range: who stays below works on, who goes beyond is stopped at the first touch', async () => {
  const host = await runTo('guard-range', 4);
  expect(consoleOf(host, 'careful')).toContain('1024 pages are filled and read back');
  expect(consoleOf(host, 'greedy')).not.toContain('pages are filled');
  // Its kernel zeros a frame that lies in the guard, and cannot go on.
  expect(consoleOf(host, 'greedy')).toContain('value 0xffffffc080800000');
  expect([host.vm('careful')!.state, host.vm('greedy')!.state]).toEqual(['running', 'failed']);
});

test('the hostile guest: each attempt is stopped, and the victim works on', async () => {
  const host = await runTo('hostile-guest', 9);
  expect(consoleOf(host, 'hostile')).not.toContain('not stopped');
  expect(consoleOf(host, 'hostile')).toContain('attack: ');
  expect(consoleOf(host, 'victim')).not.toContain('does not hold');
});
