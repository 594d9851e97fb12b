/** A router of the host: its interfaces with who was found there, where packets go and how many went, what it dropped and why. */
import { ok } from '#base/result';
import { defineQuestion, type Question } from '../../../../questions/question.ts';
import {
  applianceOf,
  type Counted,
  countedOf,
  OF_APPLIANCE,
  type OfAppliance,
} from '../../questions/counted.ts';
import type { RouterCounter } from '../counters.ts';
import { ROUTER } from '../kind.ts';
import type { RouterView } from '../view.ts';

/** Those that say why a packet went no further. */
const DROPS: ReadonlySet<string> = new Set<RouterCounter>([
  ...(['expired', 'noRoute', 'tooBig', 'lost', 'badSource', 'notPassed', 'noInterface'] as const),
  ...(['malformed', 'badChecksum', 'otherProtocol', 'notForUs'] as const),
]);

export interface RouterState extends RouterView {
  readonly name: string;
  readonly counted: readonly Counted[];
}

export const router: Question<'router', OfAppliance, RouterState> = defineQuestion({
  id: 'router',
  text: {
    en: 'a router: interfaces and their VLANs, neighbours, routes and what they carried, what was dropped and why',
    zh: '路由器：接口及其 VLAN、邻居、路由及其转发量、丢弃了什么及原因',
  },
  arguments: OF_APPLIANCE,
  ask(args, host) {
    const found = applianceOf(host.network.appliances, ROUTER.id, args);
    if (!found.ok) return found;
    const { name, placed } = found.value;
    // Its own kind's view (`make.ts`).
    return ok({ name, ...(placed.appliance.view?.() as RouterView), counted: countedOf(placed, DROPS) });
  },
});
