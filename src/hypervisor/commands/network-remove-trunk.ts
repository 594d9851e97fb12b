/** A cable between two switches of a host is taken away. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import type { TrunkSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { fillNumberedTrunk, numberedTrunkShape, shortTrunk } from '../shapes/network.ts';
import { COUNT } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  /** Its number. */
  readonly trunk: number;
  /** What it was, for who may want it back. */
  readonly was?: TrunkSpec;
}

export const networkRemoveTrunk: CommandDefinition<'network.removeTrunk', Args> = defineCommand({
  op: 'network.removeTrunk',
  shape: (registries) =>
    v.strictObject({ trunk: COUNT, was: v.exactOptional(numberedTrunkShape(registries)) }),
  fill: ({ trunk, was }: Args): Args => ({ trunk, ...maybe('was', was && fillNumberedTrunk(was)) }),
  short: ({ trunk, was }, _, registries) => ({
    trunk,
    ...maybe('was', was && shortTrunk(was, registries)),
  }),
  undo: ({ trunk, was }) =>
    was === undefined
      ? undefined
      : { op: 'network.addTrunk', args: { trunk: fillNumberedTrunk({ ...was, number: trunk }) } },
  run({ trunk }, host) {
    if (!host.network.trunks.some(({ number }) => number === trunk))
      return fail('network.noTrunk', { trunk });
    host.network.removeTrunk(trunk);
    noteNetwork(host);
    tellOfNetwork(host, 'network.trunkRemoved', { trunk });
    return ok(null);
  },
});
