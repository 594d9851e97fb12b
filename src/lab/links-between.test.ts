/** Links between hosts: guests on different hosts hear each other, late by the delay of the link, and however hosts are run. */
import { describe, expect, test } from 'vitest';
import { NS_PER_MS, NS_PER_US } from '#base/virtual-time';
import { consoleOf, rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { startLab } from './fixtures/test-lab.ts';
import { decodeLink, encodeLink } from './link.ts';
import { readScenario } from './versions.ts';

const END = 1500 * NS_PER_MS;
/** A line of `ping` that tells of an answer, and after how many milliseconds it came. */
const ANSWER = /time=([\d.]+) ms/g;

describe('two kernels on two hosts', () => {
  test.each([500 * NS_PER_US, 5 * NS_PER_MS])('ping each other over a link of %i ns', async (delayNs) => {
    const lab = await startLab(rowOfHosts(2, delayNs));
    await lab.advance(END);
    const said = consoleOf(lab, 0, 'vm-left');
    expect(said).toContain('10.0.0.2');
    // There and back, and what the wires and the kernels take.
    const times = [...said.matchAll(ANSWER)].map(([, ms]) => Number(ms) * NS_PER_MS);
    expect(times.length).toBeGreaterThan(0);
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(2 * delayNs);
      expect(time).toBeLessThan(2 * delayNs + 2 * NS_PER_MS);
    }
  });

  test('hear nothing without a link', async () => {
    const { links: _, ...apart } = rowOfHosts(2, NS_PER_MS);
    const lab = await startLab(apart);
    await lab.advance(END);
    expect(consoleOf(lab, 0, 'vm-left')).not.toMatch(ANSWER);
  });

  test('a slow link takes as long as the bits', async () => {
    // A request of some 100 bytes at 1 Mb/s: about 1 ms more each way.
    const time = async (bitsPerSecond: number): Promise<number> => {
      const lab = await startLab(rowOfHosts(2, NS_PER_MS, { bitsPerSecond }));
      await lab.advance(END);
      return Number([...consoleOf(lab, 0, 'vm-left').matchAll(ANSWER)].at(-1)?.[1]) * NS_PER_MS;
    };
    const [slow, fast] = [await time(1_000_000), await time(1_000_000_000)];
    expect(slow - fast).toBeGreaterThan(NS_PER_MS);
    expect(slow - fast).toBeLessThan(5 * NS_PER_MS);
  });
});

describe('however a run is cut', () => {
  test('the hosts are the same, three in a row', async () => {
    const scenario = rowOfHosts(3, 700 * NS_PER_US);
    const whole = await startLab(scenario);
    await whole.advance(END);
    expect(consoleOf(whole, 0, 'vm-left')).toMatch(ANSWER);

    const sliced = await startLab(scenario);
    for (let at = 0, random = 7; sliced.now < END; ) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      at = Math.min(END, at + 1 + (random % (3 * NS_PER_MS)));
      await sliced.advance(at);
    }
    await expectSameLab(sliced, whole);

    // A clock that is past every deadline: hosts stand at different times between calls.
    const cut = await startLab(scenario, false, () => 1);
    while (cut.now < END) await cut.advance(END, { deadlineMs: 0 });
    await expectSameLab(cut, whole);

    // Somebody who commands whenever hosts stand is repeated by the log.
    const live = await startLab(scenario);
    for (let at = 0; at < END; at += 7 * 700 * NS_PER_US) {
      await live.advance(at);
      await live.execute(1, { op: 'console.input', args: { vm: 'vm-middle', text: 'x' } });
    }
    await live.advance(END);
    const again = await startLab(live.record());
    await again.advance(END);
    await expectSameLab(again, live);
  });
});

describe('a document', () => {
  const parts = (links: unknown): unknown => ({
    version: 1,
    hosts: [
      { name: 'a', switches: [{ name: 'x' }, { name: 'y' }] },
      { name: 'b', switches: [{ name: 'x' }, { name: 'y' }] },
    ],
    links,
  });
  const link = (a: string, b: string, delayNs = 1_000_000): object => ({ a, b, delayNs });

  test('with links goes into the text of a link and back; without, it is as it was', () => {
    const scenario = rowOfHosts(3, NS_PER_MS, { bitsPerSecond: 10_000_000 });
    const text = encodeLink(scenario);
    expect(decodeLink(text.ok ? text.value : '')).toEqual({ ok: true, value: scenario });
    const read = readScenario(parts([]));
    expect(read.ok && 'links' in read.value).toBe(false);
  });

  test('with links side by side, and in a circle, is one', () => {
    const circle = [link('a/x', 'b/x'), link('b/x', 'a/x'), link('b/x', 'a/y'), link('a/y', 'b/x')];
    expect(readScenario(parts(circle))).toMatchObject({ ok: true });
  });

  test.each([
    ['to no host', [link('a/x', 'c/x')], 'scenario.noSuchEnd'],
    ['to no switch', [link('a/z', 'b/x')], 'scenario.noSuchEnd'],
    ['within a host', [link('a/x', 'a/y')], 'scenario.linkInHost'],
    ['faster than hosts hear', [link('a/x', 'b/x', 499_999)], 'scenario.tooSmall'],
    ['slower than it may be', [link('a/x', 'b/x', 100_000_001)], 'scenario.tooLarge'],
    ['without a name', [link('a', 'b/x')], 'scenario.badName'],
    ['with something else', [{ ...link('a/x', 'b/x'), mtu: 9000 }], 'scenario.unknownKey'],
    ['far too many', Array.from({ length: 17 }, () => link('a/x', 'b/x')), 'scenario.tooMany'],
  ])('with a link %s is refused', (_, links, code) => {
    expect(readScenario(parts(links))).toMatchObject({ ok: false, error: { code } });
  });

  test('with a link that is faster than a quantum is refused', () => {
    const slow = { ...(parts([link('a/x', 'b/x')]) as object), quantumInstructions: 200_000 };
    expect(readScenario(slow)).toMatchObject({ ok: false, error: { code: 'scenario.linkTooFast' } });
  });
});
