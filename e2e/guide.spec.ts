/** The guide of a lab: its steps beside the running lab, ticked by what the machine does; and guides that travel in links. */
import axe from 'axe-core';
import type { Page } from 'playwright/test';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { findingsInBothSchemes } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { byPalette, goTo, open, runTo, standStill, typeUnseen } from './lab-page.ts';
import { linkOf } from './labs.ts';

const S = 1e9;
const guideOf = (page: Page, name = 'Guide of this lab') => page.getByRole('region', { name });

test('steps come true as the lab does what they say, and the guide stays from view to view and over a reload', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=vlans`, 5);
  await standStill(page);
  const guide = guideOf(page);
  await expect(guide).toContainText('Two networks on one trunk');
  await runTo(page, 4 * S);
  await expect(guide.getByRole('button', { name: 'Step 1, done' })).toBeVisible();
  await guide.getByRole('button', { name: 'Next' }).click();
  // This step says nothing that the lab could tick: the person does.
  await guide.getByRole('button', { name: 'Show payroll' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'payroll' })).toBeVisible();
  await guide.getByRole('button', { name: 'Next' }).click();
  await expect(guide.getByRole('button', { name: 'Step 2, done' })).toBeVisible();
  await expect(guide.getByRole('status')).toContainText('Ticked by the lab');
  await runTo(page, 12 * S);
  await expect(guide.getByRole('status')).toContainText('It is so');

  await page.reload();
  await expect(guide).toContainText('Guide: 3 of 4 done');
  await expect(guide).toContainText('The leak is closed');

  // Another lab begins its own guide, and this one begins anew.
  await goTo(page, '?lab=flow-rules');
  await expect(guide).toContainText('A network without rules');
  await expect(guide).toContainText('Guide: 0 of');
});

test('what a person does at a console ticks a step', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=greedy-neighbour`, 3);
  await standStill(page);
  const guide = guideOf(page);
  await runTo(page, 14 * S);
  const third = guide.getByRole('button', { name: /^Step 3/ });
  await expect(third).not.toHaveAccessibleName(/done/);
  await typeUnseen(page, 'greedy', 'traffic 10.0.0.1 400\n');
  await runTo(page, 18 * S);
  await expect(third).toHaveAccessibleName(/done/);
});

test('a guide folds, goes and comes back, by the keyboard, on a phone and in Chinese', async ({
  sites,
  visit,
}) => {
  const page = await visit({ phone: true });
  await page.addInitScript(axe.source);
  await page.addInitScript(() => localStorage.setItem('virtlab.language', 'zh'));
  await open(page, `${sites.isolated.url}?lab=arp-spoofing`, 3);
  const guide = guideOf(page, '本实验的导引');
  // On a phone it begins as one line: the lab is to be seen on the first screen.
  await expect(guide).toContainText('导引');
  await expect(guide).not.toContainText('client');
  await guide.getByRole('button', { name: /导引/ }).first().press('Enter');
  await expect(guide).toContainText('安静的链路');
  expect(await findingsInBothSchemes(page)).toEqual([]);
  const { width = 0, height = 0 } = (await guide.boundingBox()) ?? {};
  expect([width <= 393, height < 0.45 * 851]).toEqual([true, true]);
  await guide.getByRole('button', { name: /导引/ }).first().press('Enter');
  await expect(guide).not.toContainText('client');
  await guide.getByRole('button', { name: '关闭导引' }).press('Enter');
  await expect(guide).toBeHidden();
  await byPalette(page, '显示本实验的导引');
  await expect(guide).toContainText('client');
});

test('a guide of one’s own travels in a link, as text', async ({ sites, visit }) => {
  const page = await visit();
  const { guide: _, ...lab } = builtinScenario('busy-neighbour', { linux: false })!;
  const link = linkOf({
    ...lab,
    guide: [
      {
        title: 'First <b>look</b>',
        do: { en: 'Type `ps` there', zh: '输入 `ps`' },
        at: { vm: 'busy' },
        check: [{ metric: 'cpu@busy', above: 0.5 }],
      },
    ],
  });
  await open(page, `${sites.isolated.url}#${link}`, 3);
  const guide = guideOf(page);
  await expect(guide.getByRole('heading')).toHaveText('First <b>look</b>');
  await expect(guide.locator('code')).toHaveText('ps');
  await expect(guide.getByRole('status')).toContainText('It is so');
  await guide.getByRole('button', { name: 'Finish' }).click();
  await expect(guide).toBeHidden();
});
