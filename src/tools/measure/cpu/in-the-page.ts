/**
 * 16 busy VMs in the page, view by view: how soon it answers a click, its longest task, and what is left of the engine's speed beside a view that
 * shows nothing of the running machine. Speed is instructions per second of the workers' own processor time, in turns of both views.
 */
import type { Page } from 'playwright';
import { type Figure, type FigureGroup, median, rounded } from '../figure.ts';
import { type MeasuredPage, MeasuredSite } from '../page/browser.ts';
import { linkOfLab } from '../page/lab.ts';
import { Responsiveness } from '../page/responsiveness.ts';

interface Place {
  readonly name: string;
  readonly address: string;
  /** What a person would scroll to there, by its test id. */
  readonly part?: string;
}
export const LIVE_VIEWS: readonly Place[] = [
  { name: 'topology', address: '?view=topology' },
  { name: 'charts', address: '?view=charts' },
  { name: 'map of the memory', address: '?view=host&host=0&tab=memory' },
  { name: 'timeline', address: '?view=host&host=0&tab=scheduling', part: 'cpu-timeline' },
];
export const INPUT_DELAY = 'delay of a click, 95th percentile';
export const LONGEST_TASK = 'longest task';
export const SPEED = "the engine's speed";

const STILL: Place = { name: 'history', address: '?view=history' };
const VMS = 16;
const PAIRS = 10;
const TURN_MS = 2500;
const CLICKS = 40;
const PAUSE_MS = 120;

const INSTRUCTIONS = 'globalThis.virtlab.status().instructions';

/** Goes to another view of the same lab, as the browser's back button would. */
async function goTo(page: Page, { address, part }: Place): Promise<void> {
  await page.evaluate(`(() => {
    history.pushState(null, '', ${JSON.stringify(address)} + location.hash);
    dispatchEvent(new PopStateEvent('popstate'));
  })()`);
  if (part !== undefined) await page.getByTestId(part).evaluate((found) => found.scrollIntoView());
  await page.waitForTimeout(500);
}

/** Instructions per second of the workers. */
async function speedOf(measured: MeasuredPage): Promise<number> {
  const read = async (): Promise<readonly [number, number]> => [
    (await measured.page.evaluate(INSTRUCTIONS)) as number,
    measured.workersMs(),
  ];
  const [fromCount, fromMs] = await read();
  await measured.page.waitForTimeout(TURN_MS);
  const [toCount, toMs] = await read();
  return ((toCount - fromCount) / (toMs - fromMs)) * 1000;
}

export const IN_THE_PAGE: FigureGroup = {
  id: 'in-the-page',
  async measure({ say }) {
    const site = await MeasuredSite.open();
    const figures: Figure[] = [];
    try {
      const measured = await site.show(STILL.address, linkOfLab(VMS, 'cpu_100'));
      const { page } = measured;
      await page.getByText('max', { exact: true }).click();
      const seen = await Responsiveness.of(page);
      for (const place of LIVE_VIEWS) {
        const { name } = place;
        await goTo(page, place);
        await seen.forget();
        // At its edge, where nothing is that could be clicked: the delay is that of the page, whatever it is at.
        const { x = 0 } = (await page.getByRole('main').boundingBox()) ?? {};
        for (let click = 0; click < CLICKS; click++) {
          await page.mouse.click(x + 4, 450);
          await page.waitForTimeout(PAUSE_MS);
        }
        const delay = await seen.slowClick(CLICKS);
        const longest = await seen.longest();
        const ratios: number[] = [];
        for (let pair = 0; pair < PAIRS; pair++) {
          await goTo(page, STILL);
          const still = await speedOf(measured);
          await goTo(page, place);
          ratios.push((100 * (await speedOf(measured))) / still);
        }
        say(`${name}: ${ratios.map((each) => each.toFixed(0)).join(' ')} %`);
        figures.push(
          { name: `${name}: ${INPUT_DELAY}`, value: Math.round(delay) },
          { name: `${name}: ${LONGEST_TASK}`, value: Math.round(longest) },
          { name: `${name}: ${SPEED}`, value: rounded(median(ratios), 1) },
        );
      }
    } finally {
      await site.close();
    }
    return figures;
  },
};
