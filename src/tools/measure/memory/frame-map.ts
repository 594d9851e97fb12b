/**
 * The frame map of a host of 1 GiB while its guests run: how often it is drawn where frames change all the time, and what it costs the
 * engine. The page looks at the map and at another view in turns; what counts is instructions per second of the workers' processor time.
 */
import { must } from '#base/fixtures/must';
import { encodeLink } from '#lab/link';
import { readScenario } from '#lab/versions';
import type { FigureGroup } from '../figure.ts';
import { type MeasuredPage, MeasuredSite } from '../page/browser.ts';

const MIB = 1 << 20;
const FRAMES = 262_144;
const PAIRS = 10;
const TURN_MS = 2000;
const DRAWN_MS = 5000;
/** A view comes to rest within this time. */
const REST_MS = 700;

const MAP = '?view=host&host=0&tab=memory';
/** Its numbers come from the same host, and nothing is drawn on a canvas. */
const OTHER = '?view=machines';

/** Four VMs that work as much as they can, on a host of 1 GiB. */
function link(): string {
  const vms = [1, 2, 3, 4].map((number) => ({
    ...{ name: `vm-${number}`, image: { kind: 'builtin', name: 'teaching' }, append: 'run=cpu_100' },
    ...{ memoryBytes: 4 * MIB, vcpus: 1, allocation: 'on-demand', disks: [], autostart: true },
    nics: [],
  }));
  const host = { name: 'host-1', ramBytes: 1024 * MIB, harts: 1, switches: [], vms };
  return must(
    encodeLink(must(readScenario({ version: 1, title: 'Map', seed: 1, hosts: [host], commands: [] }))),
  );
}

/**
 * Runs in the page: frames change hands before each animation frame, 4,096 of them in all parts of the map, as far as the page
 * can see. Counts the times that the map is drawn.
 */
const CHANGE_AND_COUNT = `new Promise((resolve) => {
  const view = globalThis.virtlab.view(0);
  const header = new Int32Array(view.owners.buffer, 0, 2);
  let drawn = 0;
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    drawn += 1;
    return drawImage.apply(this, args);
  };
  const from = performance.now();
  let round = 0;
  const change = () => {
    round += 1;
    for (let frame = round % 64; frame < view.owners.length; frame += 64) view.owners[frame] = 16 + (round & 3);
    Atomics.add(header, 1, 1);
    const ms = performance.now() - from;
    if (ms < ${DRAWN_MS}) return requestAnimationFrame(change);
    CanvasRenderingContext2D.prototype.drawImage = drawImage;
    resolve({ drawn, ms, frames: view.owners.length });
  };
  requestAnimationFrame(change);
})`;

const INSTRUCTIONS = `(() => { const { virtlab } = globalThis; virtlab.readViews(); return virtlab.view(0).time('instructions'); })()`;

async function goTo({ page }: MeasuredPage, address: string): Promise<void> {
  const to = JSON.stringify(address);
  await page.evaluate(
    `(() => { history.pushState(null, '', ${to} + location.hash); dispatchEvent(new PopStateEvent('popstate')); })()`,
  );
  await page.waitForTimeout(REST_MS);
}

/** Instructions per second of the workers' time, while a view is shown. */
async function turn(shown: MeasuredPage, address: string): Promise<number> {
  await goTo(shown, address);
  const [before, beforeMs] = [(await shown.page.evaluate(INSTRUCTIONS)) as number, shown.workersMs()];
  await shown.page.waitForTimeout(TURN_MS);
  const [after, afterMs] = [(await shown.page.evaluate(INSTRUCTIONS)) as number, shown.workersMs()];
  return (after - before) / (afterMs - beforeMs);
}

export const FRAME_MAP: FigureGroup = {
  id: 'frame-map',
  async measure({ say }) {
    const site = await MeasuredSite.open();
    try {
      const shown = await site.show(MAP, link());
      const { drawn, ms, frames } = (await shown.page.evaluate(CHANGE_AND_COUNT)) as {
        readonly drawn: number;
        readonly ms: number;
        readonly frames: number;
      };
      if (frames !== FRAMES) throw new Error('the map has other frames than meant');
      say(`${drawn} drawings in ${Math.round(ms)} ms`);
      const ratios: number[] = [];
      for (let pair = 0; pair < PAIRS; pair++) {
        // The first of a pair is not always the same.
        const [first, second] = pair % 2 === 0 ? [MAP, OTHER] : [OTHER, MAP];
        const [a, b] = [await turn(shown, first), await turn(shown, second)];
        ratios.push(pair % 2 === 0 ? a / b : b / a);
        say(`pair ${pair + 1}: ${Math.round(ratios.at(-1)! * 1000) / 10} %`);
      }
      ratios.sort((x, y) => x - y);
      const median = (ratios[PAIRS / 2 - 1]! + ratios[PAIRS / 2]!) / 2;
      return [
        { name: 'map of 262,144 frames: drawn per second', value: Math.round((drawn * 10_000) / ms) / 10 },
        { name: 'map of 262,144 frames: speed of the engine', value: Math.round(median * 1000) / 10 },
      ];
    } finally {
      await site.close();
    }
  },
};
