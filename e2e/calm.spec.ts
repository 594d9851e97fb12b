/** A lab in which nothing happens costs nearly nothing: on no view is there anything that draws, renders or asks by a clock of its own. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { open } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

/** Without the history: it grows with what the browser keeps. */
const VIEWS: Readonly<Record<'lab' | 'host' | 'vm', readonly string[]>> = {
  lab: ['topology', 'machines', 'charts'],
  host: ['summary', 'memory', 'machine'],
  vm: ['overview', 'registers', 'walk', 'memory', 'exits', 'devices', 'snapshots'],
};
const ADDRESSES: readonly string[] = [
  ...VIEWS.lab.map((view) => `?view=${view}`),
  ...VIEWS.host.map((tab) => `?view=host&host=0&tab=${tab}`),
  ...VIEWS.vm.map((tab) => `?view=vm&host=0&vm=vm-1&tab=${tab}`),
];

/** What happened while the lab told so many times that its time has passed. */
interface Work {
  readonly frames: number;
  /** To the worker, but for what answers it. */
  readonly messages: number;
  readonly virtualMs: number;
  /** Elements of the view whose content or attributes were set to something else. */
  readonly changed: readonly string[];
}

const NEWS = 5;
/** Questions that a view asks each time it hears of the lab, at most: the machine's has code, registers, stack and figures. */
const QUESTIONS = 4;

/** The lab is older than what any curve reaches back to. */
const SETTLED_NS = 200e9;

/** Counts what the page asks for, from its beginning. */
function count(): void {
  const counts = { frames: 0, messages: 0 };
  const { requestAnimationFrame } = globalThis;
  globalThis.requestAnimationFrame = (draw) => {
    counts.frames += 1;
    return requestAnimationFrame(draw);
  };
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, ...args: readonly unknown[]) {
    counts.messages += 1;
    Reflect.apply(postMessage, this, args);
  };
  Object.assign(globalThis, { counts });
}

async function workOf(page: Page): Promise<Work> {
  await page.evaluate(async (ns) => {
    const { virtlab } = globalThis;
    await virtlab.runTo(ns, () => undefined);
    await virtlab.calls.setSpeed({ running: true, rate: 1 });
  }, SETTLED_NS);
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-calm'));
  return page.evaluate(async (wanted) => {
    const { counts } = globalThis as unknown as { counts: { frames: number; messages: number } };
    const { virtlab } = globalThis;
    const heardOf = (times: number): Promise<void> =>
      new Promise((resolve) => {
        const end = virtlab.subscribe('status', () => {
          times -= 1;
          if (times > 0) return;
          end();
          resolve();
        });
      });
    // A chart of what is asked begins with the second answer.
    await heardOf(5);
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
    observer.observe(document.querySelector('main')!, {
      ...{ subtree: true, childList: true, characterData: true, characterDataOldValue: true },
      ...{ attributes: true, attributeOldValue: true },
    });
    const before = { ...counts };
    const from = virtlab.status().virtualNs;
    await heardOf(wanted);
    observer.disconnect();
    const changed: string[] = [];
    for (const [node, parts] of first)
      for (const [part, old] of parts) {
        const now = node instanceof Element ? node.getAttribute(part) : node.textContent;
        if (part === 'childList' || now !== old) changed.push(`${node.nodeName} ${part}: ${old} -> ${now}`);
      }
    return {
      frames: counts.frames - before.frames,
      messages: counts.messages - before.messages,
      virtualMs: (virtlab.status().virtualNs - from) / 1e6,
      changed: changed.filter((text) => !text.includes('as of virtual time')),
    };
  }, NEWS);
}

for (const address of ADDRESSES)
  test(`${address}: an idle lab is drawn when it is heard of, which is seldom, and nothing changes`, async ({
    sites,
    visit,
  }) => {
    const page = await visit();
    await page.addInitScript(count);
    await open(page, `${sites.isolated.url}${address}#${linkOf(labOf(1, 4))}`);
    const work = await workOf(page);
    expect(work.virtualMs, 'about a second lies between two times').toBeGreaterThan(NEWS * 500);
    // One for what is told, and one for what is drawn of what that has rendered.
    expect(work.frames).toBeLessThanOrEqual(3 * NEWS);
    expect(work.messages).toBeLessThanOrEqual(QUESTIONS * NEWS);
    expect(work.changed).toEqual([]);
  });
