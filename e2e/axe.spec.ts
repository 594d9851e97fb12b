/** Axe on every view, menu and dialog of the page: light and dark, in both languages, at the widths of a desk and a phone. */
import axe from 'axe-core';
import type { Locator, Page } from 'playwright/test';
import { LANGUAGES } from '../src/base/texts/languages.ts';
import { findings, findingsInBothSchemes } from './axe.ts';
import { eachView } from './every-view.ts';
import { expect, test } from './fixtures.ts';
import { byPalette, dropFile, goTo, nodes, open, turn } from './lab-page.ts';
import { type Say, wordsOf } from './words.ts';

const WIDTHS = {
  desk: { width: 1440, height: 900 },
  phone: { width: 393, height: 851 },
} as const;

/** The lab that is looked at, as addresses name it. */
const LAB = '?lab=busy-neighbour';

/** A VM of the topology, in either language. */
function node(page: Page, vm: string): Locator {
  return nodes(page, 'vm').filter({ hasText: vm });
}

/** Two snapshots of one VM, and another that is off. */
async function prepare(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { calls } = globalThis.virtlab;
    for (const name of ['one', 'two'])
      await calls.command(0, { op: 'vm.snapshot', args: { vm: 'steady', name } });
    await calls.command(0, { op: 'vm.powerOff', args: { vm: 'idle' } });
  });
}

async function openTab(page: Page, vm: string, tab: string): Promise<void> {
  await goTo(page, `${LAB}&view=vm&host=0&vm=${vm}&tab=${tab}`);
  await expect(page.getByRole('main')).toHaveAttribute('data-view', tab);
}

/** What is on the page besides its views as they are at first: each by its name, and how to get there. */
const MORE: readonly (readonly [name: string, show: (page: Page, say: Say) => Promise<void>])[] = [
  [
    'topology with its switch',
    async (page, say) => {
      await goTo(page, `${LAB}&view=topology`);
      await nodes(page, 'switch').click();
      await expect(page.getByRole('heading', { name: say('switch.forwarding') })).toBeVisible();
    },
  ],
  [
    'topology with a VM',
    async (page) => {
      await node(page, 'steady').click();
      await expect(page.getByRole('complementary').locator('[data-terminal]')).toBeVisible();
    },
  ],
  [
    'topology with a link',
    async (page, say) => {
      await page
        .getByRole('complementary')
        .getByRole('button', { name: /· 52:54:/ })
        .first()
        .click();
      await expect(page.getByRole('complementary').getByText(say('switch.mac'))).toBeVisible();
    },
  ],
  ...(['queue', 'apart', 'guards'] as const).map(
    (group) =>
      [
        `a port of a switch: ${group}`,
        async (page: Page, say: Say) => {
          await page
            .getByTestId('port-traffic')
            .getByRole('button', { name: say('port.edit') })
            .click();
          const dialog = page.getByRole('dialog');
          await dialog.getByRole('tab', { name: say(`port.group.${group}`) }).click();
          await expect(dialog.getByRole('tabpanel')).toContainText(say(`port.hint.${group}`));
        },
      ] as const,
  ),
  [
    'menu of a node',
    async (page, say) => {
      await node(page, 'idle').click({ button: 'right' });
      await page.getByRole('menuitem', { name: say('action.delete') }).hover();
    },
  ],
  [
    'deleting a VM',
    async (page, say) => {
      await node(page, 'idle').click({ button: 'right' });
      await page.getByRole('menuitem', { name: say('action.delete') }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'menu of the lab',
    async (page, say) => {
      await page.getByRole('button', { name: say('topology.labMenu') }).click();
      await expect(page.getByRole('menuitem').first()).toBeVisible();
    },
  ],
  [
    'machines that are chosen',
    async (page, say) => {
      await goTo(page, `${LAB}&view=machines`);
      await page.getByRole('checkbox', { name: say('machines.chooseAll') }).check();
      await expect(page.getByRole('toolbar', { name: say('machines.toolbar') })).toBeVisible();
    },
  ],
  [
    'a chart enlarged',
    async (page, say) => {
      await goTo(page, `${LAB}&view=charts`);
      await page
        .getByRole('button', { name: say('charts.enlarge', { title: '' }).trim() })
        .first()
        .click();
      await expect(page.getByRole('dialog').locator('canvas').first()).toBeVisible();
    },
  ],
  [
    'who it was, in a chart',
    async (page) => {
      await goTo(page, `${LAB}&view=charts`);
      // Of a chart that has no samples yet nothing is told.
      await expect(async () => {
        await page.getByRole('slider').first().press('Enter');
        await expect(page.getByTestId('who-was-it').locator('tbody tr').first()).toBeVisible({
          timeout: 1_000,
        });
      }).toPass();
    },
  ],
  [
    'a dashboard that is composed',
    async (page) => {
      await goTo(page, `${LAB}&view=dashboard&charts=0_cpu__s_a_a_s*0_vcpu-run_busy/0_10_a_a_w`);
      await expect(page.getByTestId('dashboard-chart')).toHaveCount(2);
    },
  ],
  [
    'going back in time',
    async (page, say) => {
      await goTo(page, `${LAB}&view=history`);
      await page.getByText(say('history.before'), { exact: true }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
  [
    'an entry of a walk',
    async (page) => {
      await openTab(page, 'steady', 'walk');
      await page.getByTestId('walk-cell').last().click();
    },
  ],
  [
    'taking frames back',
    async (page, say) => {
      await goTo(page, `${LAB}&view=host&host=0&tab=memory`);
      const card = page.getByTestId('reclaim');
      await turn(card.getByRole('switch', { name: say('reclaim.on') }));
      await expect(card.getByRole('combobox', { name: say('reclaim.policy') })).toBeVisible();
    },
  ],
  ['a walk of a VM that is off', (page) => openTab(page, 'idle', 'walk')],
  [
    'snapshots',
    async (page) => {
      await openTab(page, 'steady', 'snapshots');
      await expect(page.getByTestId('snapshot')).toHaveCount(2);
    },
  ],
  ...(['revert', 'clone', 'rename', 'delete'] as const).map(
    (deed) =>
      [
        `snapshots: ${deed}`,
        async (page: Page, say: Say) => {
          await page
            .getByRole('button', { name: say(`snapshots.${deed}`), exact: true })
            .first()
            .click();
          await expect(page.getByRole('dialog')).toBeVisible();
        },
      ] as const,
  ),
  [
    'a console below the page, searched',
    async (page, say) => {
      await openTab(page, 'steady', 'overview');
      const menu = say('console.menu', { vm: 'steady' });
      await page.getByRole('button', { name: menu }).click();
      await page.getByRole('menuitem', { name: say('console.dock') }).click();
      await expect(page.getByRole('menuitem')).toHaveCount(0);
      const dock = page.getByRole('complementary', { name: say('console.dockLabel') });
      await dock.getByRole('button', { name: menu }).click();
      await page.getByRole('menuitem', { name: say('console.search') }).click();
      await expect(dock.getByRole('textbox', { name: say('console.search') })).toBeFocused();
    },
  ],
  [
    'menu of a console',
    async (page, say) => {
      await page
        .getByRole('button', { name: say('console.menu', { vm: 'steady' }) })
        .last()
        .click();
      await expect(page.getByRole('menuitem').first()).toBeVisible();
    },
  ],
  [
    'a message of a failure',
    async (page, say) => {
      await page.getByRole('button', { name: say('console.undockOf', { vm: 'steady' }) }).click();
      await openTab(page, 'steady', 'walk');
      await openTab(page, 'idle', 'snapshots');
      await page.evaluate(() => {
        globalThis.virtlab.calls.setSpeed = () => Promise.reject(new Error('of the test'));
      });
      await page.getByRole('main').focus();
      await page.keyboard.press('F8');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'palette',
    async (page) => {
      await page.getByRole('main').focus();
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    },
  ],
  ...(
    [
      'action.newVm',
      'resume.title',
      'action.shareLab',
      'keeping.title',
      'action.help',
      'run.title',
      'moments.title',
    ] as const
  ).map(
    (title) =>
      [
        `dialog: ${title}`,
        async (page: Page, say: Say) => {
          await page.getByRole('main').focus();
          await byPalette(page, say(title));
          const dialog = page.getByRole('dialog', { name: say(title) });
          await expect(dialog).toBeVisible();
          await expect(dialog.getByText(say('common.loading'))).toHaveCount(0);
        },
      ] as const,
  ),
  ...(
    [
      ['that is of no use here', 'guest.bin', [0x50, 0x4b, 3, 4, 0, 0, 0, 0]],
      ['with a disk', 'disk.img', [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]],
      ['with a lab', 'lab.json', '{"version": 1}'],
      ['with a kernel', 'kernel.elf', [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]],
    ] as const
  ).map(
    ([what, name, bytes]) =>
      [
        `a file ${what}, dropped`,
        async (page: Page, say: Say) => {
          await dropFile(page, name, bytes);
          await expect(page.getByRole('dialog', { name: say('dropped.title') })).toBeVisible();
        },
      ] as const,
  ),
  [
    'leaving for the same lab anew',
    async (page, say) => {
      await page.evaluate(() => {
        globalThis.virtlab.hasUnkeptWork = () => true;
      });
      await page.getByRole('main').focus();
      await byPalette(page, say('keeping.title'));
      await page
        .getByRole('dialog')
        .getByRole('button', { name: say('keeping.anew') })
        .click();
      await expect(page.getByRole('dialog', { name: say('leaving.anewTitle') })).toBeVisible();
    },
  ],
  [
    'leaving for another lab',
    async (page, say) => {
      await page.evaluate(() => {
        location.hash = '1nonsense';
      });
      await expect(page.getByRole('dialog', { name: say('leaving.title') })).toBeVisible();
    },
  ],
  [
    'menus of the header',
    async (page, say) => {
      const isNarrow = page.viewportSize()!.width < 760;
      await page.getByRole('button', { name: say(isNarrow ? 'header.more' : 'header.language') }).click();
      await expect(page.getByRole('menuitem', { name: '中文' })).toBeVisible();
    },
  ],
  [
    'presenting',
    async (page, say) => {
      await page.getByRole('main').focus();
      await byPalette(page, say('present.start'));
      await expect(page.getByRole('navigation', { name: say('nav.label') })).toHaveCount(0);
    },
  ],
];

/**
 * Colours do not ask for the language, so two looks have both languages and both schemes, at a desk and on a phone, where the page is put
 * together in another way. A projector differs from a desk in how much room there is, about which axe asks little.
 */
const LOOKS = [
  { ...WIDTHS.desk, language: 'en', scheme: 'light' },
  { ...WIDTHS.phone, language: 'zh', scheme: 'dark' },
] as const;

for (const { width, height, language, scheme } of LOOKS)
  test(`axe finds nothing anywhere at ${width} px in ${language}, ${scheme}`, async ({ sites, visit }) => {
    const say = wordsOf(language);
    const page = await visit();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await page.addInitScript((chosen) => localStorage.setItem('virtlab.language', chosen), language);
    await page.addInitScript(axe.source);
    await open(page, `${sites.isolated.url}${LAB}`, 3);
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    const found: Record<string, string[]> = {};
    const look = async (name: string, mainOnly = false): Promise<void> => {
      const list = await findings(page, { mainOnly });
      if (list.length > 0) found[name] = list;
    };
    await look('a lab that runs');
    await prepare(page);
    await page.getByRole('main').focus();
    await page.keyboard.press('F8');
    await expect(page.getByRole('button', { name: say('speed.run'), exact: true })).toBeVisible();

    // Header and navigation are the same on all of them.
    await eachView(page, say, (name) => look(name, true));
    for (const [name, show] of MORE) {
      await show(page, say);
      await look(name);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await page.evaluate(() => {
      globalThis.virtlab.hasUnkeptWork = () => false;
    });
    await page.goto(`${sites.isolated.url}${LAB}&embed`);
    await expect(page.locator('main[data-view]')).toBeVisible();
    await look('in a frame');
    await page.goto(`${sites.isolated.url}#1nonsense`);
    await expect(page.getByRole('alert')).toBeVisible();
    await look('a link that does not open');
    expect(found).toEqual({});
  });

for (const language of LANGUAGES)
  test(`axe finds nothing on the tour of a first visit in ${language}, light or dark`, async ({
    sites,
    visit,
  }) => {
    const say = wordsOf(language);
    const page = await visit({ firstVisit: true });
    await page.addInitScript((chosen) => localStorage.setItem('virtlab.language', chosen), language);
    await page.addInitScript(axe.source);
    // A lab with a guide has no tour before it.
    await open(page, sites.isolated.url);
    const tour = page.getByRole('dialog', { name: say('tour.label') });
    for (const button of ['next', 'next', 'done']) {
      await expect(tour).toBeVisible();
      expect(await findingsInBothSchemes(page)).toEqual([]);
      await tour.getByRole('button', { name: say(`tour.${button}`) }).click();
    }
    await expect(tour).toBeHidden();
  });
