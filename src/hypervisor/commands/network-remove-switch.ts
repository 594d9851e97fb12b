/** A switch goes away at which nothing hangs. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { SwitchSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { fillSwitch, shortSwitch, switchShape } from '../shapes/network.ts';
import { COUNT, NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly switch: string;
  /** What it was, for who may want it back. */
  readonly was?: SwitchSpec;
  /** Where it was among the others, from 0, for the same. */
  readonly place?: number;
}

export const networkRemoveSwitch: CommandDefinition<'network.removeSwitch', Args> = defineCommand({
  op: 'network.removeSwitch',
  shape: (registries) =>
    v.strictObject({
      switch: NAME,
      was: v.exactOptional(switchShape(registries)),
      place: v.exactOptional(COUNT),
    }),
  fill: ({ switch: name, was, place }: Args): Args => ({
    ...{ switch: name, ...maybe('was', was && fillSwitch(was)), ...maybe('place', place) },
  }),
  short: ({ switch: name, was, place }, _, registries) => ({
    ...{ switch: name, ...maybe('was', was && shortSwitch(was, registries)), ...maybe('place', place) },
  }),
  undo: ({ was, place }) =>
    was === undefined
      ? undefined
      : { op: 'network.addSwitch', args: { switch: was, ...maybe('place', place) } },
  run({ switch: name }, host) {
    const found = host.network.switches.get(name);
    if (found === undefined) return fail('network.noSwitch', { switch: name });
    const number = [...host.network.switches.keys()].indexOf(name);
    // Physical cards are numbered like their switches, those that VMs were given whole too.
    if (found.ports.length > 0 || host.vmTable.passThrough.hasCardFrom(number))
      return fail('network.inUse', { switch: name });
    host.network.removeSwitch(name);
    noteNetwork(host);
    tellOfNetwork(host, 'network.switchRemoved', { switch: name });
    return ok(null);
  },
});
