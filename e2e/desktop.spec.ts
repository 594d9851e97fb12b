/** A VM's desktop: what the guest draws is on the canvas, seen from several views at once, and what a person does there is a command. */
import type { Locator } from 'playwright/test';
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
  const lan = [{ name: 'lan' }];
  const near = host([teachingVm('vm-1', { desktop })], {
    ...{ switches: lan, remoteDesktops: [{ role: 'server', vm: 'vm-1', switch: 'lan' }] },
  });
  const far = host([], {
    ...{ name: 'far', ramBytes: 16 * MIB, switches: lan },
    remoteDesktops: [{ role: 'viewer', vm: 'vm-1', switch: 'lan' }],
  });
  const links = [{ a: 'host-1/lan', b: 'far/lan', delayNs: 1_000_000 }];
  return { ...scenario(7, [near, far]), links };
}

/** Pixels of a screen that are not black. */
function lit(screen: Locator): Promise<number> {
  return screen.evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, at) => at % 4 !== 3 && value !== 0).length;
  });
}

test('a screen is drawn as the guest draws, near and of packets elsewhere, and takes keys and the pointer', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${linkOf(lab())}`, 1);
  await prompts(page, 'vm-1');
  await selectVm(page, 'vm-1');
  await goTo(page, '?view=vm&host=0&vm=vm-1&tab=desktop');
  await page.getByRole('button', { name: 'Another view' }).click();
  await expect(page.getByTestId('screen')).toHaveCount(2);
  const screens = page.getByTestId('screen');
  const remote = page.getByTestId('remote-screen');
  expect(await lit(screens.first())).toBe(0);
  await page.evaluate(
    (text) => globalThis.virtlab.console(0, 'vm-1').type(text),
    `attack memory ${SCREEN}\n`,
  );
  for (const screen of [screens.first(), screens.last(), remote])
    await expect.poll(() => lit(screen)).toBeGreaterThan(0);
  await expect(page.getByTestId('remote-traffic')).toHaveText(/delay 1\.\d+ ms; so far .* packets/);
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
