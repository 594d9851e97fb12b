/** The link: while it is cut, nothing passes. */
import { defineStage, type StageKind } from './stage.ts';

export const LINK: StageKind = defineStage({
  id: 'link',
  isUsual: true,
  isOfCable: true,
  settings: {},
  counters: [{ id: 'linkDown', unit: 'count', text: { en: 'the cable was out', zh: '网线已拔出' } }],
  create: (_, port, counters) => {
    const pass = (): boolean => {
      if (!port.up) counters.linkDown += 1;
      return port.up;
    };
    return { ingress: pass, egress: pass };
  },
});
