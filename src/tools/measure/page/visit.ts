/** What a visit takes: bytes until the lab runs, compressed as servers send them, and the time from the address to a lab that runs. */
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Response } from 'playwright';
import { type FigureGroup, median } from '../figure.ts';
import { MeasuredSite, UNTIL_IT_RUNS } from './browser.ts';
import { linkOfLab } from './lab.ts';

/** Visits of each kind: the median of so many is told, since other programs take their part of the machine. */
const VISITS = 5;
const VMS = 4;
/** Of a page that is left alone: what it wants to do once it runs is done. */
const REST_MS = 3000;

/** Where packaged guests lie. */
const GUESTS = '/guests/';
/** A list of what there is is no guest. */
const LIST = 'guests.json';

interface Visit {
  readonly runsMs: number;
  /** Until it runs, without guests. */
  readonly bytes: number;
  /** Files of guests that were fetched until then. */
  readonly guests: number;
}

async function sizeOf(response: Response): Promise<number> {
  const body = await response.body().catch(() => Buffer.alloc(0));
  return gzipSync(body).length;
}

/** Opens an address in a tab of its own, and closes it when the lab has run for a while. */
async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage();
  const responses: Response[] = [];
  const hear = (response: Response): void => void responses.push(response);
  context.on('response', hear);
  const from = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.evaluate(UNTIL_IT_RUNS);
  const runsMs = performance.now() - from;
  context.off('response', hear);
  const guests = responses.filter((each) => each.url().includes(GUESTS) && !each.url().endsWith(LIST));
  const sizes = await Promise.all(responses.filter((each) => !guests.includes(each)).map(sizeOf));
  await page.waitForTimeout(REST_MS);
  await page.close();
  return { runsMs, bytes: sizes.reduce((sum, size) => sum + size, 0), guests: guests.length };
}

export const VISIT: FigureGroup = {
  id: 'visit',
  async measure({ say }) {
    const site = await MeasuredSite.open();
    try {
      const address = `${site.url}#${linkOfLab(VMS, undefined)}`;
      const first: Visit[] = [];
      const second: Visit[] = [];
      for (let n = 0; n < VISITS; n++) {
        const context = await site.visitor();
        first.push(await visit(context, address));
        second.push(await visit(context, address));
        await context.close();
        say(
          `visit ${n + 1}: ${[first, second].map((of) => `${Math.round(of[n]?.runsMs ?? 0)} ms`).join(', ')}`,
        );
      }
      return [
        {
          name: 'first visit: bytes until the lab runs',
          value: Math.round(median(first.map(({ bytes }) => bytes)) / 1000),
        },
        {
          name: 'first visit: until the lab runs',
          value: Math.round(median(first.map(({ runsMs }) => runsMs))),
        },
        {
          name: 'second visit: until the lab runs',
          value: Math.round(median(second.map(({ runsMs }) => runsMs))),
        },
        {
          name: 'first visit: files of Linux that nobody asked for',
          value: Math.max(...first.map(({ guests }) => guests)),
        },
      ];
    } finally {
      await site.close();
    }
  },
};
