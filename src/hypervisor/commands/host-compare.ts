/** The same work is typed to several VMs, one after the other, and what it costs each is counted: `comparison` is asked for that. */
import * as v from 'valibot';
import { COMPARED_IDS } from '#base/catalogue/compared-devices';
import { fail, ok } from '#base/result';
import type { ComparisonWork } from '../io/comparison/comparison.ts';
import { MOST_COMPARED } from '../io/comparison/state.ts';
import { NAME, TYPED, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

export const hostCompare: CommandDefinition<'host.compare', ComparisonWork> = defineCommand({
  op: 'host.compare',
  shape: () =>
    v.strictObject({
      device: v.picklist(COMPARED_IDS),
      vms: v.pipe(v.array(NAME), v.minLength(1), v.maxLength(MOST_COMPARED)),
      text: TYPED,
      operations: whole({ least: 1, most: 1_000_000 }),
    }),
  fill: ({ device, vms, text, operations }: ComparisonWork): ComparisonWork => ({
    ...{ device, vms, text, operations },
  }),
  short: (args) => args,
  run(work, { vmTable, comparison }) {
    for (const name of work.vms) {
      const vm = vmTable.find(name);
      if (vm === undefined) return fail('no-such-vm', { vm: name });
      if (!vm.isRunning) return fail('wrong-state', { state: vm.state, vm: name });
      if (!comparison.canCompare(work.device, vm)) return fail('compare.noDevice', { vm: name });
    }
    comparison.begin(work);
    return ok(null);
  },
});
