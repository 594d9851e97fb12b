/** What the engine calls its things is in words on the page: in Chinese, no name of the program's own is left on any view. */
import type { Page } from 'playwright/test';
import { viewIsThere } from './every-view.ts';
import { expect, test } from './fixtures.ts';
import { open, prompts } from './lab-page.ts';
import { wordsOf } from './words.ts';

/** Names that people gave, and words of the field that are written so in every language. */
const ALLOWED = /^(host-\d+|teach-\d+|linux-\d+|vCPUs?)$/;

/** A function of the SBI, by the names that its specification gives: `BASE.probe_extension`. */
const SBI_FUNCTION = /\b[A-Z]+\.\w+/g;

/** Words of the program rather than of a person: `camelCase`, `kebab-case`, `snake_case`, `SCREAMING_CASE`. */
const OWN_WORD = /\b(?:[a-z]+[A-Z]\w*|[a-z]+(?:-[a-z]+)+|[a-z]+_[a-z_]+|[A-Z]+_[A-Z_]+)\b/g;

/** Visible text that is not a console, nor code, an address or a name of the instruction set (which are set in monospace). */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        parent === null ||
        parent.closest('script, style, [data-terminal], .react-flow__attribution') !== null
      )
        continue;
      if (parent.closest('[class*="mono"], [class*="field"], [role="grid"]') !== null) continue;
      if (getComputedStyle(parent).fontFamily.includes('monospace') || !parent.checkVisibility()) continue;
      texts.push(node.textContent ?? '');
    }
    return texts;
  });
}

test('no view shows a name that only the program uses', async ({ sites, visit }) => {
  test.setTimeout(240_000);
  const page = await visit();
  await page.addInitScript(() => localStorage.setItem('virtlab.language', 'zh'));
  await open(page, sites.isolated.url, 2);
  await prompts(page, 'teach-1');
  const found: string[] = [];
  const look = async (where: string): Promise<void> => {
    await viewIsThere(page, wordsOf('zh'));
    // Who asks after the view has asked is answered after it; then it draws.
    await page.evaluate(async () => {
      await globalThis.virtlab.calls.keeping();
      for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
    });
    const words = (await textsOf(page)).flatMap(
      (text) => text.replace(SBI_FUNCTION, '').match(OWN_WORD) ?? [],
    );
    for (const word of new Set(words)) if (!ALLOWED.test(word)) found.push(`${where}: ${word}`);
  };
  const lookAtTabs = async (name: string): Promise<void> => {
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await look(`${name}, ${await tab.textContent()}`);
    }
  };
  const items = page.getByRole('navigation', { name: '视图' }).getByRole('button');
  const names = await items.allTextContents();
  expect(names.length).toBeGreaterThan(6);
  for (const [index, name] of names.entries()) {
    await items.nth(index).click();
    await look(name);
    await lookAtTabs(name);
  }
  // What happened, and what was refused.
  await page.evaluate(async () => {
    const { calls } = globalThis.virtlab;
    await calls.command(0, { op: 'vm.pause', args: { vm: 'teach-1' } });
    await calls.command(0, { op: 'vm.pause', args: { vm: 'teach-1' } });
  });
  await items.nth(3).click();
  await look('what was refused');
  expect(found).toEqual([]);
});
