/** A router of the host: its interfaces with who was found there, where packets go and how many went, what it dropped and why. */
import type { Question } from '../../../../questions/question.ts';
import {
  type AboutAppliance,
  defineApplianceQuestion,
  type OfAppliance,
} from '../../questions/appliance-question.ts';
import type { RouterCounter } from '../counters.ts';
import { ROUTER } from '../kind.ts';
import type { RouterView } from '../view.ts';

/** Those that say why a packet went no further. */
const DROPS: ReadonlySet<string> = new Set<RouterCounter>([
  ...(['expired', 'noRoute', 'tooBig', 'lost', 'badSource', 'notPassed', 'noInterface'] as const),
  ...(['malformed', 'badChecksum', 'otherProtocol', 'notForUs'] as const),
]);

export const router: Question<'router', OfAppliance, AboutAppliance<RouterView>> = defineApplianceQuestion<
  'router',
  RouterView
>({
  id: 'router',
  text: {
    en: 'a router: interfaces and their VLANs, neighbours, routes and what they carried, what was dropped and why',
    zh: '路由器：接口及其 VLAN、邻居、路由及其转发量、丢弃了什么及原因',
  },
  kind: ROUTER,
  drops: DROPS,
});
