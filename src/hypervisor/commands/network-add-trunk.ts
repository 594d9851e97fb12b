/** Two switches of a host are joined by one more cable. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import type { TrunkSpec } from '#base/scenario';
import { fillNumberedTrunk, numberedTrunkShape, shortTrunk } from '../shapes/network.ts';
import { type CommandDefinition, defineCommand } from './command.ts';
import { noteNetwork, tellOfNetwork } from './network-spec.ts';

interface Args {
  /** Its number is the next unless it says one. */
  readonly trunk: TrunkSpec;
}

export const networkAddTrunk: CommandDefinition<'network.addTrunk', Args> = defineCommand({
  op: 'network.addTrunk',
  shape: (registries) => v.strictObject({ trunk: numberedTrunkShape(registries) }),
  fill: ({ trunk }: Args): Args => ({ trunk: fillNumberedTrunk(trunk) }),
  short: ({ trunk }, _, registries) => ({ trunk: shortTrunk(trunk, registries) }),
  undo: ({ trunk }) =>
    trunk.number === undefined
      ? undefined
      : { op: 'network.removeTrunk', args: { trunk: trunk.number, was: trunk } },
  run({ trunk }, host) {
    const { network } = host;
    const { a, b } = trunk;
    for (const end of [a, b])
      if (!network.switches.has(end)) return fail('network.noSwitch', { switch: end });
    if (a === b) return fail('scenario.trunkToItself', { found: b });
    if (network.trunks.length >= LIMITS.trunksPerHost)
      return fail('network.tooMany', { limit: LIMITS.trunksPerHost });
    const next = 1 + Math.max(-1, ...network.trunks.map(({ number: taken }) => taken));
    const { number = next } = trunk;
    if (network.trunks.some((other) => other.number === number))
      return fail('network.nameTaken', { name: `trunk/${number}` });
    // One that comes back stands where it was: among those that commands number, in the order of their numbers.
    const greater = network.trunks.findIndex((other) => other.number > number);
    network.addTrunk({ ...trunk, number }, greater < 0 ? network.trunks.length : greater);
    noteNetwork(host);
    tellOfNetwork(host, 'network.trunkAdded', { trunk: number, a, b });
    return ok(null);
  },
});
