/**
 * The guest agent as the rest of the hypervisor knows it. The code of one comes with the first VM that has a port for it; a VM without
 * such a port has none, and says so.
 */
import { Later, type LaterPart } from '#base/later';
import { fail } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { type Agent, type AgentOptions, NEEDS } from './agent-types.ts';

const CODE = new Later(() => import('./agent.ts'));

export const GUEST_AGENT: LaterPart = { code: CODE, words: ['agent'] };

/** The agent of a VM, or what stands in its place. */
export function agentOf(options: AgentOptions): Agent {
  return options.port === undefined ? none(options.now) : new CODE.here.GuestAgent(options);
}

function none(now: () => VirtualNs): Agent {
  return {
    ...{ hasPort: false, isPresent: false, self: undefined, facts: undefined, jobs: [] },
    get now() {
      return now();
    },
    can: () => false,
    request: (request) => fail('agent.cannot', { what: NEEDS[request] }),
    cancel: () => false,
    capture: () => undefined,
    restore: () => {},
  };
}
