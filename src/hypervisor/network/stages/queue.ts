/** The queue towards an endpoint: a frame that finds it full is dropped, the newest first (tail drop). */
import * as v from 'valibot';
import { PORT_QUEUE_LIMIT } from '../ether-frame.ts';
import { defineStage, type StageKind } from './stage.ts';

export const QUEUE: StageKind = defineStage({
  id: 'queue',
  isUsual: true,
  settings: {
    /** Frames that may be on their way. */
    frames: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PORT_QUEUE_LIMIT)),
      PORT_QUEUE_LIMIT,
    ),
  },
  counters: [{ id: 'queueFull', unit: 'count', text: { en: 'the queue was full', zh: '队列已满' } }],
  create: ({ frames }, port, counters) => ({
    egress: () => {
      const hasRoom = port.queued < frames;
      if (!hasRoom) counters.queueFull += 1;
      return hasRoom;
    },
  }),
});
