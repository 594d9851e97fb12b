/** A lab in which nothing happens costs nearly nothing: on no view is there anything that draws, renders or asks by a clock of its own. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { goTo, open } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

/** By place, the views there. Without the history: it grows with what the browser keeps. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  '?view=': ['topology', 'topology&as=table', 'machines', 'charts', 'dashboard'],
  '?view=host&host=0&tab=': [
    'summary',
    'memory',
    'scheduling',
    'adjustment',
    'storage',
    'network',
    'packets',
    'metrics',
    'comparison',
    'overhead',
    'machine',
  ],
  '?view=vm&host=0&vm=vm-1&tab=': [
    ...['overview', 'desktop', 'registers', 'walk', 'memory', 'exits', 'devices', 'snapshots'],
  ],
};

/** What happened while {@link WATCHED_MS} of the lab's time passed. */
interface Work {
  /** How often the lab told something. */
  readonly news: number;
  /** For how long that was by the clock: on a busy machine the lab's time lags behind it. */
  readonly ms: number;
  readonly frames: number;
  /** To the worker, but for what answers it. */
  readonly messages: number;
  /** Questions to the machine, by name. */
  readonly asked: readonly string[];
  /** Elements of the view whose content or attributes were set to something else. */
  readonly changed: readonly string[];
}

/** The lab tells about once in a second that its time has passed, and at once when it has been kept. */
const WATCHED_MS = 1500;
const mostNews = (ms: number): number => Math.ceil(ms / 1000) + 2;
/** Questions that a view asks each time it hears of the lab, at most. */
const QUESTIONS = 2;
/** What a view asks besides, seldom. */
const ONCE = 2;
/** Of the machine, what only guests that run could change. */
const OF_GUESTS: readonly string[] = ['code', 'registers', 'stack', 'memory'];

/** The lab is older than what any curve reaches back to. */
const SETTLED_NS = 200e9;

/** A message that calls the worker, as Comlink writes it. */
interface Call {
  readonly path?: readonly string[];
  readonly argumentList?: readonly { readonly value?: unknown }[];
}

/** What is counted in the page. */
interface Counts {
  readonly frames: number;
  readonly messages: number;
  readonly asked: readonly string[];
}

/** Counts what the page asks for, from its beginning. */
function count(): void {
  const counts = { frames: 0, messages: 0, asked: [] as string[] };
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = (draw) => {
    counts.frames += 1;
    return requestAnimationFrame(draw);
  };
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, ...args: readonly unknown[]) {
    counts.messages += 1;
    const [{ path, argumentList }] = args as readonly [Call];
    if (path?.[0] === 'ask') counts.asked.push(String(argumentList?.[1]?.value));
    Reflect.apply(postMessage, this, args);
  };
  Object.assign(globalThis, { counts });
}

/** Opens a lab in which nothing happens any more. */
async function openSettled(page: Page, url: string): Promise<void> {
  await open(page, url);
  await page.evaluate(async (ns) => {
    const { virtlab } = globalThis;
    await virtlab.runTo(ns, () => undefined);
    await virtlab.calls.setSpeed({ running: true, rate: 1 });
  }, SETTLED_NS);
}

async function workOf(page: Page): Promise<Work> {
  return page.evaluate(async (wantedMs) => {
    const { counts } = globalThis as unknown as { counts: Counts };
    const { virtlab } = globalThis;
    /** How often it was heard of until something held. */
    const heard = (holds: () => boolean): Promise<number> =>
      new Promise((resolve) => {
        let times = 0;
        const end = virtlab.subscribe('status', () => {
          times += 1;
          if (!holds()) return;
          end();
          resolve(times);
        });
      });
    // A view that has just come may end the calm, and a chart of what is asked begins with the second answer.
    for (let calm = 0; calm < 3; ) {
      await heard(() => true);
      calm = document.documentElement.hasAttribute('data-calm') ? calm + 1 : 0;
    }
    // What is written anew and says the same is no change.
    const first = new Map<Node, Map<string, string | null>>();
    const observer = new MutationObserver((all) => {
      for (const { target, type, attributeName, oldValue } of all) {
        const of = first.get(target) ?? new Map<string, string | null>();
        first.set(target, of);
        const part = attributeName ?? type;
        if (!of.has(part)) of.set(part, oldValue);
      }
    });
    // Of what is open over the view, that; else the view.
    observer.observe(document.querySelector('[role=dialog]') ?? document.querySelector('main')!, {
      ...{ subtree: true, childList: true, characterData: true, characterDataOldValue: true },
      ...{ attributes: true, attributeOldValue: true },
    });
    const before = { ...counts };
    const askedBefore = counts.asked.length;
    const from = virtlab.status().virtualNs;
    const fromMs = performance.now();
    const news = await heard(() => virtlab.status().virtualNs - from >= wantedMs * 1e6);
    observer.disconnect();
    const changed: string[] = [];
    for (const [node, parts] of first)
      for (const [part, old] of parts) {
        const now = node instanceof Element ? node.getAttribute(part) : node.textContent;
        if (part === 'childList' || now !== old) changed.push(`${node.nodeName} ${part}: ${old} -> ${now}`);
      }
    return {
      news,
      ms: performance.now() - fromMs,
      frames: counts.frames - before.frames,
      messages: counts.messages - before.messages,
      asked: counts.asked.slice(askedBefore),
      changed: changed.filter((text) => !text.includes('as of virtual time')),
    };
  }, WATCHED_MS);
}

for (const [place, views] of Object.entries(PLACES))
  test(`${place}: an idle lab is drawn when it is heard of, which is seldom, and nothing changes`, async ({
    sites,
    visit,
  }) => {
    const page = await visit({ moves: true });
    await page.addInitScript(count);
    await openSettled(page, `${sites.isolated.url}${place}${views[0]}#${linkOf(labOf(1, 4))}`);
    for (const view of views)
      await test.step(view, async () => {
        await goTo(page, `${place}${view}`);
        await expect(page.locator(`main[data-view=${view.split('&', 1)[0]}]`)).toBeVisible();
        if (view.endsWith('as=table')) await expect(page.getByTestId('topology-links')).toBeVisible();
        // What is counted reads as a rate from the second answer on.
        await expect(page.getByTestId('metric-values').getByText('–', { exact: true })).toHaveCount(0);
        const work = await workOf(page);
        expect(work.news, 'about a second lies between two times').toBeLessThanOrEqual(mostNews(work.ms));
        // One for what is told, and one for what is drawn of what that has rendered.
        expect(work.frames).toBeLessThanOrEqual(3 * work.news);
        const once = view === 'machine' ? OF_GUESTS.length : ONCE;
        expect(work.messages).toBeLessThanOrEqual(QUESTIONS * work.news + once);
        expect(work.changed).toEqual([]);
        // What is as it was is not asked for each time, on the view that asks the most.
        if (view !== 'machine') return;
        const times = (id: string): number => work.asked.filter((each) => each === id).length;
        expect(OF_GUESTS.map(times).filter((often) => often > 1)).toEqual([]);
      });
  });

test('dialogs of a switch and of a port over an idle lab: they show what changes, and nothing does', async ({
  sites,
  visit,
}) => {
  const page = await visit({ moves: true });
  await page.addInitScript(count);
  await openSettled(page, `${sites.isolated.url}?view=host&host=0&tab=network#${linkOf(labOf(1, 4))}`);
  for (const [name, tab] of [
    ['Edit what keeps vm-1/0 apart', 'Access list'],
    ['Set up this switch… lan', 'Spanning tree'],
  ] as const)
    await test.step(tab, async () => {
      await page.getByRole('button', { name }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('tab', { name: tab }).click();
      const work = await workOf(page);
      expect(work.frames).toBeLessThanOrEqual(3 * work.news);
      expect(work.messages).toBeLessThanOrEqual(QUESTIONS * work.news + ONCE);
      expect(work.changed).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await expect(dialog).toHaveCount(0);
    });
});
