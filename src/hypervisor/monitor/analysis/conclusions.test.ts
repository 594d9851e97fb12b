/** What is concluded of hosts whose course is known, and that it was drawn from the samples that it names. */
import { beforeAll, expect, test } from 'vitest';
import { bootHost, command, shellVm, type as typeText } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { conclusions } from '../questions/conclusions.ts';
import { contributors } from '../questions/contributors.ts';
import { series } from '../questions/series.ts';
import { seriesOf } from '../series.ts';
import type { Conclusion } from './conclusion.ts';

const MS = 1_000_000;

function concluded(host: Host, args: object = {}): readonly Conclusion[] {
  const answer = conclusions.ask(args, host);
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value;
}
const isOf = (kind: string, metric: string) => (each: Conclusion) =>
  each.kind === kind && each.from[0]?.metric === metric;

let crowded: Host;
beforeAll(() => {
  crowded = bootHost([shellVm('quiet'), shellVm('one'), shellVm('two')]);
  crowded.advance(9000 * MS);
  typeText(crowded, 'one', 'cpu 100\n');
  typeText(crowded, 'two', 'cpu 100\n');
  crowded.advance(10_205 * MS);
});

test('VMs that fill a hart are told of: it is full, they want for CPU, and that is not usual for them', () => {
  const all = concluded(crowded, { windowNs: 1000 * MS });
  const [harts] = all;
  expect(harts).toMatchObject({ kind: 'queue', matters: true });
  expect(harts!.figures['utilisation']).toBeGreaterThan(0.98);
  expect(harts!.figures['waiting']).toBeCloseTo(1, 1);
  expect(harts!.figures).not.toHaveProperty('expected');
  expect(harts!.said.en).toContain('full');
  expect(harts!.said.zh).toContain('饱和');
  const wants = all.filter(({ kind, vm }) => kind === 'queue' && vm !== undefined);
  expect(wants.map(({ vm }) => vm)).toEqual(['one', 'two']);
  for (const { figures } of wants) expect(figures['part']).toBeCloseTo(0.5, 1);
  const unusual = concluded(crowded).find((each) => each.vm === 'one' && isOf('unusual', 'cpu')(each))!;
  expect(unusual.figures['latest']).toBeCloseTo(0.5, 1);
  expect(unusual.figures['median']).toBeLessThan(0.05);
  expect(unusual.figures['distance']).toBeGreaterThan(3.5);
  expect(concluded(crowded).filter(({ vm }) => vm === 'quiet')).toEqual([]);
  expect(concluded(crowded, { vm: 'one' })).toEqual(concluded(crowded).filter(({ vm }) => vm === 'one'));
});

test('each says from which samples it was drawn, and these are there', () => {
  const all = concluded(crowded);
  expect(all.length).toBeGreaterThan(4);
  for (const { from, because, said } of all) {
    expect(from.length).toBeGreaterThan(0);
    for (const { fromNs, toNs, periodNs, samples, ...ref } of from) {
      const resolution = periodNs === 100 * MS ? 'fine' : 'coarse';
      const found = seriesOf(crowded, ref, fromNs + 1, toNs, resolution)!;
      expect([found.values.length, found.periodNs, found.atNs.at(-1)]).toEqual([samples, periodNs, toNs]);
    }
    for (const words of [said, because]) {
      expect(words.en).not.toMatch(/NaN|undefined|Infinity/);
      expect(words.zh).toMatch(/\p{Script=Han}/u);
    }
  }
});

test('who it was at an instant is told by how much more than usual each had', () => {
  const at = (atNs: number) => {
    const answer = contributors.ask({ metric: 'cpu', atNs }, crowded);
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  };
  const busy = at(10_100 * MS);
  expect(busy).toMatchObject({ reading: 'share', fromNs: 9100 * MS, toNs: 10_100 * MS });
  expect(busy.vms.map(({ vm, isUnusual }) => [vm, isUnusual])).toEqual([
    ['one', true],
    ['two', true],
    ['quiet', false],
  ]);
  for (const { vm, value, usual } of busy.vms) {
    expect(usual).toBeLessThan(0.05);
    expect(value).toBeCloseTo(vm === 'quiet' ? 0 : 0.5, 1);
  }
  expect(at(5000 * MS).vms.some(({ isUnusual }) => isUnusual)).toBe(false);
  expect(contributors.ask({ metric: 'mood', atNs: 0 }, crowded)).toMatchObject({
    error: { code: 'metric.none' },
  });
});

test('memory that a VM takes step by step rises, and a host without work has nothing to be told of', () => {
  const host = bootHost([shellVm('a')]);
  host.advance(3000 * MS);
  const rises = isOf('trend', 'memory');
  expect(concluded(host, { windowNs: 2000 * MS })).toEqual([]);
  // A page of its own a hundred times a second.
  typeText(host, 'a', 'dirty 400 100\n');
  host.advance(5605 * MS);
  const trend = concluded(host, { windowNs: 2500 * MS }).find(rises);
  const { slope, least, most } = trend!.figures as Record<string, number>;
  expect(slope! / 4096).toBeCloseTo(100, -1);
  expect([least! <= slope!, slope! <= most!, least! > 0]).toEqual([true, true, true]);
  expect(trend?.said.en).toMatch(/^Memory of a rises by /);
});

test('what a VM works with is what its log of accesses found, and unknown while there is none', () => {
  const host = bootHost([shellVm('a')]);
  host.advance(1000 * MS);
  const workingSet = () => concluded(host).find(({ kind }) => kind === 'working-set');
  expect(workingSet()).toBeUndefined();
  command(host, 'host.setAccessLog', { on: true });
  typeText(host, 'a', 'cpu 100\n');
  host.advance(4005 * MS);
  const { workingSet: bytes, held, watched } = workingSet()!.figures as Record<string, number>;
  expect(watched).toBe(12);
  expect(bytes).toBeGreaterThan(4096);
  expect(bytes).toBeLessThan(held! / 2);
  expect(workingSet()!.because.en).toContain('12 rounds');
});

test('a port that is sent more than its shaper lets through is full, and loses what its queue has no room for', () => {
  const shape = { bitsPerSecond: 2_000_000, frames: 8 };
  const host = bootHost([
    shellVm('a', { append: 'ip=10.0.0.1/24' }),
    shellVm('b', { append: 'ip=10.0.0.2/24', nics: [{ switch: 'lan', port: { shape } }] }),
  ]);
  host.advance(1000 * MS);
  const ports = () => concluded(host, { windowNs: 1000 * MS }).filter(isOf('queue', 'port-frames-out'));
  expect(ports()).toEqual([]);
  // Twice what goes through.
  typeText(host, 'a', 'traffic 10.0.0.2 480 1000\n');
  host.advance(3000 * MS);
  const [port] = ports();
  expect(port).toMatchObject({
    matters: true,
    from: [{ part: 'lan/b/0' }, {}, { metric: 'port-queue' }, {}],
  });
  const { utilisation = 0, queued = 0, lost = 0 } = port!.figures;
  expect(utilisation).toBeGreaterThan(0.95);
  expect(utilisation).toBeLessThan(1.1);
  expect(queued).toBeGreaterThan(5);
  expect(lost).toBeGreaterThan(100);
  expect([port!.said.en, port!.said.zh].join()).not.toMatch(/NaN|undefined|Infinity/);
});

test('the smoothed course of samples goes after them, the slower the longer its half-life', () => {
  const course = (halfLifeNs?: number) => {
    const asked = { metric: 'cpu', vm: 'one', ...(halfLifeNs === undefined ? {} : { halfLifeNs }) };
    const answer = series.ask(asked, crowded);
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  };
  expect(course()).not.toHaveProperty('smoothed');
  const [quick, slow] = [course(100 * MS), course(2000 * MS)];
  expect(quick.smoothed).toHaveLength(quick.average.length);
  const [measured, soon, late] = [quick.average.at(-1)!, quick.smoothed!.at(-1)!, slow.smoothed!.at(-1)!];
  expect(Math.abs(measured - soon)).toBeLessThan(0.05);
  expect(late).toBeGreaterThan(0.05);
  expect(late).toBeLessThan(soon - 0.1);
});
