/** A router, a gateway or the like is taken away. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { ApplianceSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { applianceShape, fillAppliance, shortAppliance } from '../shapes/network.ts';
import { COUNT, NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  /** Its name. */
  readonly appliance: string;
  /** What it was, for who may want it back: another one in its place, which knows nothing of what this one knew. */
  readonly was?: ApplianceSpec;
  /** Where it was among the others, from 0, for the same. */
  readonly place?: number;
}

export const networkRemoveAppliance: CommandDefinition<'network.removeAppliance', Args> = defineCommand({
  op: 'network.removeAppliance',
  shape: (registries) =>
    v.strictObject({
      appliance: NAME,
      was: v.exactOptional(applianceShape(registries)),
      place: v.exactOptional(COUNT),
    }),
  fill: ({ appliance, was, place }: Args): Args => ({
    ...{ appliance, ...maybe('was', was && fillAppliance(was)), ...maybe('place', place) },
  }),
  short: ({ appliance, was, place }, _, registries) => ({
    ...{ appliance, ...maybe('was', was && shortAppliance(was, registries)), ...maybe('place', place) },
  }),
  undo: ({ was, place }) =>
    was === undefined
      ? undefined
      : { op: 'network.addAppliance', args: { appliance: was, ...maybe('place', place) } },
  run({ appliance: name }, host) {
    if (!host.network.appliances.some((each) => each.name === name))
      return fail('network.noAppliance', { name });
    host.network.removeAppliance(name);
    noteNetwork(host);
    tellOfNetwork(host, 'network.applianceRemoved', { name });
    return ok(null);
  },
});
