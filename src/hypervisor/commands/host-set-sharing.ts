/** A host begins to look for pages with the same content, or ceases to; what is shared stays so until it is written. */
import * as v from 'valibot';
import { ok } from '#base/result';
import type { SharingSpec } from '#base/scenario';
import { fillSharing, SHARING_SHAPES, shortSharing } from '../shapes/host-memory.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Document extends Partial<SharingSpec> {
  readonly on: boolean;
}
interface Args extends SharingSpec {
  readonly on: boolean;
}

export const hostSetSharing: CommandDefinition<'host.setSharing', Args, Document> = defineCommand({
  op: 'host.setSharing',
  shape: () => v.strictObject({ on: v.boolean(), ...SHARING_SHAPES }),
  fill: ({ on, ...document }: Document): Args => ({ on, ...fillSharing(document) }),
  short: ({ on, ...sharing }) => ({ on, ...shortSharing(sharing) }),
  run({ on, ...sharing }, { log, now, management }) {
    management.setSharing(on ? sharing : undefined);
    log.add({ at: now, severity: 'info', code: on ? 'host.sharingOn' : 'host.sharingOff', data: sharing });
    return ok(null);
  },
});
