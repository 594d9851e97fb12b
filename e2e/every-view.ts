/**
 * Every view of the page, in either language: gone through by the navigation and the tabs that the page has, so that a view
 * that is new is among them.
 */
import type { Page } from 'playwright/test';
import { expect } from './fixtures.ts';
import type { Say } from './words.ts';

/** Waits for a view's own code and for what it asks the machine first. */
export async function viewIsThere(page: Page, say: Say): Promise<void> {
  await expect(page.getByRole('main')).toHaveAttribute('data-view', /./);
  await expect(page.getByRole('main').getByText(say('common.loading'))).toHaveCount(0);
}

/** Views of the lab, and those of the first host and of its first VM; `look` is told `lab/topology`. */
export async function eachView(page: Page, say: Say, look: (name: string) => Promise<void>): Promise<void> {
  const navigation = page.getByRole('navigation', { name: say('nav.label') });
  const seen = async (place: string): Promise<void> => {
    await viewIsThere(page, say);
    await look(`${place}/${await page.getByRole('main').getAttribute('data-view')}`);
  };
  for (const item of await navigation.locator('> button').all()) {
    await item.click();
    await expect(item).toHaveAttribute('aria-current', 'page');
    await seen('lab');
    if ((await page.getByRole('main').getAttribute('data-view')) !== 'topology') continue;
    // The same as tables.
    await page.getByRole('button', { name: say('wiring.asTable'), exact: true }).click();
    await expect(page.getByTestId('topology-links')).toBeVisible();
    await seen('lab');
    await page.getByRole('button', { name: say('wiring.asGraph'), exact: true }).click();
  }
  for (const [place, item] of [
    ['host', navigation.locator('> div > button').first()],
    ['vm', navigation.locator('> div > div > button').first()],
  ] as const) {
    await item.click();
    await expect(item).toHaveAttribute('aria-current', 'page');
    for (const tab of await page.getByRole('main').getByRole('tab').all()) {
      await tab.click();
      await expect(tab).toHaveAttribute('aria-selected', 'true');
      await seen(place);
    }
  }
}
