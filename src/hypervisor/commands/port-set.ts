/**
 * A stage of a switch's port gets other settings, or is taken out (one that every port has: is as usual again). Ports have names:
 * `vm/0` for a card, `trunk/0`, `link/0`, `appliance/port`.
 */
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
  readonly port: string;
  readonly stage: string;
  /** Nothing: as usual, or not at all. */
  readonly settings: Settings | null;
  /** What they were, for who may want them back. */
  readonly was?: Settings | null;
}

/** `vm/0`: a name, and a number or a name. */
export const PORT_PATH: Shape<string> = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/, 'scenario.badName'),
);

export const portSet: CommandDefinition<'port.set', Args> = defineCommand({
  op: 'port.set',
  shape: (registries) => {
    const common = { switch: NAME, port: PORT_PATH };
    return stageShape(registries.stages, 'stage', (stage, settings) =>
      v.strictObject({
        ...common,
        stage,
        settings: v.nullable(settings),
        was: v.exactOptional(v.nullable(settings)),
      }),
    ) as Shape<Args>;
  },
  fill: ({ switch: at, port, stage, settings, was }: Args): Args => ({
    ...{ switch: at, port, stage, settings, ...maybe('was', was) },
  }),
  short: ({ settings, was, ...args }, _, { stages }) => {
    const short = (each: Settings | null): Settings | null =>
      each && shortSettings(kindNamed(stages, args.stage), each);
    return { ...args, settings: short(settings), ...maybe('was', was === undefined ? was : short(was)) };
  },
  undo: ({ settings, was, ...args }) =>
    was === undefined ? undefined : { op: 'port.set', args: { ...args, settings: was, was: settings } },
  run(args, host) {
    const { switch: at, port, stage, settings } = args;
    if (!host.network.switches.has(at)) return fail('network.noSwitch', { switch: at });
    const found = host.network.plugged(at, port);
    if (found === undefined) return fail('network.noPort', { switch: at, port });
    found.plug.setStage(stage, settings ?? undefined);
    if (found.kind === 'card') host.vmTable.noteCard(found.slot, found.card, found.plug);
    noteNetwork(host);
    const code = settings === null ? 'network.portUnset' : 'network.portSet';
    tellOfNetwork(host, code, { switch: at, port, stage });
    return ok(null);
  },
});
