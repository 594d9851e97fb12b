/** A gateway of the host: whom it gave which address, whom it translates, which names were asked, who is connected, what it dropped and why. */
import { ok } from '#base/result';
import { defineQuestion, type Question } from '../../../../questions/question.ts';
import {
  applianceOf,
  type Counted,
  countedOf,
  OF_APPLIANCE,
  type OfAppliance,
} from '../../questions/counted.ts';
import type { GatewayCounter } from '../counters.ts';
import { GATEWAY } from '../kind.ts';
import type { GatewayView } from '../view.ts';

/** Those that say why a packet went no further. */
const DROPS: ReadonlySet<string> = new Set<GatewayCounter>([
  ...(['lost', 'malformed', 'badChecksum', 'otherProtocol', 'notForUs', 'foreignSource'] as const),
  ...(['noAddressLeft', 'noMapping'] as const),
]);

export interface GatewayState extends GatewayView {
  readonly name: string;
  readonly counted: readonly Counted[];
}

export const gateway: Question<'gateway', OfAppliance, GatewayState> = defineQuestion({
  id: 'gateway',
  text: {
    en: 'a gateway: addresses given, mappings, neighbours, names asked for, connections, what was dropped and why',
    zh: '网关：已分配的地址、地址映射、邻居、查询过的域名、连接、丢弃了什么及原因',
  },
  arguments: OF_APPLIANCE,
  ask(args, host) {
    const found = applianceOf(host.network.appliances, GATEWAY.id, args);
    if (!found.ok) return found;
    const { name, placed } = found.value;
    // Its own kind's view (`make.ts`).
    return ok({ name, ...(placed.appliance.view?.() as GatewayView), counted: countedOf(placed, DROPS) });
  },
});
