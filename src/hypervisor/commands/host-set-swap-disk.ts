/** The swap disk of a host fails, or works again: what becomes of VMs that need it then. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { maybe } from '../shapes/document.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly works: boolean;
  /** What fails alone, where it does not work; reading and writing unless said. */
  readonly fails?: 'reads' | 'writes';
}

const BROKEN = {
  both: 'host.swapDiskBroken',
  reads: 'host.swapDiskNoReads',
  writes: 'host.swapDiskNoWrites',
} as const;

export const hostSetSwapDisk: CommandDefinition<'host.setSwapDisk', Args> = defineCommand({
  op: 'host.setSwapDisk',
  shape: () =>
    v.strictObject({ works: v.boolean(), fails: v.exactOptional(v.picklist(['reads', 'writes'])) }),
  fill: ({ works, fails }: Args): Args => ({ works, ...maybe('fails', fails) }),
  short: ({ works, fails }) => ({ works, ...maybe('fails', fails) }),
  run({ works, fails }, { log, now, management }) {
    management.setSwapDisk(works || fails === 'writes', works || fails === 'reads');
    const code = works ? 'host.swapDiskWorks' : BROKEN[fails ?? 'both'];
    log.add({ at: now, severity: works ? 'info' : 'warning', code, data: {} });
    return ok(null);
  },
});
