/** The page for everybody: assistive technology, the keyboard alone, a phone, two languages, light and dark. */
import type { Page } from 'playwright/test';
import { LIMITS } from '../src/base/catalogue/limits.ts';
import { NAME_LENGTH } from '../src/base/catalogue/names.ts';
import { LANGUAGES } from '../src/base/texts/languages.ts';
import { encodeLink } from '../src/lab/link.ts';
import type { Scenario } from '../src/lab/scenario.ts';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { eachView } from './every-view.ts';
import { expect, test } from './fixtures.ts';
import {
  badges,
  byPalette,
  chooseFromConsole,
  dropFile,
  nodes,
  open,
  openHostPage,
  openStill,
  openVmPage,
  prompts,
  says,
  terminal,
} from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';
import { wordsOf } from './words.ts';

const TABS = ['Overview', 'Registers', 'Address walk', 'Exits', 'Devices', 'Snapshots'] as const;

/** Every view of the page: how to get there, and what shows that it is there. */
const VIEWS: readonly { readonly name: string; readonly show: (page: Page) => Promise<void> }[] = [
  {
    name: 'topology',
    show: async (page) => {
      await page.getByRole('button', { name: 'Topology', exact: true }).first().click();
      await expect(nodes(page, 'vm')).toHaveCount(3);
    },
  },
  {
    name: 'topology with its switch',
    show: async (page) => {
      await nodes(page, 'switch').click();
      await expect(page.getByRole('heading', { name: 'Forwarding table' })).toBeVisible();
    },
  },
  {
    name: 'topology with a link',
    show: async (page) => {
      await nodes(page, 'vm', 'steady').click();
      await page
        .getByRole('complementary')
        .getByRole('button', { name: /· 52:54:/ })
        .first()
        .click();
      await expect(page.getByRole('complementary').getByText('MAC address')).toBeVisible();
    },
  },
  {
    name: 'machines',
    show: async (page) => {
      await page.getByRole('button', { name: 'Machines', exact: true }).click();
      await page.getByRole('checkbox', { name: 'Choose all that are shown' }).check();
      await expect(page.getByTestId('vm-table').locator('tbody tr')).toHaveCount(3);
    },
  },
  {
    name: 'history',
    show: async (page) => {
      await page.getByRole('button', { name: 'History', exact: true }).click();
      await expect(page.getByRole('heading', { level: 2, name: 'History' })).toBeVisible();
    },
  },
  {
    name: 'console below the page, searched',
    show: async (page) => {
      await openVmPage(page, 'steady', 'Overview');
      await chooseFromConsole(page, 'steady', 'Keep in sight');
      const dock = page.getByRole('complementary', { name: 'Consoles' });
      await chooseFromConsole(page, 'steady', 'Search', dock);
      await expect(dock.getByRole('textbox', { name: 'Search' })).toBeFocused();
    },
  },
  {
    name: 'no console below the page',
    show: async (page) => {
      await page.getByRole('button', { name: 'Take the console of steady away' }).click();
    },
  },
  ...TABS.map((tab) => ({
    name: `VM: ${tab}`,
    show: async (page: Page) => {
      await openVmPage(page, 'steady', tab);
      await expect(page.getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true');
      if (tab === 'Overview') await expect(page.locator('figure canvas').first()).toBeVisible();
      if (tab === 'Address walk') await page.getByTestId('walk-cell').last().click();
    },
  })),
  {
    name: 'host: memory',
    show: async (page) => {
      await openHostPage(page, 'host-1', 'Memory');
      await expect(page.getByTestId('frame-table').locator('tbody tr')).toHaveCount(16);
    },
  },
  {
    name: 'machine',
    show: async (page) => {
      await openHostPage(page, 'host-1', 'Machine');
      await expect(page.getByRole('grid').locator('tr[aria-current="true"]')).toBeVisible();
      await expect(page.getByTestId('stages')).toBeVisible();
    },
  },
  {
    name: 'charts',
    show: async (page) => {
      await page.getByRole('button', { name: 'Charts', exact: true }).click();
      await expect(page.locator('figure canvas').first()).toBeVisible();
    },
  },
];

/** Presses a key until what has the focus is what we want. */
async function pressUntil(page: Page, key: string, selector: string, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press(key);
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
  }
  throw new Error(`${most} times ${key} did not reach ${selector}`);
}

test('the keyboard alone reaches topology, console and machine, and leaves them', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-2');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  // A node of the topology: Enter selects it, which shows its console.
  await pressUntil(page, 'Tab', '.react-flow__node-vm[aria-label^="teach-2:"]');
  await page.keyboard.press('Enter');
  const console = page.getByRole('region', { name: 'Console of teach-2' });
  await expect(console).toBeVisible();
  await pressUntil(page, 'Tab', '[data-vm="teach-2"] textarea');
  await page.keyboard.type('echo typed by keyboard');
  await page.keyboard.press('Enter');
  await says(page, 'teach-2', /\ntyped by keyboard/);
  // In a console Tab and Escape belong to the guest; Shift+Tab leaves.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await expect(console.locator('textarea')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(console.locator('textarea')).not.toBeFocused();

  // Back to the VM's page by its button, and through its tabs.
  await pressUntil(page, 'Shift+Tab', '[data-tour="open-vm"]');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'teach-2' })).toBeVisible();
  await pressUntil(page, 'Tab', '[role="tab"]');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Registers' })).toHaveAttribute('aria-selected', 'true');

  // The keys of the page.
  await page.keyboard.press('F8');
  await expect(page.getByRole('banner').getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  const clock = page.getByTitle('Virtual time of the lab');
  const before = await clock.textContent();
  // A step is a tenth of what the clock's last digit counts, and that digit is rounded.
  for (let steps = 0; steps < 15; steps++) await page.keyboard.press('F9');
  await expect(clock).not.toHaveText(before ?? '');
  await page.keyboard.press('F8');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Help and keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await byPalette(page, 'charts');
  await expect(page.getByRole('main')).toHaveAttribute('data-view', 'charts');
});

test('every view is reached by the palette in three keystrokes, in both languages', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openStill(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const places: string[] = [];
  await eachView(page, wordsOf('en'), async (place) => void places.push(place));
  expect(places.length).toBeGreaterThan(10);
  const banner = page.getByRole('banner');
  for (const language of LANGUAGES) {
    const say = wordsOf(language);
    await banner.getByRole('button', { name: /^(Language|语言)$/ }).click();
    await page.getByRole('menuitem', { name: say(`language.${language}`) }).click();
    for (const id of places.map((place) => place.split('/')[1]!)) {
      await page.getByRole('main').focus();
      await page.keyboard.press('Control+k');
      const list = page.getByRole('dialog').getByRole('option');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
      await page.keyboard.press(id[0]!);
      const at = await list.evaluateAll(
        (all, view) => all.findIndex((each) => each.getAttribute('data-view') === view),
        id,
      );
      expect([id, at >= 0 && at < 10]).toEqual([id, true]);
      await page.keyboard.press(`Alt+Digit${(at + 1) % 10}`);
      await expect(page.getByRole('main')).toHaveAttribute('data-view', id);
    }
  }
});

test('while another lab opens over the page, there is one main part', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const link = encodeLink(builtinScenario('first-visit', { linux: false })!);
  if (!link.ok) throw new Error(link.error.code);
  const seen = await page.evaluate(async (fragment) => {
    const counts: number[] = [];
    const look = (): void => {
      if (document.querySelector('[aria-busy="true"]') !== null)
        counts.push(document.querySelectorAll('main').length);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    location.hash = fragment;
    const isBefore = () => globalThis.virtlab.lab()?.hosts[0]?.vms[0]?.spec.name === 'steady';
    while (isBefore()) await new Promise((resolve) => setTimeout(resolve, 20));
    return [...new Set(counts)];
  }, link.value);
  expect(seen).toEqual([1]);
});

test('a phone shows every view without scrolling sideways', async ({ sites, visit }) => {
  const page = await visit({ phone: true });
  await openStill(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  for (const { name, show } of VIEWS) {
    await show(page);
    const width = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    expect(width.content, name).toBeLessThanOrEqual(width.screen);
    expect(width.screen, name).toBe(393);
  }
});

test('on a phone the header is one row, a VM’s content begins on the first screen, and fingers find what they mean', async ({
  sites,
  visit,
}) => {
  const page = await visit({ phone: true });
  await openStill(page, `${sites.isolated.url}?lab=busy-neighbour&view=vm&host=0&vm=busy`, 3);
  await expect(page.getByRole('tabpanel')).toBeVisible();
  expect((await page.getByRole('banner').boundingBox())!.height).toBeLessThan(64);
  expect((await page.getByRole('tablist').boundingBox())!.height).toBeLessThan(64);
  expect((await page.getByRole('tabpanel').boundingBox())!.y).toBeLessThan(340);
  // There is more to the right of what is seen, and it says so.
  await expect(page.getByRole('tablist')).toHaveAttribute('data-more-after', '');
  // So does a console with more columns than fit.
  const cells = terminal(page, 'busy');
  await expect(cells).toHaveAttribute('data-more-after', '');
  await cells.evaluate((element) => element.scrollTo({ left: element.scrollWidth }));
  await expect(cells).not.toHaveAttribute('data-more-after', '');
  await expect(cells).toHaveAttribute('data-more-before', '');
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await expect(page.getByRole('tablist')).toHaveAttribute('data-more-before', '');
  for (const { name, show } of VIEWS) {
    await show(page);
    const small = await page.locator('button:visible, [role="tab"]:visible').evaluateAll((all) =>
      all
        // A menu that is closing may be gone since it was found.
        .filter((each) => each.isConnected && each.closest('.react-flow__viewport, .xterm') === null)
        .map((each) => ({ text: each.textContent, ...each.getBoundingClientRect().toJSON() }))
        .filter(({ height }) => height < 39),
    );
    expect(small, name).toEqual([]);
  }
  await page.getByRole('button', { name: 'More' }).click();
  await expect(page.getByRole('menuitem', { name: '中文' })).toBeVisible();
});

test('a lab of two hosts of the usual size opens on a phone; a larger one says how large, and what to do', async ({
  sites,
  visit,
}) => {
  const page = await visit({ phone: true });
  const host = (name: string, ramBytes: number): Scenario['hosts'][number] => {
    const [first] = labOfLongNames().hosts;
    const vms = first!.vms.map((vm, index) => ({ ...vm, name: `${name}-${index}` }));
    return { ...first!, name, ramBytes, vms };
  };
  const linkTo = (ramBytes: number): string => {
    const hosts = [host('one', ramBytes), host('two', ramBytes)];
    const link = encodeLink({ ...labOfLongNames(), hosts });
    if (!link.ok) throw new Error(link.error.code);
    return `${sites.isolated.url}#${link.value}`;
  };
  await open(page, linkTo(0x1000_0000), 2);
  await page.goto('about:blank');
  await page.goto(linkTo(0x1800_0000));
  await expect(page.getByRole('alert')).toContainText(
    'want 768 MiB of memory; on this device they get at most 512 MiB',
  );
  await expect(page.getByRole('alert')).toContainText('Open the lab on a computer');
});

test('on a projector nothing is cut, and whoever presents is followed', async ({ sites, visit }) => {
  const page = await visit();
  await page.setViewportSize({ width: 1024, height: 768 });
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const cut = (): Promise<string[]> =>
    page
      .locator('header button:visible, main button:visible, main td:visible, [data-testid="walk-cell"]')
      .evaluateAll((all) =>
        all
          .filter((each) => each.closest('.react-flow__viewport') === null)
          .filter((each) => {
            const scroller = each.closest('[tabindex="0"]:is(section, nav), nav, [role="tablist"]');
            const isOutside = each.getBoundingClientRect().right > innerWidth && scroller === null;
            return isOutside || (each.scrollWidth > each.clientWidth + 1 && !each.hasAttribute('title'));
          })
          .map((each) => `${each.tagName} ${each.textContent}`),
      );
  for (const { name, show } of VIEWS) {
    await show(page);
    expect(await cut(), name).toEqual([]);
  }
  await openVmPage(page, 'steady', 'Address walk');
  const before = await page
    .getByRole('tab', { name: 'Exits' })
    .evaluate((tab) => getComputedStyle(tab).fontSize);
  await page.getByRole('main').focus();
  await page.keyboard.press('p');
  await expect(page.getByRole('navigation', { name: 'Views' })).toHaveCount(0);
  const tab = page.getByRole('tab', { name: 'Exits' });
  const after = await tab.evaluate((each) => getComputedStyle(each).fontSize);
  expect(Number.parseFloat(after)).toBeGreaterThan(1.3 * Number.parseFloat(before));
  expect(await cut()).toEqual([]);
  await tab.click();
  await expect(page.locator('output')).toHaveText('Exits');
  await page.keyboard.press('F8');
  await expect(page.locator('output')).toHaveText('F8');
  await page.getByRole('button', { name: 'End presenting' }).last().click();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
});

test('a short name stands at the side of what it names, in buttons too', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=charts`, 3);
  const name = page.getByRole('button', { name: 'idle', exact: true }).getByText('idle', { exact: true });
  const shift = await name.last().evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect().left - element.getBoundingClientRect().left;
  });
  expect(Math.abs(shift)).toBeLessThan(1);
});

test('a name as long as may be is shortened, and what can be done keeps its size', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const name = 'b'.repeat(NAME_LENGTH);
  await page.getByRole('button', { name: 'New VM' }).click();
  const dialog = page.getByRole('dialog', { name: 'New VM' });
  // A character more is refused before anything is done, and so is the name of a switch.
  for (const wrong of [`${name}b`, `${name.slice(1)}-`, 'lan']) {
    await dialog.getByLabel('Name').fill(wrong);
    await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  }
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog).toBeHidden();
  const button = page.getByRole('button', { name: 'Open VM' });
  await expect(button).toBeVisible();
  const isCut = (element: Element): boolean =>
    [element, ...element.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth + 1);
  expect(await button.evaluate(isCut)).toBe(false);
  // A node says its whole name beside the pointer.
  for (const text of [
    page.getByRole('navigation', { name: 'Views' }).getByTitle(name).first(),
    page.getByRole('complementary').getByTitle(name).first(),
    nodes(page, 'vm', name).getByText(name, { exact: true }),
  ]) {
    await expect(text).toHaveText(name);
    expect(await text.evaluate(isCut)).toBe(true);
  }
});

/** A file whose name is as long as may be, without a place to break. */
function longFile(letters: string): string {
  return letters.padEnd(LIMITS.fileNameLength, 'f');
}

/** A lab in which everything is called as long as may be, without a place to break. */
function labOfLongNames(): Scenario {
  const named = (letter: string, number: number): string => `${letter.repeat(NAME_LENGTH - 1)}${number}`;
  return {
    ...{ version: 1, title: '长'.repeat(LIMITS.titleLength) },
    ...{ seed: 7, nsPerInstruction: 10, quantumInstructions: 10_000 },
    hosts: [0, 1].map((host) => ({
      ...{ name: named('H', host), ramBytes: 0x400_0000, harts: 1, timeSliceNs: 5_000_000 },
      switches: [{ name: named('S', host) }],
      vms: [0, 1].map((vm) => ({
        name: named('W', 2 * host + vm),
        // One VM of each host is of a file that is not there, which is said.
        image:
          vm === 0 ? { kind: 'builtin', name: 'teaching' } : { kind: 'file', name: longFile(`K${host}`) },
        ...{ memoryBytes: 0x20_0000, vcpus: 1, allocation: 'on-demand', autostart: vm === 0, disks: [] },
        nics: [{ switch: named('S', host), address: `10.0.${host}.${vm + 1}/16` }],
      })),
    })),
    links: [],
    commands: [],
  };
}

/** What can be pressed and is cut, or lies beside the screen where nothing scrolls; and whether the page scrolls sideways. */
function squeezed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    // A message and a dialog break what they name, since it is whole there or nowhere.
    for (const box of document.querySelectorAll<HTMLElement>('[aria-live="polite"] > *, [role="dialog"]'))
      for (const part of [box, ...box.querySelectorAll<HTMLElement>('p, div, span')]) {
        const { overflowX, display } = getComputedStyle(part);
        const isCut = part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1 && part.title === '';
        if (isCut && part.textContent !== '' && overflowX !== 'auto' && display !== 'inline')
          found.push(`cut: ${part.textContent}`);
      }
    const main = document.querySelector('main')!;
    if (main.scrollWidth > main.clientWidth + 1) found.push(`main is ${main.scrollWidth} wide`);
    for (const each of document.querySelectorAll<HTMLElement>('button, [role="tab"], a[href]')) {
      const { width, right } = each.getBoundingClientRect();
      if (width === 0 || each.closest('.react-flow__viewport') !== null) continue;
      const says = each.ariaLabel ?? each.textContent;
      const scrolls =
        each.closest('[tabindex="0"]:is(section, div), nav, [role="tablist"], [role="grid"]') !== null;
      if (right > innerWidth + 1 && !scrolls) found.push(`beside the screen: ${says}`);
      // What is shortened says itself whole in a title.
      const cut = [each, ...each.querySelectorAll<HTMLElement>('*')].some(
        (part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1 && part.title === '',
      );
      if (cut && getComputedStyle(each).display !== 'inline') found.push(`cut: ${says}`);
    }
    return found;
  });
}

for (const width of [1440, 1024, 393])
  test(`beside names as long as may be every action keeps its size, at ${width} px`, async ({
    sites,
    visit,
  }) => {
    const say = wordsOf('en');
    const page = await visit({ phone: width === 393 });
    await page.setViewportSize({ width, height: 850 });
    const link = encodeLink(labOfLongNames());
    if (!link.ok) throw new Error(link.error.code);
    await open(page, `${sites.isolated.url}#${link.value}`, 2);
    await page.evaluate(async (name) => {
      const { virtlab } = globalThis;
      const vm = virtlab.lab()!.hosts[0]!.vms[0]!.spec.name;
      await virtlab.calls.command(0, { op: 'vm.snapshot', args: { vm, name } });
    }, '快'.repeat(LIMITS.titleLength));
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      const list = await squeezed(page);
      if (list.length > 0) found[name] = list;
    };
    // The file that is missing is named by a message.
    await expect(page.getByRole('region', { name: say('notice.label') })).toContainText(longFile('K0'));
    await look('a message');
    await eachView(page, say, look);
    await dropFile(page, longFile('D'), [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]);
    await expect(page.getByRole('dialog', { name: say('dropped.title') })).toBeVisible();
    await look('a dropped file');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    for (const deed of ['revert', 'clone', 'rename', 'delete'] as const) {
      await page
        .getByTestId('snapshot')
        .getByRole('button', { name: say(`snapshots.${deed}`) })
        .click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(deed);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    expect(found).toEqual({});
  });

test('Chinese and English change places while the lab runs', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const before = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: '中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', /^zh/);
  await expect(page.getByRole('button', { name: '拓扑', exact: true })).toBeVisible();
  await expect(badges(nodes(page, 'vm')).first()).toHaveText('运行中');
  // What a person reads first is in their language; names, units and words of the architecture are the same everywhere.
  await page.getByRole('button', { name: '图表', exact: true }).click();
  await expect(page.getByText('等待 hart').first()).toBeVisible();
  // biome-ignore lint/performance/useDomNodeTextContent: only what is on the screen
  expect(await page.locator('body').innerText()).not.toMatch(
    /Topology|Charts|Pause|Share|New VM|Memory|running/,
  );
  // The lab is the same one, and goes on.
  const { virtualNs } = await page.evaluate(() => globalThis.virtlab.status());
  expect(virtualNs).toBeGreaterThan(before);

  // The choice outlives the visit, and can be taken back.
  await page.reload();
  await page.getByRole('button', { name: '语言' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('button', { name: 'Charts', exact: true })).toBeVisible();
});
