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

/** What depends on colours alone; everything else of a page is the same in the dark. */
const COLOUR_RULES: readonly string[] = ['color-contrast', 'link-in-text-block'];

/** What axe finds on a page that is light, and on the same page when the person's system turns dark; it is light again then. */
export async function findingsInBothSchemes(page: Page): Promise<string[]> {
  const found = (await findings(page)).map((finding) => `light: ${finding}`);
  await turn(page, 'dark');
  found.push(...(await findings(page, COLOUR_RULES)).map((finding) => `dark: ${finding}`));
  await turn(page, 'light');
  return found;
}

async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
}

/** Every finding of axe (of some rules only) in a dialog or menu that is open, else on the whole page; for a page that has it as an init script. */
export async function findings(page: Page, rules?: readonly string[]): Promise<string[]> {
  await atRest(page);
  const { violations } = await page.evaluate(
    (only) => {
      // What lies behind an open dialog has been looked at without it.
      const above = document.querySelector('[role="dialog"], [role="menu"]');
      return (globalThis as unknown as { axe: typeof axe }).axe.run(above ?? document, {
        ...(only === undefined ? {} : { runOnly: only }),
        resultTypes: ['violations'],
      });
    },
    rules === undefined ? undefined : [...rules],
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.html.slice(0, 160)}`),
  );
}
