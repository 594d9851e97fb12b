/** A new VM: it has its place on the host, and waits to be started. */
import * as v from 'valibot';
import type { VmSpec } from '#base/scenario';
import { checkVm, fillVm, shortVm, type VmDocument, vmShape } from '../shapes/vm.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Args {
  readonly vm: VmSpec;
}
interface Document {
  readonly vm: VmDocument;
}

export const vmCreate: CommandDefinition<'vm.create', Args, Document> = defineCommand({
  op: 'vm.create',
  shape: (registries) => v.strictObject({ vm: vmShape(registries) }),
  fill: ({ vm }: Document, { switches }): Args => ({ vm: fillVm(vm, switches) }),
  short: ({ vm }, { switches }, registries) => ({ vm: shortVm(vm, switches, registries) }),
  check: ({ vm }, host, where) => checkVm(vm, host, `${where}vm`),
  creates: ({ vm }) => ({ name: vm.name, spec: vm }),
  run: ({ vm }, { vmTable }) => vmTable.create(vm),
});
