/** The class of an endpoint: whatever it says of its frames, they are served as those of this priority (802.1Q, 0 to 7). */
import * as v from 'valibot';
import { defineStage, type StageKind } from './stage.ts';

export const CLASS: StageKind = defineStage({
  id: 'class',
  isUsual: false,
  settings: { priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7)) },
  counters: [],
  create: ({ priority }) => ({
    ingress: (frame) => {
      frame.priority = priority;
      return true;
    },
  }),
});
