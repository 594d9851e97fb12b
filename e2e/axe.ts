/** What axe finds on a page as it is. */
import type axe from 'axe-core';
import type { Page } from 'playwright/test';
import { expect } from './fixtures.ts';

/** Waits until nothing is being faded in any more: half there, a text has not the contrast that a person sees. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let quiet = 0; quiet < 5; quiet++) {
      await frame();
      const moving = document
        .getAnimations()
        .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime ?? 0));
      if (moving.length > 0) quiet = -1;
      await Promise.allSettled(moving.map((each) => each.finished));
    }
  });
}

/** What axe finds on a page that is light, and on the same page when the person's system turns dark; it is light again then. */
export async function findingsInBothSchemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await turn(page, scheme);
    found.push(...(await findings(page)).map((finding) => `${scheme}: ${finding}`));
  }
  await turn(page, 'light');
  return found;
}

async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
}

/** Every finding of axe, in words; for a page that has it as an init script. */
export async function findings(page: Page): Promise<string[]> {
  await atRest(page);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.html.slice(0, 160)}`),
  );
}
