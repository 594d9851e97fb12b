/** The guest agent does a workload: so much of a processor, of memory or of a disk. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Work {
  readonly work: string;
}

/** What a workload may be: `cpu PERCENT SECONDS`, `memory MIB SECONDS`, `disk MIB [FILE]`. */
const WORK = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^(?:cpu|memory) \d{1,4} \d{1,4}$|^disk \d{1,4}(?: \/[\x21-\x7e]+)?$/, 'scenario.badText'),
);

export const vmWork: CommandDefinition<'vm.work', { readonly vm: string } & Work> = defineVmCommand<
  'vm.work',
  Work
>({
  op: 'vm.work',
  from: ['running'],
  more: { work: WORK },
  tells: ({ work }) => ({ work }),
  run(vm, { work }) {
    const request = vm.agent.request('work', work);
    return request.ok ? ok(null) : request;
  },
});
