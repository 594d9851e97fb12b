/** The memory balloon in the table of devices: a specification may name one. */
import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { Later } from '#base/later';
import { type DeviceKind, defineDevice } from '../device-kind.ts';
import { BALLOON } from './state.ts';

const NS_PER_MS = 1_000_000;

const CODE = new Later(() => import('./device.ts'));

export const BALLOON_KIND: DeviceKind = defineDevice({
  id: 'balloon',
  settings: {
    /** The guest may report pages that are free at the moment. */
    reporting: v.optional(v.boolean(), true),
    /** The guest may take pages back before it lets something die for want of them. */
    deflateOnOom: v.optional(v.boolean(), false),
    /** How often it is asked for figures of its memory; 0: never. */
    statisticsPeriodMs: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(LIMITS.balloonStatisticsMs.least),
        v.maxValue(LIMITS.balloonStatisticsMs.most),
      ),
      1000,
    ),
    /** What the VM may use of its memory at first; the rest can be added while it runs. All of it unless given. */
    usableBytes: v.exactOptional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(LIMITS.vmMemoryBytes.least),
        v.maxValue(LIMITS.vmMemoryBytes.most),
        v.multipleOf(PAGE_SIZE),
      ),
    ),
  },
  state: BALLOON,
  later: { code: CODE, words: ['balloon'] },
  create({ statisticsPeriodMs, usableBytes, ...settings }, environment) {
    const balloon = new CODE.here.VirtioBalloon({
      ...environment,
      ...settings,
      statisticsPeriodNs: statisticsPeriodMs * NS_PER_MS,
    });
    const { pages } = environment.pages;
    if (usableBytes !== undefined) balloon.claim('removal', Math.max(0, pages - usableBytes / PAGE_SIZE));
    return balloon;
  },
});
