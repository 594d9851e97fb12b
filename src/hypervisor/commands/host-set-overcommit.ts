/** How much memory a host may promise to its VMs together from now on; what is promised stays so. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { ok } from '#base/result';
import { maybe } from '../shapes/document.ts';
import { whole } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  /** Of its RAM, in percent; all that VMs ask for unless said. */
  readonly percent?: number;
}

export const hostSetOvercommit: CommandDefinition<'host.setOvercommit', Args> = defineCommand({
  op: 'host.setOvercommit',
  shape: () => v.strictObject({ percent: v.exactOptional(whole(LIMITS.overcommitPercent)) }),
  fill: ({ percent }: Args): Args => maybe('percent', percent),
  short: ({ percent }) => maybe('percent', percent),
  run({ percent }, host) {
    const { overcommitPercent: _, ...memory } = host.spec.memory ?? {};
    host.spec = { ...host.spec, memory: { ...memory, ...maybe('overcommitPercent', percent) } };
    const code = percent === undefined ? 'host.overcommitFree' : 'host.overcommitLimited';
    const data: Readonly<Record<string, number>> = percent === undefined ? {} : { percent };
    host.log.add({ at: host.now, severity: 'info', code, data });
    return ok(null);
  },
});
