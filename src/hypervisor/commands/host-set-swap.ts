/** A host begins to take frames back when it has too few, in another way, or ceases to; what has gone comes back when it is touched. */
import * as v from 'valibot';
import { ok } from '#base/result';
import type { SwapSpec } from '#base/scenario';
import { fillSwap, shortSwap, swapShapes } from '../shapes/host-memory.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Document extends Partial<SwapSpec> {
  readonly on: boolean;
}
interface Args extends SwapSpec {
  readonly on: boolean;
}

export const hostSetSwap: CommandDefinition<'host.setSwap', Args, Document> = defineCommand({
  op: 'host.setSwap',
  shape: (registries) => v.strictObject({ on: v.boolean(), ...swapShapes(registries) }),
  fill: ({ on, ...document }: Document): Args => ({ on, ...fillSwap(document) }),
  short: ({ on, ...swap }) => ({ on, ...shortSwap(swap) }),
  run({ on, ...swap }, { log, now, management }) {
    management.setSwap(on ? swap : undefined);
    log.add({ at: now, severity: 'info', code: on ? 'host.swapOn' : 'host.swapOff', data: { ...swap } });
    return ok(null);
  },
});
