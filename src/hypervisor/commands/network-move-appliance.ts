/** The cable of an appliance goes to another switch, or to none. The appliance goes on as it is: what it has learned, given and counted stays. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import { maybe } from '../shapes/document.ts';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  /** Its name. */
  readonly appliance: string;
  /** Which of its ports. */
  readonly port: string;
  /** Of the host; nothing: the cable lies beside it. */
  readonly switch: string | null;
  /** Where it was, for who may want it back there. */
  readonly was?: string | null;
}

export const networkMoveAppliance: CommandDefinition<'network.moveAppliance', Args> = defineCommand({
  op: 'network.moveAppliance',
  shape: () =>
    v.strictObject({
      ...{ appliance: NAME, port: NAME, switch: v.nullable(NAME) },
      was: v.exactOptional(v.nullable(NAME)),
    }),
  fill: ({ appliance, port, switch: at, was }: Args): Args => ({
    ...{ appliance, port, switch: at, ...maybe('was', was) },
  }),
  short: (args) => args,
  undo: ({ switch: at, was, ...args }) =>
    was === undefined ? undefined : { op: 'network.moveAppliance', args: { ...args, switch: was, was: at } },
  run({ appliance: name, port, switch: at }, host) {
    const { network } = host;
    const found = network.appliances.find((each) => each.name === name);
    if (found === undefined) return fail('network.noAppliance', { name });
    if (!found.hasPort(port)) return fail('network.noPort', { switch: at ?? '', port: `${name}/${port}` });
    if (at !== null && !network.switches.has(at)) return fail('network.noSwitch', { switch: at });
    found.move(port, at ?? '');
    noteNetwork(host);
    if (at === null) tellOfNetwork(host, 'network.applianceLeft', { name, port });
    else tellOfNetwork(host, 'network.applianceMoved', { name, port, switch: at });
    return ok(null);
  },
});
