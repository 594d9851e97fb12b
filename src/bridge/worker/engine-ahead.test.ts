/** The engine comes before a lab is opened: it is fetched once, and whoever opens a lab does not depend on it. */
import { expect, test } from 'vitest';
import { codeOf, ENGINE, OPTIONS, open, Site, type Started, scenario, start } from './fixtures/service.ts';

const { engineUrl, shared } = OPTIONS;
const AHEAD = { engineAhead: { engineUrl, shared } };
const timesAsked = ({ site }: Started): number => site.asked.filter((url) => url === engineUrl).length;

test('it is asked for at once, and not again by the labs that are opened', async () => {
  const all = await start(undefined, AHEAD);
  expect(timesAsked(all)).toBe(1);
  await open(all);
  await open(all);
  expect(timesAsked(all)).toBe(1);
});

test('one that is not what the page wants is left alone', async () => {
  const all = await start(undefined, { engineAhead: { engineUrl, shared: !shared } });
  await open(all);
  expect(timesAsked(all)).toBe(2);
});

test('what could not be had is asked for again', async () => {
  const site = new Site();
  site.files.delete(engineUrl);
  const all = await start(undefined, AHEAD, site);
  site.files.set(engineUrl, ENGINE);
  await open(all);
  expect(timesAsked(all)).toBe(2);
});

test('who ends an opening does not wait for it, and the next one has it', async () => {
  const site = new Site();
  const letGo = site.hold(engineUrl);
  const all = await start(undefined, AHEAD, site);
  const opening = all.service.open(scenario(), OPTIONS, () => undefined);
  await all.service.cancel();
  expect(codeOf(await opening)).toBe('cancelled');
  letGo();
  await open(all);
  expect(timesAsked(all)).toBe(1);
});
