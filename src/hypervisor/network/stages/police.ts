/** A limit to what comes from an endpoint: frames beyond a rate and a burst end here, or are marked so that they are served last. */
import * as v from 'valibot';
import type { PartState } from '#base/state/part';
import { partState, stateIn } from '#base/state/part';
import { BUCKET } from '../../io/limits/token-bucket.ts';
import { BITS_PER_SECOND, BURST_BYTES, bucketOf } from './rate.ts';
import { defineStage, type StageKind } from './stage.ts';

/** Of 802.1Q: less than best effort. */
const BACKGROUND = 1;

export const POLICE: StageKind = defineStage({
  id: 'police',
  isUsual: false,
  settings: {
    bitsPerSecond: BITS_PER_SECOND,
    burstBytes: BURST_BYTES,
    /** What becomes of frames beyond it. */
    beyond: v.optional(v.picklist(['drop', 'mark']), 'drop'),
  },
  counters: [
    { id: 'policed', unit: 'count', text: { en: 'beyond the rate: ended', zh: '超出速率：丢弃' } },
    {
      id: 'remarked',
      unit: 'count',
      text: { en: 'beyond the rate: served last', zh: '超出速率：降为最低优先级' },
    },
  ],
  state: BUCKET,
  create: ({ bitsPerSecond, burstBytes, beyond }, port, counters) => {
    const bucket = bucketOf(bitsPerSecond, burstBytes);
    return {
      ingress: (frame) => {
        const now = port.now();
        if (bucket.readyAt(now) <= now) {
          bucket.take(now, 8 * frame.bytes.length);
          return true;
        }
        if (beyond === 'drop') {
          counters.policed += 1;
          return false;
        }
        counters.remarked += 1;
        frame.priority = BACKGROUND;
        return true;
      },
      capture: (): PartState => partState(BUCKET, bucket.capture()),
      restore: (state): void => bucket.restore(stateIn(BUCKET, state)),
    };
  },
});
