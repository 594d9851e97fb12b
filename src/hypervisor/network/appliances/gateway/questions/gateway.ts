/** A gateway of the host: whom it gave which address, whom it translates, which names were asked, who is connected, what it dropped and why. */
import type { Question } from '../../../../questions/question.ts';
import {
  type AboutAppliance,
  defineApplianceQuestion,
  type OfAppliance,
} from '../../questions/appliance-question.ts';
import type { GatewayCounter } from '../counters.ts';
import { GATEWAY } from '../kind.ts';
import type { GatewayView } from '../view.ts';

/** Those that say why a packet went no further. */
const DROPS: ReadonlySet<string> = new Set<GatewayCounter>([
  ...(['lost', 'malformed', 'badChecksum', 'otherProtocol', 'notForUs', 'foreignSource'] as const),
  ...(['noAddressLeft', 'noMapping'] as const),
]);

export type GatewayState = AboutAppliance<GatewayView>;

export const gateway: Question<'gateway', OfAppliance, GatewayState> = defineApplianceQuestion<
  'gateway',
  GatewayView
>({
  id: 'gateway',
  text: {
    en: 'a gateway: addresses given, mappings, neighbours, names asked for, connections, what was dropped and why',
    zh: '网关：已分配的地址、地址映射、邻居、查询过的域名、连接、丢弃了什么及原因',
  },
  kind: GATEWAY,
  drops: DROPS,
});
