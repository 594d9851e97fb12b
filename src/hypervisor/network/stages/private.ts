/**
 * Private ports of a VLAN: an isolated port reaches promiscuous ports alone, a port of a community those of its own too, a promiscuous
 * one all. A port without this stage is promiscuous. Other switches are not told: a trunk is promiscuous.
 */
import * as v from 'valibot';
import { defineStage, type StageKind } from './stage.ts';

/** What a sender's group may be besides the numbers of communities. */
const ISOLATED = -1;
const PROMISCUOUS = 0;

export const PRIVATE: StageKind = defineStage({
  id: 'private',
  isUsual: false,
  settings: {
    role: v.picklist(['isolated', 'community', 'promiscuous']),
    /** Which community. */
    community: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4094)), 1),
  },
  counters: [
    {
      id: 'apart',
      unit: 'count',
      text: { en: 'from a port that may not reach this one', zh: '来自不可到达本端口的端口' },
    },
  ],
  create: ({ role, community }, _port, counters) => {
    const group = role === 'isolated' ? ISOLATED : role === 'community' ? community : PROMISCUOUS;
    const reaches = (sender: number): boolean =>
      sender === PROMISCUOUS || group === PROMISCUOUS || (sender === group && group !== ISOLATED);
    return {
      reaches,
      ingress: (frame) => {
        frame.group = group;
        return true;
      },
      egress: (frame) => {
        const isReached = reaches(frame.group);
        if (!isReached) counters.apart += 1;
        return isReached;
      },
    };
  },
});
