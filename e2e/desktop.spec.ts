/** A VM's desktop: what the guest draws is on the canvas, seen from several views at once, and what a person does there is a command. */
import type { Locator } from 'playwright/test';
import type { Scenario } from '../src/lab/scenario.ts';
import { host, MIB, scenario, teachingVm } from '../src/lab/scenarios/parts.ts';
import { expect, test } from './fixtures.ts';
import { goTo, open, prompts, selectVm, typeUnseen } from './lab-page.ts';
import { linkOf } from './labs.ts';

const DESKTOP = { kind: 'framebuffer', width: 320, height: 200 } as const;

function lab(): Scenario {
  const desktop = DESKTOP;
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

/** Whether the paint's first colour is near the middle of a screen. */
function red(screen: Locator): Promise<boolean> {
  return screen.evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(width / 2 - 8, height / 2 - 8, 16, 16);
    return data.some((value, at) => at % 4 === 0 && value === 0xd1 && data[at + 1] === 0x49);
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
  await expect(page.getByTestId('screen-hint').first()).toContainText('the guest has drawn nothing yet');
  await typeUnseen(page, 'vm-1', 'paint\n');
  for (const screen of [screens.first(), screens.last(), remote])
    await expect.poll(() => lit(screen)).toBeGreaterThan(0);
  await expect(page.getByTestId('screen-hint')).toHaveCount(0);
  // What is drawn at the viewer is seen on the VM's own screen: in the middle of it nothing but that is red.
  const { width = 0, height = 0 } = (await remote.boundingBox()) ?? {};
  // On a slow machine the gestures of one click come apart, and the last waits for those before it.
  await expect(async () => {
    await remote.click({ position: { x: width / 2, y: height / 2 } });
    await expect(page.getByTestId('remote-input')).toHaveText(/the last was there after 1\.\d+ ms/, {
      timeout: 5_000,
    });
  }).toPass();
  // A screen is drawn only while it is seen.
  await screens.first().scrollIntoViewIfNeeded();
  await expect.poll(() => red(screens.first())).toBe(true);
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
  await expect(page.getByText('used keyboard or pointer at a remote view of vm-1')).toHaveCount(1);
});

test('a finger that was put on a screen works there: by virtio-input it is told where it is, and paints', async ({
  sites,
  visit,
}) => {
  const page = await visit({ phone: true });
  const touched = scenario(7, [host([teachingVm('vm-1', { desktop: { ...DESKTOP, touch: true } })])]);
  await open(page, `${sites.isolated.url}?view=vm&host=0&vm=vm-1&tab=desktop#${linkOf(touched)}`, 1);
  await prompts(page, 'vm-1');
  await typeUnseen(page, 'vm-1', 'paint\n');
  const screen = page.getByTestId('screen');
  await expect.poll(() => lit(screen)).toBeGreaterThan(0);
  const { width = 0, height = 0 } = (await screen.boundingBox()) ?? {};
  const middle = { position: { x: width / 2, y: height / 2 } };
  // The first one only says that fingers are the guest's from now on, and do not scroll the page.
  await screen.tap(middle);
  await expect(page.getByRole('application')).toBeFocused();
  expect(await red(screen)).toBe(false);
  await screen.tap(middle);
  await expect.poll(() => red(screen)).toBe(true);
});
