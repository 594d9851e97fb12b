/** A router, a gateway or the like is plugged into switches of a host. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { ApplianceSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { applianceShape, fillAppliance, shortAppliance } from '../shapes/network.ts';
import { COUNT } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly appliance: ApplianceSpec;
  /** Among the others, from 0: where one was that comes back; the last unless said. Of two routers in one network the first is told to VMs. */
  readonly place?: number;
}

export const networkAddAppliance: CommandDefinition<'network.addAppliance', Args> = defineCommand({
  op: 'network.addAppliance',
  shape: (registries) =>
    v.strictObject({ appliance: applianceShape(registries), place: v.exactOptional(COUNT) }),
  fill: ({ appliance, place }: Args): Args => ({
    appliance: fillAppliance(appliance),
    ...maybe('place', place),
  }),
  short: ({ appliance, place }, _, registries) => ({
    appliance: shortAppliance(appliance, registries),
    ...maybe('place', place),
  }),
  undo: ({ appliance, place }) => ({
    op: 'network.removeAppliance',
    args: { appliance: appliance.name, was: appliance, ...maybe('place', place) },
  }),
  run({ appliance, place }, host) {
    const { name, kind } = appliance;
    const { network } = host;
    if (network.hasName(name) || host.vmTable.find(name) !== undefined)
      return fail('network.nameTaken', { name });
    if (network.appliances.length >= LIMITS.appliancesPerHost)
      return fail('network.tooMany', { limit: LIMITS.appliancesPerHost });
    const lost = network.lostSwitchOf(appliance);
    if (lost !== undefined) return fail('network.noSwitch', { switch: lost });
    network.addAppliance(appliance, place);
    noteNetwork(host);
    tellOfNetwork(host, 'network.applianceAdded', { name, kind });
    return ok(null);
  },
});
