/** A host gets one more switch. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { SwitchSpec } from '#base/scenario';
import { fillSwitch, shortSwitch, switchShape } from '../shapes/network.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly switch: SwitchSpec;
}

export const networkAddSwitch: CommandDefinition<'network.addSwitch', Args> = defineCommand({
  op: 'network.addSwitch',
  shape: (registries) => v.strictObject({ switch: switchShape(registries) }),
  fill: ({ switch: spec }: Args): Args => ({ switch: fillSwitch(spec) }),
  short: ({ switch: spec }, _, registries) => ({ switch: shortSwitch(spec, registries) }),
  addsSwitch: ({ switch: { name } }) => name,
  undo: ({ switch: { name, parts } }) => ({
    op: 'network.removeSwitch',
    args: { switch: name, was: { name, ...(parts === undefined ? {} : { parts }) } },
  }),
  run({ switch: spec }, host) {
    const { name } = spec;
    if (host.network.hasName(name) || host.vmTable.find(name) !== undefined)
      return fail('network.nameTaken', { name });
    if (host.network.switches.size >= LIMITS.switchesPerHost)
      return fail('network.tooMany', { limit: LIMITS.switchesPerHost });
    host.network.addSwitch(spec);
    noteNetwork(host);
    tellOfNetwork(host, 'network.switchAdded', { switch: name });
    return ok(null);
  },
});
