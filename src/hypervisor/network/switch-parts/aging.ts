/** How long a switch remembers behind which port, and in which VLAN, an address was seen last. */
import * as v from 'valibot';
import { NS_PER_S } from '#base/virtual-time';
import { defineSwitchPart, type SwitchPartKind } from './switch-part.ts';

export const AGING: SwitchPartKind = defineSwitchPart({
  id: 'aging',
  settings: {
    /** The bounds of 802.1Q, and less, so that one need not wait. */
    seconds: v.pipe(v.number(), v.minValue(0.001), v.maxValue(1_000_000)),
  },
  counters: [],
  create: ({ seconds }) => ({ agingNs: Math.round(seconds * NS_PER_S) }),
});
