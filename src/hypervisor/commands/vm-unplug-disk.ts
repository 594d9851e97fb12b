/** A disk that was plugged in is taken out: the guest is asked to let go of it first, and only if it is forced it goes anyway. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { DISK } from '../shapes/values.ts';
import { letGo } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Unplugged {
  /** From 0. */
  readonly disk: number;
  /** Also while it is in use, or when nobody can be asked: what was under way is lost. */
  readonly force?: boolean;
}

export const vmUnplugDisk: CommandDefinition<'vm.unplugDisk', { readonly vm: string } & Unplugged> =
  defineVmCommand<'vm.unplugDisk', Unplugged>({
    op: 'vm.unplugDisk',
    from: ['created', 'stopped', 'running'],
    more: { disk: DISK, force: v.exactOptional(v.boolean()) },
    tells: ({ disk }) => ({ index: disk }),
    run(vm, { disk, force = false }, { vmTable }) {
      const gone = letGo(vm, 'disk', disk, force);
      if (!gone.ok) return gone;
      if (gone.value === 'now') vmTable.takeOut(vm, 'disk', disk);
      return ok(null);
    },
  });
