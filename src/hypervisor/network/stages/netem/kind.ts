/** Netem's row of the table of stages: what a scenario may say of it. Its code comes with the first port that has it. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { NS_PER_S } from '#base/virtual-time';
import { defineStage, type StageKind } from '../stage.ts';

const PERCENT = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10 * NS_PER_S));
const SETTINGS = {
  delayNs: v.optional(time, 0),
  /** So much longer or shorter at most. */
  jitterNs: v.optional(time, 0),
  /** Frames of which the delay says otherwise do not overtake. */
  inOrder: v.optional(v.boolean(), true),
  lossPercent: v.optional(PERCENT, 0),
  /**
   * Losses in a row (Gilbert and Elliott): a good time becomes a bad one with each frame by one probability, and ends by another; in it frames
   * are lost by a third.
   */
  badBeginsPercent: v.optional(PERCENT, 0),
  badEndsPercent: v.optional(PERCENT, 100),
  badLossPercent: v.optional(PERCENT, 100),
  duplicatePercent: v.optional(PERCENT, 0),
  /** Frames that go without the delay, before those that came earlier. */
  reorderPercent: v.optional(PERCENT, 0),
  /** Frames with one bit turned over. */
  corruptPercent: v.optional(PERCENT, 0),
};

const COUNTERS = [
  { id: 'lost', unit: 'count', text: { en: 'lost on the way', zh: '途中丢失' } },
  { id: 'duplicated', unit: 'count', text: { en: 'sent twice', zh: '重复' } },
  { id: 'reordered', unit: 'count', text: { en: 'went ahead of others', zh: '乱序提前' } },
  { id: 'corrupted', unit: 'count', text: { en: 'damaged', zh: '损坏' } },
  { id: 'noRoom', unit: 'count', text: { en: 'too many were on the way', zh: '途中的帧过多' } },
] as const;

const netem = new Later(() => import('./netem.ts'));

export const NETEM: StageKind = defineStage({
  id: 'netem',
  isUsual: false,
  isOfCable: true,
  settings: SETTINGS,
  counters: COUNTERS,
  later: { code: netem, words: ['netem'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return netem.isHere ? netem.here.STATE : undefined;
  },
  create: (settings, port, counters) => netem.here.create(settings, port, counters),
});
