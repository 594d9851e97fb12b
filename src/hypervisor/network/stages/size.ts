/** Lengths of frames: shorter than a header, or longer than any frame may be, they are not looked at. */
import { HEADER_BYTES, MAX_FRAME_BYTES } from '../ether-frame.ts';
import { defineStage, type StageKind } from './stage.ts';

export const SIZE: StageKind = defineStage({
  id: 'size',
  isUsual: true,
  settings: {},
  counters: ['runt', 'giant'],
  create: (_, _port, counters) => ({
    ingress: ({ bytes }) => {
      if (bytes.length < HEADER_BYTES) counters.runt += 1;
      else if (bytes.length > MAX_FRAME_BYTES) counters.giant += 1;
      else return true;
      return false;
    },
  }),
});
