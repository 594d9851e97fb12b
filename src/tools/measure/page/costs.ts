/** What the page takes of a core, view by view, while a lab is idle and while it is busy. */
import type { Figure, FigureGroup } from '../figure.ts';
import { type Cost, MeasuredSite } from './browser.ts';
import { linkOfLab } from './lab.ts';
import { VIEWS_MEASURED } from './views.ts';

const IDLE_VMS = 4;
const BUSY_VMS = 16;
/** A share of a hart that a VM of the teaching kernel takes for good. */
const WORK = 'cpu_100';

function group(
  id: string,
  link: () => string,
  figures: (name: string, cost: Cost) => readonly Figure[],
): FigureGroup {
  return {
    id,
    async measure({ say }) {
      const site = await MeasuredSite.open();
      const found: Figure[] = [];
      try {
        for (const { name, address } of VIEWS_MEASURED) {
          const shown = await site.show(address, link());
          const cost = await shown.cost();
          await shown.close();
          say(`${name}: ${cost.renderer} % (page ${cost.page} %, workers ${cost.workers} %)`);
          found.push(...figures(name, cost));
        }
      } finally {
        await site.close();
      }
      return found;
    },
  };
}

export const IDLE: FigureGroup = group(
  'idle',
  () => linkOfLab(IDLE_VMS, undefined),
  (name, { renderer, page, workers }) => [
    { name: `${name}, 4 idle VMs: renderer`, value: renderer },
    { name: `${name}, 4 idle VMs: page's thread`, value: page },
    { name: `${name}, 4 idle VMs: workers`, value: workers },
  ],
);

export const BUSY: FigureGroup = group(
  'busy',
  () => linkOfLab(BUSY_VMS, WORK),
  (name, { page }) => [{ name: `${name}, 16 busy VMs: page's thread`, value: page }],
);
