/** Spanning trees over links between hosts: circles are cut, and where a way ends, however it ends, another one takes its place. */
import { describe, expect, test } from 'vitest';
import type { LinkSpec } from '#base/scenario';
import { NS_PER_MS, NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { TreeView } from '#hypervisor/network/switch-parts/spanning-tree/view';
import { consoleOf, rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { hostOf, startLab } from './fixtures/test-lab.ts';
import type { Lab } from './lab.ts';
import type { Scenario } from './scenario.ts';
import { treeOf } from './scenarios/ring.ts';

const DELAY_NS = NS_PER_MS;
/** By then trees have agreed, which takes some ways of a frame. */
const AGREED_NS: VirtualNs = 20 * DELAY_NS;
/** Where seconds are waited. */
const SLOWLY_NS: VirtualNs = 20 * NS_PER_MS;
const ANSWERS = /time=[\d.]+ ms/g;

/** Hosts that are linked in a circle; two are by two links. The first of them is the root. */
function circle(count: 2 | 3, first: Partial<LinkSpec> = {}, pings = 0): Scenario {
  const row = rowOfHosts(count, DELAY_NS, {}, ` ${pings} 10`);
  const [left, ...others] = row.links ?? [];
  const back = { a: `${count === 3 ? 'right' : 'middle'}/lan`, b: 'left/lan', delayNs: DELAY_NS };
  const hosts = row.hosts.map((host, place) => ({
    ...host,
    switches: [{ name: 'lan', parts: { spanningTree: { ...treeOf(4096 * (place + 1)), helloSeconds: 1 } } }],
  }));
  const commands = pings === 0 ? [] : row.commands;
  return { ...row, hosts, commands, links: [{ ...left!, ...first }, ...others, back] };
}

function tree(lab: Lab, host: number): TreeView {
  const parts = hostOf(lab, host).network.switches.get('lan')?.parts.list ?? [];
  return parts.find(({ id }) => id === 'spanningTree')?.part.view?.() as TreeView;
}
/** Of each host's ends of links: what they are, and whether they forward. */
const ends = (lab: Lab): string[] =>
  lab.hosts.flatMap((_, host) =>
    tree(lab, host)
      .ports.filter(({ name }) => name.startsWith('link/'))
      .map(({ name, role, state }) => `${host} ${name} ${role} ${state}`),
  );
const answers = (lab: Lab): number => consoleOf(lab, 0, 'vm-left').match(ANSWERS)?.length ?? 0;

/** How long it takes until something is so. */
async function until(lab: Lab, most: VirtualNs, isSo: () => boolean, step = DELAY_NS): Promise<VirtualNs> {
  const from = lab.now;
  while (!isSo() && lab.now < from + most) await lab.advance(lab.now + step);
  expect(isSo()).toBe(true);
  return lab.now - from;
}
/** One end of a link gets other settings, as a person sets them. */
async function setEnd(
  lab: Lab,
  host: number,
  link: number,
  stage: string,
  settings: object | null,
): Promise<void> {
  const args = { switch: 'lan', port: `link/${link}`, stage, settings };
  const done = await lab.execute(host, { op: 'port.set', args } as Parameters<Lab['execute']>[1]);
  expect(done).toMatchObject({ ok: true });
}

/** To everybody, of a type for experiments (IEEE 802, clause 9). */
const SHOUT = Uint8Array.from(
  { length: 60 },
  (_, at) => (at < 6 ? 0xff : [2, 0, 0, 0, 0, 1, 0x88, 0xb5][at - 6]) ?? 0,
);

/** A frame to everybody, from the first host, comes to each of the others once. */
async function expectOneEach(lab: Lab): Promise<void> {
  const came = lab.hosts.map(() => 0);
  const stops = lab.hosts.map((_, host) => {
    const { network } = hostOf(lab, host);
    const card = network.plugOf(0, 0)!.port;
    return network.tap.listen(({ point, port, bytes }) => {
      if (point === 'delivered' && port === card && bytes.every((byte, at) => byte === SHOUT[at]))
        came[host]! += 1;
    });
  });
  hostOf(lab).network.plugOf(0, 0)!.send(SHOUT);
  await lab.advance(lab.now + 20 * DELAY_NS);
  for (const stop of stops) stop();
  expect(came).toEqual(lab.hosts.map((_, host) => (host === 0 ? 0 : 1)));
}

describe('two hosts with two links', () => {
  test('use the one of the lesser number, and at once the other when it is pulled at both ends', async () => {
    const lab = await startLab(circle(2));
    await lab.advance(AGREED_NS);
    expect(ends(lab)).toEqual([
      '0 link/0 designated forwarding',
      '0 link/1 designated forwarding',
      '1 link/0 root forwarding',
      '1 link/1 alternate discarding',
    ]);
    await expectOneEach(lab);
    for (const host of [0, 1]) await setEnd(lab, host, 0, 'link', { cut: true });
    expect(await until(lab, NS_PER_S, () => ends(lab)[3] === '1 link/1 root forwarding')).toBeLessThan(
      4 * DELAY_NS,
    );
    await expectOneEach(lab);
    for (const host of [0, 1]) await setEnd(lab, host, 0, 'link', null);
    await lab.advance(lab.now + AGREED_NS);
    expect(ends(lab)).toContain('1 link/1 alternate discarding');
    await expectOneEach(lab);
  });

  test('without a tree a frame goes round and round, and the lab goes on', async () => {
    const made = circle(2, { bitsPerSecond: 1_000_000 });
    const lab = await startLab({
      ...made,
      hosts: made.hosts.map((host) => ({ ...host, switches: [{ name: 'lan' }] })),
    });
    await lab.advance(AGREED_NS);
    await expect(expectOneEach(lab)).rejects.toThrow();
    const { counters } = hostOf(lab, 1).network.switches.get('lan')!;
    expect(counters.flooded).toBeGreaterThan(10);
    expect(lab.failure(0)).toBeUndefined();
  });

  test('priority and cost of a link say which one is used, by the name that commands have for its port', async () => {
    const made = circle(2);
    const [root, other] = made.hosts;
    const preferred = { ...treeOf(8192), ports: { 'link/0': { cost: 30_000 } } };
    const hosts = [root!, { ...other!, switches: [{ name: 'lan', parts: { spanningTree: preferred } }] }];
    const lab = await startLab({ ...made, hosts });
    await lab.advance(AGREED_NS);
    expect(ends(lab).slice(2)).toEqual(['1 link/0 alternate discarding', '1 link/1 root forwarding']);
    expect(tree(lab, 1)).toMatchObject({ rootPort: 'link/1', cost: 20_000 });
  });
});

describe('three hosts in a circle', () => {
  const CUT = '2 link/1 alternate discarding';

  test('discard at one end, so that a frame to everybody comes once to each', async () => {
    const lab = await startLab(circle(3));
    await lab.advance(AGREED_NS);
    expect(ends(lab)).toEqual([
      '0 link/0 designated forwarding',
      '0 link/2 designated forwarding',
      '1 link/0 root forwarding',
      '1 link/1 designated forwarding',
      CUT,
      '2 link/2 root forwarding',
    ]);
    await expectOneEach(lab);
  });

  test('go the other way within some ways of a frame where a link is cut, and guests that speak notice little', async () => {
    const lab = await startLab(circle(3, {}, 40));
    await lab.advance(400 * NS_PER_MS);
    expect(answers(lab)).toBeGreaterThan(3);
    for (const host of [0, 2]) await setEnd(lab, host, 2, 'link', { cut: true });
    expect(await until(lab, NS_PER_S, () => ends(lab)[4] === '2 link/1 root forwarding')).toBeLessThan(
      6 * DELAY_NS,
    );
    await expectOneEach(lab);
    const before = answers(lab);
    await lab.advance(lab.now + 200 * NS_PER_MS);
    expect(answers(lab)).toBeGreaterThan(before + 10);
  });

  test('go the other way after three hellos where a link dies and no port notices', async () => {
    const lab = await startLab(circle(3));
    await lab.advance(AGREED_NS);
    // What the root says is lost on the way.
    await setEnd(lab, 0, 2, 'netem', { lossPercent: 100 });
    const took = await until(lab, 8 * NS_PER_S, () => ends(lab)[4] === '2 link/1 root forwarding', SLOWLY_NS);
    expect(took).toBeGreaterThan(2 * NS_PER_S);
    expect(took).toBeLessThan(4 * NS_PER_S);
    await setEnd(lab, 0, 2, 'netem', null);
    await until(lab, 3 * NS_PER_S, () => ends(lab)[4] === CUT, SLOWLY_NS);
    await expectOneEach(lab);
  });

  test('have another root when the host of the root dies', async () => {
    const lab = await startLab(circle(3));
    await lab.advance(AGREED_NS);
    const { events } = hostOf(lab).machine;
    events.on('planted', () => {
      throw new Error('planted');
    });
    events.schedule(lab.now + NS_PER_MS, 'planted', 0);
    await until(
      lab,
      8 * NS_PER_S,
      () => tree(lab, 1).isRoot && ends(lab)[4] === '2 link/1 root forwarding',
      SLOWLY_NS,
    );
    expect(lab.failure(0)).toMatchObject({ code: 'host.failed' });
    expect(tree(lab, 2)).toMatchObject({ rootPort: 'link/1', isRoot: false });
  });

  test('are the same however a run is cut, by a record too', async () => {
    const end = 300 * NS_PER_MS;
    const live = await startLab(circle(3, {}, 40));
    await live.advance(100 * NS_PER_MS);
    for (const host of [0, 2]) await setEnd(live, host, 2, 'link', { cut: true });
    await live.advance(end);
    const again = await startLab(live.record());
    for (let random = 7; again.now < end; ) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      await again.advance(Math.min(end, again.now + 1 + (random % (3 * NS_PER_MS))));
    }
    await expectSameLab(again, live);
    expect(ends(again)[4]).toBe('2 link/1 root forwarding');
  });
});
