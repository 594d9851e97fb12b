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

/** Every finding of axe, in words; for a page that has it as an init script. */
export async function findings(page: Page): Promise<string[]> {
  await atRest(page);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${impact} ${id}: ${node.html.slice(0, 160)}`),
  );
}
