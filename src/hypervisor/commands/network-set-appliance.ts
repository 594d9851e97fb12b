/** A router, a gateway or the like gets other settings. Its other cables stay in; a router keeps what it knew of interfaces and routes that are as they were, of others nothing is known. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { ApplianceSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { applianceShape, fillAppliance, shortAppliance } from '../shapes/network.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly appliance: ApplianceSpec;
  /** What it was, for who may want it back. */
  readonly was?: ApplianceSpec;
}

export const networkSetAppliance: CommandDefinition<'network.setAppliance', Args> = defineCommand({
  op: 'network.setAppliance',
  shape: (registries) =>
    v.strictObject({
      ...{ appliance: applianceShape(registries), was: v.exactOptional(applianceShape(registries)) },
    }),
  fill: ({ appliance, was }: Args): Args => ({
    ...{ appliance: fillAppliance(appliance), ...maybe('was', was && fillAppliance(was)) },
  }),
  short: ({ appliance, was }, _, registries) => ({
    appliance: shortAppliance(appliance, registries),
    ...maybe('was', was && shortAppliance(was, registries)),
  }),
  undo: ({ appliance, was }) =>
    was === undefined ? undefined : { op: 'network.setAppliance', args: { appliance: was, was: appliance } },
  run({ appliance }, host) {
    const { name, kind } = appliance;
    const { network } = host;
    if (!network.appliances.some((each) => each.name === name && each.kind === kind))
      return fail('network.noAppliance', { name });
    const lost = network.lostSwitchOf(appliance);
    if (lost !== undefined) return fail('network.noSwitch', { switch: lost });
    network.setAppliance(appliance);
    noteNetwork(host);
    tellOfNetwork(host, 'network.applianceSet', { name });
    return ok(null);
  },
});
