/** A card that was plugged in is taken out: the guest is asked to let go of it first, and only if it is forced it goes anyway. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { CARD } from '../shapes/values.ts';
import { letGo } from '../vm/hot-plug.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Unplugged {
  /** From 0. */
  readonly card: number;
  /** Also while it is in use, or when nobody can be asked: what was under way is lost. */
  readonly force?: boolean;
}

export const vmUnplugCard: CommandDefinition<'vm.unplugCard', { readonly vm: string } & Unplugged> =
  defineVmCommand<'vm.unplugCard', Unplugged>({
    op: 'vm.unplugCard',
    from: ['created', 'stopped', 'running'],
    more: { card: CARD, force: v.exactOptional(v.boolean()) },
    tells: ({ card }) => ({ index: card }),
    run(vm, { card, force = false }, { vmTable }) {
      const gone = letGo(vm, 'card', card, force);
      if (!gone.ok) return gone;
      if (gone.value === 'now') vmTable.takeOut(vm, 'card', card);
      return ok(null);
    },
  });
