/** A switch gets something beside its ports, or that other settings, or has it no more. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { Settings } from '#base/scenario';
import { kindNamed } from '#machine/kind';
import { maybe } from '../shapes/document.ts';
import { shortSettings } from '../shapes/kinds.ts';
import { stageShape } from '../shapes/network.ts';
import type { Shape } from '../shapes/parse.ts';
import { NAME } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  readonly switch: string;
  readonly part: string;
  /** Nothing: it has it no more. */
  readonly settings: Settings | null;
  /** What they were, for who may want them back. */
  readonly was?: Settings | null;
}

export const switchSet: CommandDefinition<'switch.set', Args> = defineCommand({
  op: 'switch.set',
  shape: (registries) =>
    stageShape(registries.switchParts, 'part', (part, settings) =>
      v.strictObject({
        ...{ switch: NAME, part },
        settings: v.nullable(settings),
        was: v.exactOptional(v.nullable(settings)),
      }),
    ) as Shape<Args>,
  fill: ({ switch: at, part, settings, was }: Args): Args => ({
    ...{ switch: at, part, settings, ...maybe('was', was) },
  }),
  short: ({ settings, was, ...args }, _, { switchParts }) => {
    const short = (each: Settings | null): Settings | null =>
      each && shortSettings(kindNamed(switchParts, args.part), each);
    return { ...args, settings: short(settings), ...maybe('was', was === undefined ? was : short(was)) };
  },
  undo: ({ settings, was, ...args }) =>
    was === undefined ? undefined : { op: 'switch.set', args: { ...args, settings: was, was: settings } },
  run({ switch: at, part, settings }, host) {
    const found = host.network.switches.get(at);
    if (found === undefined) return fail('network.noSwitch', { switch: at });
    found.setPart(part, settings ?? undefined);
    noteNetwork(host);
    tellOfNetwork(host, settings === null ? 'network.partUnset' : 'network.partSet', { switch: at, part });
    return ok(null);
  },
});
