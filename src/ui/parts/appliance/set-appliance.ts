/** What an appliance is to be from now on, with what takes it back. Plain data, no React. */
import type { ApplianceDescription } from '#bridge/protocol/answers';
import type { Command } from '#bridge/protocol/lab-api';
import type { Deed } from '../deeds/deeds.ts';

type Spec = ApplianceDescription['spec'];

export function applianceDeed(host: number, was: Spec, wanted: Spec): Deed {
  const set = (appliance: Spec, from: Spec): Command => ({
    op: 'network.setAppliance',
    args: { appliance, was: from },
  });
  return { kind: 'command', host, there: set(wanted, was), back: set(was, wanted) };
}
