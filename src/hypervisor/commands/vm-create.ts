/** A new VM: it has its place on the host, and waits to be started. */
import * as v from 'valibot';
import type { VmSpec } from '#base/scenario';
import { checkVm, fillVm, shortVm, VM_SHAPE, type VmDocument } from '../shapes/vm.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly vm: VmSpec;
}
interface Document {
  readonly vm: VmDocument;
}

export const vmCreate: CommandDefinition<'vm.create', Args, Document> = defineCommand({
  op: 'vm.create',
  shape: () => v.strictObject({ vm: VM_SHAPE }),
  fill: ({ vm }: Document, { switches }): Args => ({ vm: fillVm(vm, switches) }),
  short: ({ vm }, { switches }) => ({ vm: shortVm(vm, switches) }),
  check: ({ vm }, host, where) => checkVm(vm, host, `${where}vm`),
  creates: ({ vm }) => ({ name: vm.name, spec: vm }),
  run: ({ vm }, { vmTable }) => vmTable.create(vm),
});
