/** The link: while it is cut, or its plug is out, nothing passes. */
import * as v from 'valibot';
import { defineStage, type StageKind } from './stage.ts';

export const LINK: StageKind = defineStage({
  id: 'link',
  isUsual: true,
  isOfCable: true,
  settings: {
    /** Cut at this end; whoever is at the other end is not told, as behind a media converter. */
    cut: v.optional(v.boolean(), false),
  },
  counters: [
    { id: 'linkDown', unit: 'count', text: { en: 'the cable was out or cut', zh: '网线已拔出或断开' } },
  ],
  create: (_, port, counters) => {
    const pass = (): boolean => {
      if (!port.up) counters.linkDown += 1;
      return port.up;
    };
    return { ingress: pass, egress: pass };
  },
});
