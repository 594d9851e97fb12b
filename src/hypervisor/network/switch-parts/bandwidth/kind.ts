/** The bandwidth's row of the table of parts: what a scenario may say of it. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { NS_PER_S } from '#base/virtual-time';
import { BITS_PER_SECOND } from '../../stages/rate.ts';
import { defineSwitchPart, type SwitchPartKind } from '../switch-part.ts';
import { BANDWIDTH_COUNTERS } from './counters.ts';

const CODE = new Later(() => import('./bandwidth.ts'));

export const BANDWIDTH: SwitchPartKind = defineSwitchPart({
  id: 'bandwidth',
  settings: {
    /** What all cards with a share may send together. */
    bitsPerSecond: BITS_PER_SECOND,
    /** Each share is its card's from the start and nobody else's; or who sends has one, and what is left over is everybody's. */
    allocation: v.optional(v.picklist(['fixed', 'on-demand']), 'on-demand'),
    /** The share of each card, by name of its port; on demand, what of it there is in proportion. Others are not limited. */
    ports: v.pipe(
      v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(64)), BITS_PER_SECOND),
      v.maxEntries(64),
    ),
    /** On demand: a card that sends nothing for so long has no share until it sends again. */
    idleNs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60 * NS_PER_S)), NS_PER_S),
  },
  counters: BANDWIDTH_COUNTERS,
  later: { code: CODE, words: ['bandwidth'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return CODE.isHere ? CODE.here.BANDWIDTH_STATE : undefined;
  },
  create: (settings, self, counters) => new CODE.here.Bandwidth(settings, self, counters),
});
