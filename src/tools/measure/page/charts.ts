/** How fast the charts answer: opening them, and each click on a range until the page has drawn what follows from it. */
import type { Page } from 'playwright';
import type { FigureGroup } from '../figure.ts';
import { MeasuredSite } from './browser.ts';
import { linkOfLab } from './lab.ts';

const VMS = 4;
const CLICKS = 40;
/** Between two clicks: a person does not click faster. */
const PAUSE_MS = 150;

/** What runs in the page: the longest tasks and the time of clicks, as the browser itself reports them. */
const IN_PAGE = `(() => {
  const found = { longest: 0, clicks: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) found.longest = Math.max(found.longest, duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') found.clicks.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  globalThis.measured = found;
})()`;

/** Opens the charts by the navigation, and waits for the frame in which the first is drawn: it says its newest value then. */
const OPEN = `new Promise((resolve) => {
  const from = performance.now();
  const isDrawn = () => (document.querySelector('main[data-view=charts] figure [data-testid=now]')?.textContent ?? '') !== '';
  const look = () => {
    if (!isDrawn()) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
  };
  [...document.querySelectorAll('nav button')].find(({ textContent }) => textContent === 'Charts').click();
  look();
})`;

/** Clicks on the ranges in turn; the browser reports no click that was over within 16 ms. */
async function clicks(page: Page): Promise<number> {
  const ranges = page.getByRole('main').locator('label');
  const count = await ranges.count();
  for (let n = 0; n < CLICKS; n++) {
    await ranges.nth(n % count).click();
    await page.waitForTimeout(PAUSE_MS);
  }
  const seen = (await page.evaluate('measured.clicks')) as readonly number[];
  const all = [...seen].sort((a, b) => b - a);
  return all[Math.floor(CLICKS * 0.05)] ?? 0;
}

export const CHARTS: FigureGroup = {
  id: 'charts',
  async measure() {
    const site = await MeasuredSite.open();
    try {
      const { page } = await site.show('?view=topology', linkOfLab(VMS, undefined));
      await page.evaluate(IN_PAGE);
      const openMs = (await page.evaluate(OPEN)) as number;
      await page.waitForTimeout(2000);
      const clickMs = await clicks(page);
      const longest = (await page.evaluate('measured.longest')) as number;
      return [
        { name: 'opening the charts', value: Math.round(openMs) },
        { name: 'a click on a range, 95th percentile', value: Math.round(clickMs) },
        { name: 'longest task while charts are used', value: Math.round(longest) },
      ];
    } finally {
      await site.close();
    }
  },
};
