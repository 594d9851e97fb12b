/** A host gets one more switch. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { SwitchSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { fillSwitch, shortSwitch, switchShape } from '../shapes/network.ts';
import { COUNT } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly switch: SwitchSpec;
  /** Among the others, from 0: where one was that comes back; the last unless said. Physical cards are numbered so. */
  readonly place?: number;
}

export const networkAddSwitch: CommandDefinition<'network.addSwitch', Args> = defineCommand({
  op: 'network.addSwitch',
  shape: (registries) => v.strictObject({ switch: switchShape(registries), place: v.exactOptional(COUNT) }),
  fill: ({ switch: spec, place }: Args): Args => ({ switch: fillSwitch(spec), ...maybe('place', place) }),
  short: ({ switch: spec, place }, _, registries) => ({
    switch: shortSwitch(spec, registries),
    ...maybe('place', place),
  }),
  addsSwitch: ({ switch: { name } }) => name,
  undo: ({ switch: { name, parts }, place }) => ({
    op: 'network.removeSwitch',
    args: { switch: name, was: { name, ...maybe('parts', parts) }, ...maybe('place', place) },
  }),
  run({ switch: spec, place }, host) {
    const { name } = spec;
    if (host.network.hasName(name) || host.vmTable.find(name) !== undefined)
      return fail('network.nameTaken', { name });
    if (host.network.switches.size >= LIMITS.switchesPerHost)
      return fail('network.tooMany', { limit: LIMITS.switchesPerHost });
    // A card that was given whole keeps its number.
    if (place !== undefined && host.vmTable.passThrough.hasCardFrom(place))
      return fail('network.inUse', { switch: name });
    host.network.addSwitch(spec, place);
    noteNetwork(host);
    tellOfNetwork(host, 'network.switchAdded', { switch: name });
    return ok(null);
  },
});
