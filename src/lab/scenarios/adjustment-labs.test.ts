/** What the labs of policies promise happens when they run; the one with a web server runs in the page (`e2e/adjustment.spec.ts`). */
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import type { Host } from '#hypervisor/host';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { builtinScenario } from './builtin.ts';
import { MIB } from './parts.ts';

const S = 1000 * NS_PER_MS;

/** The part of the last second in which a VM of the name `first` has waited for pages. */
function waited(host: Host, seconds: number): number {
  const of = { metric: 'pressure-memory-some', vm: 'first', fromNs: (seconds - 1) * S, limit: 1 };
  return (must(host.ask('series', of)).value as { average: readonly number[] }).average[0]!;
}

test('memory by need: a VM has what it uses and a little, and what another has done with', async () => {
  const lab = await startLab(builtinScenario('memory-by-need', { linux: false })!);
  const host = hostOf(lab);
  const has = (vm: string): number => 16 - (host.vm(vm)!.memory.balloonedPages * PAGE_SIZE) / MIB;
  const to = async (seconds: number) => {
    await lab.advance(seconds * S);
    return { day: has('day'), night: has('night') };
  };
  // Whoever uses little lends most of it; whoever wants more gets it back, and lends it again.
  expect(await to(2.8)).toEqual({ day: 6, night: 6 });
  const byDay = await to(8.8);
  expect(byDay.day).toBeGreaterThan(7.5);
  expect(byDay.night).toBe(6);
  const byNight = await to(14);
  expect(byNight.day).toBeLessThan(6.5);
  expect(byNight.night).toBeGreaterThan(7.5);
  expect(new Set(host.adjustment.decisions.map(({ result }) => result))).toEqual(new Set(['done']));
});

test('a neighbour and its cure: answers come late beside busy neighbours, until the policy is at work', async () => {
  const lab = await startLab(builtinScenario('cured-neighbour', { linux: false })!);
  const web = () => hostOf(lab).vm('web')!;
  const answerMs = async (from: number, to: number): Promise<number> => {
    await lab.advance(from * S);
    const [count, total] = [web().answers.count, web().answers.totalNs];
    await lab.advance(to * S);
    return (web().answers.totalNs - total) / (web().answers.count - count) / NS_PER_MS;
  };
  const alone = await answerMs(1.4, 2);
  const three = await answerMs(4, 6);
  expect(hostOf(lab).monitor.alarms).toMatchObject([{ name: 'slow', phase: 'firing' }]);
  const cured = await answerMs(10.5, 12);
  expect(three).toBeGreaterThan(3 * alone);
  expect(cured).toBeLessThan(three / 2);
  expect(web().spec.cpu?.weight).toBeGreaterThan(200);
});

test('memory pressure: a VM waits for pages that lie free in another, more than its host takes, until a policy moves them', async () => {
  const lab = await startLab(builtinScenario('memory-pressure', { linux: false })!);
  const host = hostOf(lab);
  const has = (vm: string): number => (host.vm(vm)!.memory.dataFrames * PAGE_SIZE) / MIB;
  const waits = async (seconds: number): Promise<number> => {
    await lab.advance(seconds * S);
    return waited(host, seconds);
  };
  expect(await waits(2)).toBe(0);
  expect(await waits(6.8)).toBeGreaterThan(0.6);
  // The host by itself has asked for what it asks for at most, and it is not enough.
  const { balloon } = host.vm('second')!.devices;
  expect(balloon!.claimed('policy') / (48 * 256)).toBeCloseTo(0.65, 2);
  expect([has('first') < 9, has('second') > 8]).toEqual([true, true]);
  expect(await waits(10)).toBeLessThan(0.05);
  expect(has('first')).toBeGreaterThan(10.5);
  expect(has('second')).toBeLessThan(9);
  const { decisions } = host.adjustment;
  expect(new Set(decisions.map(({ result }) => result))).toEqual(new Set(['done']));
  // A quarter of what is free each time, and none when nobody waits any more.
  for (const { from, to, inputs } of decisions) expect((from - to) / inputs[0]!).toBeCloseTo(0.25, 3);
  const acted = decisions.length;
  await lab.advance(12 * S);
  expect(host.adjustment.decisions.length).toBe(acted);
});

test('load control: who shares too little RAM waits for pages nearly always, until one of the two may run less', async () => {
  const lab = await startLab(builtinScenario('load-control', { linux: false })!);
  const host = hostOf(lab);
  const waits = async (seconds: number): Promise<number> => {
    await lab.advance(seconds * S);
    return waited(host, seconds);
  };
  expect(await waits(3)).toBe(0);
  expect(await waits(7)).toBeGreaterThan(0.7);
  expect(await waits(12)).toBeLessThan(0.2);
  expect(host.vm('second')!.spec.cpu?.capPercent).toBeLessThan(6);
  const [first] = host.adjustment.decisions;
  expect([first?.policy, first?.result]).toEqual(['load-control', 'done']);
});

test('a night shift: alarms pause who works by night while who works by day waits, and let it go on when nobody works', async () => {
  const lab = await startLab(builtinScenario('night-shift', { linux: false })!);
  const night = async (seconds: number): Promise<string> => {
    await lab.advance(seconds * S);
    return hostOf(lab).vm('night')!.state;
  };
  expect([await night(1.9), await night(2.6), await night(5.1)]).toEqual(['running', 'paused', 'paused']);
  expect([await night(5.6), await night(9.6), await night(12.6)]).toEqual(['running', 'paused', 'running']);
  const acts = hostOf(lab)
    .log.since(0)
    .filter(({ code }) => code === 'alarm.acts');
  expect(acts.map(({ data }) => data?.['command'])).toEqual([
    ...['vm.pause', 'vm.resume', 'vm.pause', 'vm.resume'],
  ]);
});
