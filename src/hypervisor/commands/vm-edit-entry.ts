/**
 * Sets or clears one bit of a page-table entry, to see what the next access does. A VS-stage entry is named by where it lies, and is
 * written as the guest itself could, with the fence that it would make; a G-stage leaf is named by an address that it maps.
 */
import * as v from 'valibot';
import { fail } from '#base/result';
import { PTE_SIZE } from '#machine/page-tables/page-table-entry';
import { editGuestEntry, editHostEntry } from '../memory/edit-entry.ts';
import { ADDRESS, whole } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

interface Edit {
  readonly stage: 'VS' | 'G';
  /** GPA: of the entry itself (VS), or of what the entry maps (G). */
  readonly gpa: string;
  /** From the least significant one. */
  readonly bit: number;
  readonly set: boolean;
}

export const vmEditEntry: CommandDefinition<'vm.editEntry', { readonly vm: string } & Edit> = defineVmCommand<
  'vm.editEntry',
  Edit
>({
  op: 'vm.editEntry',
  from: ['running', 'paused'],
  more: {
    stage: v.picklist(['VS', 'G']),
    gpa: ADDRESS,
    bit: whole({ least: 0, most: 63 }),
    set: v.boolean(),
  },
  tells: ({ stage, gpa, bit, set }) => ({ stage, gpa, bit, to: set ? 1 : 0 }),
  undo: ({ vm, stage, gpa, bit, set }) => ({ op: 'vm.editEntry', args: { vm, stage, gpa, bit, set: !set } }),
  run(vm, { stage, gpa, ...edit }, { management }) {
    const at = Number(gpa);
    if (gpa.trim() === '' || !Number.isSafeInteger(at) || at < 0 || (stage === 'VS' && at % PTE_SIZE !== 0))
      return fail('bad-address', { value: gpa });
    const place = { vm: vm.spec.name, memory: vm.memory, gpa: at };
    if (stage === 'G') return editHostEntry(place, edit, management.dirtyLogs.of(vm.slot) !== undefined);
    const result = editGuestEntry(place, edit);
    if (result.ok) for (const vcpu of vm.vcpus) vcpu.fence();
    return result;
  },
});
