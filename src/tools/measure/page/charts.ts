/** How fast the charts answer: opening them, and each click on a range until the page has drawn what follows from it. */
import type { Page } from 'playwright';
import type { FigureGroup } from '../figure.ts';
import { MeasuredSite } from './browser.ts';
import { linkOfLab } from './lab.ts';
import { Responsiveness } from './responsiveness.ts';

const VMS = 4;
const CLICKS = 40;
/** Between two clicks: a person does not click faster. */
const PAUSE_MS = 150;

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

/** Clicks on the ranges in turn. */
async function click(page: Page): Promise<void> {
  const ranges = page.getByRole('main').locator('label');
  const count = await ranges.count();
  for (let n = 0; n < CLICKS; n++) {
    await ranges.nth(n % count).click();
    await page.waitForTimeout(PAUSE_MS);
  }
}

export const CHARTS: FigureGroup = {
  id: 'charts',
  async measure() {
    const site = await MeasuredSite.open();
    try {
      const { page } = await site.show('?view=topology', linkOfLab(VMS, undefined));
      const seen = await Responsiveness.of(page);
      const openMs = (await page.evaluate(OPEN)) as number;
      await page.waitForTimeout(2000);
      await click(page);
      const clickMs = await seen.slowClick(CLICKS);
      const longest = await seen.longest();
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
