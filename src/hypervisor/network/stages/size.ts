/** Lengths of frames: shorter than a header, or longer than any frame may be, they are not looked at. */
import { LIMITS } from '#base/catalogue/limits';
import { defineStage, type StageKind } from './stage.ts';

export const SIZE: StageKind = defineStage({
  id: 'size',
  isUsual: true,
  isOfCable: true,
  settings: {},
  counters: [
    { id: 'runt', unit: 'count', text: { en: 'too short', zh: '过短' } },
    { id: 'giant', unit: 'count', text: { en: 'too long', zh: '过长' } },
  ],
  create: (_, _port, counters) => ({
    ingress: ({ bytes }) => {
      if (bytes.length < LIMITS.etherFrameBytes.least) counters.runt += 1;
      else if (bytes.length > LIMITS.etherFrameBytes.most) counters.giant += 1;
      else return true;
      return false;
    },
  }),
});
