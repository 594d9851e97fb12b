/** A new VM: it has its place on the host, and waits to be started. */
import * as v from 'valibot';
import type { HeardCard } from '#base/card-conflicts';
import { fail } from '#base/result';
import type { VmSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import { checkVm, fillVm, HEARD, shortVm, type VmDocument, vmShape } from '../shapes/vm.ts';
import { type CommandDefinition, defineCommand } from './command.ts';

interface Heard {
  readonly heard?: readonly HeardCard[];
}
interface Args extends Heard {
  readonly vm: VmSpec;
}
interface Document extends Heard {
  readonly vm: VmDocument;
}

export const vmCreate: CommandDefinition<'vm.create', Args, Document> = defineCommand({
  op: 'vm.create',
  shape: (registries) => v.strictObject({ vm: vmShape(registries), heard: v.exactOptional(HEARD) }),
  plugsIn: true,
  fill: ({ vm, heard }: Document, { switches }): Args => ({
    vm: fillVm(vm, switches),
    ...maybe('heard', heard),
  }),
  short: ({ vm, heard }, { switches }, registries) => ({
    vm: shortVm(vm, switches, registries),
    ...maybe('heard', heard),
  }),
  check: ({ vm }, host, where) => checkVm(vm, host, `${where}vm`),
  creates: ({ vm }) => ({ name: vm.name, spec: vm }),
  run: ({ vm, heard }, { vmTable, spec, bare }) =>
    bare === undefined ? vmTable.create(vm, heard) : fail('scenario.ownSoftware', { host: spec.name }),
});
