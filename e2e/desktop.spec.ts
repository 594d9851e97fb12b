/** A VM's desktop: what the guest draws is on the canvas, seen from several views at once, and what a person does there is a command. */
import type { Page } from 'playwright/test';
import type { Scenario } from '../src/lab/scenario.ts';
import { host, MIB, scenario, teachingVm } from '../src/lab/scenarios/parts.ts';
import { expect, test } from './fixtures.ts';
import { goTo, open, prompts, selectVm } from './lab-page.ts';
import { linkOf } from './labs.ts';

const BYTES = 4 * 320 * 200;
/** The first pixel of a screen that lies at the end of 4 MiB. */
const SCREEN = `0x${(0x8000_0000 + 4 * MIB - Math.ceil(BYTES / 4096) * 4096).toString(16)}`;

function lab(): Scenario {
  const desktop = { kind: 'framebuffer', width: 320, height: 200 } as const;
  return scenario(7, [host([teachingVm('vm-1', { desktop })])]);
}

/** Pixels of a screen that are not black. */
function lit(page: Page, view: number): Promise<number> {
  return page
    .getByTestId('screen')
    .nth(view)
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, at) => at % 4 !== 3 && value !== 0).length;
    });
}

test('a screen is drawn as the guest draws, and takes keys and the pointer', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${linkOf(lab())}`, 1);
  await prompts(page, 'vm-1');
  await selectVm(page, 'vm-1');
  await goTo(page, '?view=vm&host=0&vm=vm-1&tab=desktop');
  await page.getByRole('button', { name: 'Another view' }).click();
  await expect(page.getByTestId('screen')).toHaveCount(2);
  expect(await lit(page, 0)).toBe(0);
  await page.evaluate(
    (text) => globalThis.virtlab.console(0, 'vm-1').type(text),
    `attack memory ${SCREEN}\n`,
  );
  for (const view of [0, 1]) await expect.poll(() => lit(page, view)).toBeGreaterThan(0);
  await page
    .getByTestId('screen')
    .first()
    .click({ position: { x: 20, y: 20 } });
  await page.keyboard.press('a');
  await page.getByRole('textbox', { name: 'Text for the keyboard of the VM' }).fill('Hi');
  await page.getByRole('button', { name: 'Type', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Screenshot' }).click();
  expect((await download).suggestedFilename()).toBe('vm-1.png');
  await goTo(page, '?view=history');
  await expect(page.getByText('used keyboard or pointer on the desktop')).toHaveCount(1);
});
