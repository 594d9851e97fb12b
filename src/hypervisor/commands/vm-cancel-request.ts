/** A request to the guest agent is given up. */
import { fail, ok } from '#base/result';
import { whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Cancel {
  /** Its number, as the question `agent` says it. */
  readonly request: number;
}

export const vmCancelRequest: CommandDefinition<'vm.cancelRequest', { readonly vm: string } & Cancel> =
  defineVmCommand<'vm.cancelRequest', Cancel>({
    op: 'vm.cancelRequest',
    from: ['running', 'paused'],
    more: { request: whole({ least: 1, most: 0xffff }) },
    tells: ({ request }) => ({ request }),
    run: (vm, { request }) => (vm.agent.cancel(request) ? ok(null) : fail('agent.noRequest', { request })),
  });
