/** The swap disk of a host fails, or works again: what becomes of VMs that need it then. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly works: boolean;
}

export const hostSetSwapDisk: CommandDefinition<'host.setSwapDisk', Args> = defineCommand({
  op: 'host.setSwapDisk',
  shape: () => v.strictObject({ works: v.boolean() }),
  fill: ({ works }: Args): Args => ({ works }),
  short: ({ works }) => ({ works }),
  run({ works }, { log, now, management }) {
    management.setSwapDisk(works);
    const code = works ? 'host.swapDiskWorks' : 'host.swapDiskBroken';
    log.add({ at: now, severity: works ? 'info' : 'warning', code, data: {} });
    return ok(null);
  },
});
