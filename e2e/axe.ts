/** What axe finds on a page as it is. */
import type axe from 'axe-core';
import type { Page } from 'playwright/test';

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

/**
 * What axe finds on a page in light and in dark: everything in the scheme that it has, and what depends on colours in the other,
 * in which it stays. To turn a page costs as much as to look at it, so it is not turned back.
 */
export async function findingsInBothSchemes(page: Page): Promise<string[]> {
  const first = await schemeOf(page);
  const second = first === 'light' ? 'dark' : 'light';
  const found = (await findings(page)).map((finding) => `${first}: ${finding}`);
  await page.emulateMedia({ colorScheme: second });
  await page.waitForFunction(
    (wanted) => document.documentElement.getAttribute('data-mantine-color-scheme') === wanted,
    second,
  );
  found.push(...(await findings(page, { rules: COLOUR_RULES })).map((finding) => `${second}: ${finding}`));
  return found;
}

async function schemeOf(page: Page): Promise<'light' | 'dark'> {
  const scheme = await page.locator('html').getAttribute('data-mantine-color-scheme');
  return scheme === 'dark' ? 'dark' : 'light';
}

export interface Looked {
  /** Some rules only. */
  readonly rules?: readonly string[];
  /** Where nothing is open: the main part alone, beside which everything has been looked at. */
  readonly mainOnly?: boolean;
}

/** Every finding of axe in a dialog or menu that is open, else on the page; for a page that has it as an init script. */
export async function findings(page: Page, { rules, mainOnly = false }: Looked = {}): Promise<string[]> {
  await atRest(page);
  const { violations } = await page.evaluate(
    ({ only, isMain }) => {
      // What lies behind an open dialog has been looked at without it.
      const above = document.querySelector('[role="dialog"], [role="menu"]');
      const place = isMain ? document.querySelector('main') : document;
      return (globalThis as unknown as { axe: typeof axe }).axe.run(above ?? place ?? document, {
        ...(only === undefined ? {} : { runOnly: only }),
        resultTypes: ['violations'],
        // Neither paths to what was looked at nor the texts of style sheets are used here, and they cost half of the time.
        selectors: false,
        preload: false,
      });
    },
    { only: rules === undefined ? undefined : [...rules], isMain: mainOnly },
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.html.slice(0, 160)}`),
  );
}
