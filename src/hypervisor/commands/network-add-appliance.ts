/** A router, a gateway or the like is plugged into switches of a host. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { ApplianceSpec } from '#base/scenario';
import { applianceShape, fillAppliance, shortAppliance } from '../shapes/network.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly appliance: ApplianceSpec;
}

export const networkAddAppliance: CommandDefinition<'network.addAppliance', Args> = defineCommand({
  op: 'network.addAppliance',
  shape: (registries) => v.strictObject({ appliance: applianceShape(registries) }),
  fill: ({ appliance }: Args): Args => ({ appliance: fillAppliance(appliance) }),
  short: ({ appliance }, _, registries) => ({ appliance: shortAppliance(appliance, registries) }),
  undo: ({ appliance }) => ({
    op: 'network.removeAppliance',
    args: { appliance: appliance.name, was: appliance },
  }),
  run({ appliance }, host) {
    const { name, kind } = appliance;
    const { network } = host;
    if (network.hasName(name) || host.vmTable.find(name) !== undefined)
      return fail('network.nameTaken', { name });
    if (network.appliances.length >= LIMITS.appliancesPerHost)
      return fail('network.tooMany', { limit: LIMITS.appliancesPerHost });
    const lost = network.switchesOf(appliance).find((each) => !network.switches.has(each));
    if (lost !== undefined) return fail('network.noSwitch', { switch: lost });
    network.addAppliance(appliance);
    noteNetwork(host);
    tellOfNetwork(host, 'network.applianceAdded', { name, kind });
    return ok(null);
  },
});
