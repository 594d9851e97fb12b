/** Senders: no station has a group's address, or none. */
import { isGroup, sourceOf } from '../ether-frame.ts';
import { defineStage, type StageKind } from './stage.ts';

export const SOURCE_ADDRESS: StageKind = defineStage({
  id: 'source-address',
  isUsual: true,
  settings: {},
  counters: [
    {
      id: 'badSource',
      unit: 'count',
      text: { en: 'no station has this sender', zh: '发送者不可能是某个站点' },
    },
  ],
  create: (_, _port, counters) => ({
    ingress: ({ bytes }) => {
      const source = sourceOf(bytes);
      const isGood = !isGroup(source) && source !== 0;
      if (!isGood) counters.badSource += 1;
      return isGood;
    },
  }),
});
