/** Labs that the browser keeps: what is lost by an accident is little, and never anything by half. */

import { beforeAll, expect, test, vi } from 'vitest';
import { must } from '#base/fixtures/must';
import type { LabSource } from '#bridge/protocol/lab-api';
import { type Fault, FaultyStorage } from '#lab/storage/fixtures/faulty-storage';
import { codeOf, hostSpec, OPTIONS, open, scenario, start, vmSpec } from '../fixtures/service.ts';
import { Browser, type Tab } from './fixtures/browser.ts';

const MS = 1_000_000;

// What answers questions is fetched once a lab runs: it is there before a test lets wall time pass.
beforeAll(async () => {
  const tab = await start();
  await open(tab);
  must(await tab.service.ask(0, 'disk-layers', { vm: 'a' }));
});

async function hashOf({ service }: Pick<Tab, 'service'>): Promise<{ at: number; lab: string }> {
  const { at, value } = must(await service.hash());
  return { at, lab: value.lab };
}

/** The hash that the scenario has at a time, run from its beginning without any keeping. */
async function hashAt(at: number): Promise<string> {
  const tab = await start();
  await open(tab);
  must(await tab.service.runTo(at, () => undefined));
  return (await hashOf(tab)).lab;
}

/** Types a command, paused, so that it is known at what time. */
async function type({ service }: Tab, text: string): Promise<void> {
  must(await service.command(0, { op: 'console.input', args: { vm: 'a', text } }));
}

test('a lab is gone on with where it was: less than ten seconds are lost', async () => {
  const browser = new Browser();
  const first = await browser.tab();
  expect((await browser.open(first)).resumed).toBeUndefined();
  await browser.pass(12_000);
  const { virtualNs } = first.page.last!.status;
  browser.kill(first);
  const second = await browser.tab();
  const { resumed, lab } = await browser.open(second);
  expect(resumed).toMatchObject({ damaged: 0, speed: { running: true, rate: 1 } });
  expect(virtualNs - resumed!.at).toBeLessThan(10_000 * MS);
  expect(resumed!.at).toBeGreaterThan(1_000 * MS);
  expect(lab.hosts[0]!.vms.map(({ state }) => state)).toEqual(['running', 'running']);
  await second.service.setSpeed({ running: false, rate: 1 });
  await vi.waitFor(() => expect(second.page.console('a')).toContain('a$ '));
  const now = await hashOf(second);
  expect(now.lab).toBe(await hashAt(now.at));
});

test('what was typed is gone on with too, also in a lab that is paused', async () => {
  const browser = new Browser();
  const first = await browser.tab();
  await browser.open(first);
  await browser.pass(1000);
  await first.service.setSpeed({ running: false, rate: 2 });
  await type(first, 'echo hello\n');
  await browser.pass(6000);
  const before = await hashOf(first);
  browser.kill(first);
  const second = await browser.tab();
  const { resumed } = await browser.open(second);
  expect(resumed?.speed).toEqual({ running: false, rate: 2 });
  expect(await hashOf(second)).toEqual(before);
  const { fragment } = must(await second.service.share('start'));
  expect(fragment).toBe(must(await first.service.share('start')).fragment);
});

test('a lab whose disk lasts goes on with disk and memory of one checkpoint, or begins anew from the disk as last committed', async () => {
  const disks = [{ sizeBytes: 1 << 20, content: { kind: 'layered', keep: 'data' } }];
  const source = scenario([hostSpec('h', [vmSpec('a', { disks })])]);
  const browser = new Browser();
  const says = async (tab: Tab, text: string): Promise<void> => {
    for (let tries = 0; tries < 30 && !tab.page.console('a').includes(text); tries++) await browser.pass(200);
    expect(tab.page.console('a')).toContain(text);
  };
  const first = await browser.tab();
  await browser.open(first, source);
  await says(first, 'a$ ');
  await type(first, 'disk 0 write 2\n');
  await says(first, 'wrote 2 blocks');
  await first.service.keepNow();
  // What is written after the checkpoint is committed, and not in it.
  await type(first, 'disk 0 write 4\n');
  await says(first, 'wrote 4 blocks');
  browser.kill(first);

  const second = await browser.tab();
  expect((await browser.open(second, source)).resumed).toBeDefined();
  await type(second, 'disk 0 read 4\n');
  await says(second, '2 do not hold what was written');
  browser.kill(second);

  const third = await browser.tab();
  expect((await browser.open(third, source, { anew: true })).resumed).toBeUndefined();
  await says(third, 'a$ ');
  await type(third, 'disk 0 read 4\n');
  await says(third, 'all hold what was written');
});

test('a page that is about to go keeps all', async () => {
  const browser = new Browser();
  const first = await browser.tab();
  await browser.open(first);
  await browser.pass(700);
  await first.service.setSpeed({ running: false, rate: 1 });
  await first.service.keepNow();
  const before = await hashOf(first);
  browser.kill(first);
  const second = await browser.tab();
  await browser.open(second);
  expect(await hashOf(second)).toEqual(before);
});

test('a lab that does nothing is not written again and again', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(1000);
  await tab.service.setSpeed({ running: false, rate: 1 });
  await browser.pass(7000);
  const commit = vi.spyOn(browser.storage, 'commit');
  await browser.pass(20_000);
  expect(commit).not.toHaveBeenCalled();
});

test('keeping changes no hash', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(11_000);
  await tab.service.setSpeed({ running: false, rate: 1 });
  const report = await tab.service.keeping();
  expect(report.checkpoints.length).toBeGreaterThanOrEqual(2);
  const now = await hashOf(tab);
  expect(now.lab).toBe(await hashAt(now.at));
});

test('another lab is another: each goes on with its own', async () => {
  const browser = new Browser();
  const other: LabSource = scenario([hostSpec('other', [vmSpec('x')])]);
  const first = await browser.tab();
  await browser.open(first);
  await browser.pass(6000);
  // The lab before is kept once more when another takes its place.
  expect((await browser.open(first, other)).resumed).toBeUndefined();
  await browser.pass(6000);
  browser.kill(first);
  const second = await browser.tab();
  expect((await browser.open(second)).lab.hosts[0]?.name).toBe('h');
  const { resumed, lab, keptAs } = await browser.open(second, other);
  expect([lab.hosts[0]?.name, resumed !== undefined]).toEqual(['other', true]);
  browser.kill(second);
  // By its word alone.
  const third = await browser.tab();
  const again = await browser.open(third, { kind: 'kept', key: keptAs! });
  expect(again.lab.hosts[0]?.name).toBe('other');
  const { labs } = await third.service.keeping();
  expect(labs).toHaveLength(2);
});

test('who wants to begin anew does, and nothing of before comes back', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(6000);
  expect((await browser.open(tab, scenario(), { anew: true })).resumed).toBeUndefined();
  browser.kill(tab);
  expect((await browser.open(await browser.tab())).resumed).toBeUndefined();
});

test('a lab that is known by its word alone begins anew as it began', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  const { keptAs } = await browser.open(tab);
  await browser.pass(6000);
  const again = await browser.open(tab, { kind: 'kept', key: keptAs! }, { anew: true });
  expect([again.resumed, again.keptAs, again.lab.hosts[0]?.name]).toEqual([undefined, keptAs, 'h']);
  expect((await tab.service.keeping()).checkpoints).toEqual([]);
});

test('without room nothing is kept, and what was kept can be forgotten', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(6000);
  await tab.service.setKeepRoom(0);
  const before = (await tab.service.keeping()).labs;
  await browser.pass(12_000);
  expect(await tab.service.keeping()).toMatchObject({ status: { state: 'off' }, labs: before });
  must(await tab.service.forgetKept());
  expect((await tab.service.keeping()).labs).toEqual([]);
});

test('what is forgotten is gone, and the lab that is open is kept anew', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab, scenario([hostSpec('other', [vmSpec('x')])]));
  await browser.pass(6000);
  await browser.open(tab);
  await browser.pass(6000);
  must(await tab.service.forgetKept());
  expect((await browser.storage.room()).usedBytes).toBeLessThan(1000);
  await browser.pass(6000);
  const { labs, checkpoints } = await tab.service.keeping();
  expect([labs.length, checkpoints.length]).toEqual([1, 1]);
});

test('of two tabs with one lab, one keeps it, and the other says so', async () => {
  const browser = new Browser();
  const first = await browser.tab();
  const second = await browser.tab();
  await browser.open(first);
  await browser.pass(6000);
  const opened = await browser.open(second);
  expect([opened.resumed, opened.keptAs]).toEqual([undefined, undefined]);
  await browser.pass(6000);
  const states = (tab: Tab): unknown[] => tab.page.batches.flatMap(({ keeping }) => keeping?.state ?? []);
  expect(states(second)).toEqual(['elsewhere']);
  expect(new Set(states(first))).toEqual(new Set(['on']));
  // The first goes: the lab can be had by whoever opens it now.
  browser.kill(first);
  expect((await browser.open(second)).resumed).toBeDefined();
});

test.each<[string, (browser: Browser) => Promise<Tab>, string]>([
  ['nothing', async (browser) => browser.tab(new FaultyStorage(browser.storage, 1, 'lost')), 'unavailable'],
  ['no room', async (browser) => browser.tab(new FaultyStorage(browser.storage, 2, 'full')), 'full'],
])('where the browser has %s, the lab runs and it is said once', async (_, tabOf, state) => {
  const browser = new Browser();
  const tab = await tabOf(browser);
  await browser.open(tab);
  await browser.pass(7000);
  expect(tab.page.batches.flatMap(({ keeping }) => keeping?.state ?? [])).toContain(state);
  await tab.service.setSpeed({ running: false, rate: 1 });
  const now = await hashOf(tab);
  expect(now.lab).toBe(await hashAt(now.at));
});

test('a lab that is larger than the person allows is not kept, and that is said', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab, scenario(), { bytes: 100_000 });
  await browser.pass(6000);
  expect(tab.page.last?.status.virtualNs).toBeGreaterThan(1000 * MS);
  expect((await tab.service.keeping()).status.state).toBe('too-large');
  expect((await browser.storage.room()).usedBytes).toBeLessThan(100_000);
});

test('a browser without any place for it says so', async () => {
  const tab = await start();
  const keep = { bytes: 1 << 26, tab: 't', anew: false };
  await open(tab, scenario(), { keep });
  expect((await tab.service.keeping()).status.state).toBe('unavailable');
});

test('the data of the site are cleared under a lab: it is kept anew', async () => {
  const browser = new Browser();
  const tab = await browser.tab();
  await browser.open(tab);
  await browser.pass(6000);
  await browser.storage.commit({ remove: must(await browser.storage.keys('')) });
  await browser.pass(20_000);
  browser.kill(tab);
  expect((await browser.open(await browser.tab())).resumed).toBeDefined();
});

const FAULTS: readonly Fault[] = ['killed-before', 'killed-after', 'torn'];

test.each(FAULTS)(
  'a worker that dies at any write (%s) leaves a lab that the run passed through',
  async (fault) => {
    for (const at of [1, 2, 3, 6]) {
      const browser = new Browser();
      const storage = new FaultyStorage(browser.storage, at, fault);
      const first = await browser.tab(storage);
      // The first write is part of opening.
      const opening = browser.open(first).catch(() => undefined);
      await Promise.race([opening, storage.happened]);
      for (let s = 0; s < 20 && storage.writes < at; s++) await browser.pass(1000);
      browser.kill(first);
      const second = await browser.tab();
      const { resumed } = await browser.open(second);
      await second.service.setSpeed({ running: false, rate: 1 });
      const now = await hashOf(second);
      expect(now.at).toBeGreaterThanOrEqual(resumed?.at ?? 0);
      expect(now.lab).toBe(await hashAt(now.at));
      browser.kill(second);
      expect(browser.locks.count).toBe(0);
    }
  },
);

test('a lab goes through a file, and goes on where it was', async () => {
  const browser = new Browser();
  const first = await browser.tab();
  await browser.open(first);
  await browser.pass(1000);
  await first.service.setSpeed({ running: false, rate: 1 });
  await type(first, 'echo hello\n');
  const file = must(await first.service.saveLab());
  const before = await hashOf(first);
  const second = await start();
  await open(second, { kind: 'state', bytes: file });
  expect(await hashOf(second)).toEqual(before);
  must(await second.service.runTo(before.at + 100 * MS, () => undefined));
  must(await first.service.runTo(before.at + 100 * MS, () => undefined));
  expect(await hashOf(second)).toEqual(await hashOf(first));
  expect(second.page.console('a')).toContain('hello');
});

test('a lab file that is damaged, cut or newer is refused whole, and the open lab stays', async () => {
  const tab = await start();
  await open(tab);
  const file = must(await tab.service.saveLab());
  const refusal = async (bytes: Uint8Array): Promise<string> =>
    codeOf(await tab.service.open({ kind: 'state', bytes }, OPTIONS, () => undefined));
  const changed = file.slice();
  changed[5000]! ^= 4;
  expect(await refusal(changed)).toBe('labFile.damaged');
  expect(await refusal(file.slice(0, -7))).toBe('labFile.damaged');
  const newer = file.slice();
  newer[8] = 9;
  expect(await refusal(newer)).toBe('labFile.version');
  expect(await refusal(new Uint8Array(100))).toBe('document.notJson');
  expect((await hashOf(tab)).at).toBe(0);
});
