/**
 * What a VM may do with a range of its memory from now on, by the G-stage: whatever its own page tables permit. A range with no right at
 * all is a guard: who touches it is told of an access fault, as where there is no memory. It holds until the VM is switched off.
 */
import * as v from 'valibot';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok } from '#base/result';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { protectRange } from '../memory/protection.ts';
import { ADDRESS, size } from '../shapes/values.ts';
import { type CommandDefinition, defineVmCommand } from './command.ts';

/** As the G-stage can say it: what may be written can be read (privileged spec 12.3.1, table 33). */
const RIGHTS: Readonly<Record<'none' | 'r' | 'rw' | 'x' | 'rx' | 'rwx', number>> = {
  none: 0,
  r: PTE_R,
  rw: PTE_R | PTE_W,
  x: PTE_X,
  rx: PTE_R | PTE_X,
  rwx: PTE_R | PTE_W | PTE_X,
};

interface Range {
  /** Where it begins: a whole page. */
  readonly gpa: string;
  readonly bytes: number;
  readonly rights: keyof typeof RIGHTS;
}

export const vmProtect: CommandDefinition<'vm.protect', { readonly vm: string } & Range> = defineVmCommand<
  'vm.protect',
  Range
>({
  op: 'vm.protect',
  from: ['running', 'paused'],
  more: {
    gpa: ADDRESS,
    bytes: size({ least: PAGE_SIZE, most: LIMITS.vmMemoryBytes.most }, PAGE_SIZE),
    rights: v.picklist(['none', 'r', 'rw', 'x', 'rx', 'rwx']),
  },
  tells: ({ gpa, bytes, rights }) => ({ gpa, bytes, rights }),
  undo: ({ vm, gpa, bytes }) => ({ op: 'vm.protect', args: { vm, gpa, bytes, rights: 'rwx' } }),
  run({ spec, memory }, { gpa, bytes, rights }) {
    const from = Number(gpa);
    if (gpa.trim() === '' || !Number.isSafeInteger(from) || from % PAGE_SIZE !== 0)
      return fail('bad-address', { value: gpa });
    if (memory.slotOf(from, bytes) === undefined)
      return fail('vm.noSuchRange', { vm: spec.name, gpa, bytes });
    return protectRange(memory, from, bytes, RIGHTS[rights]) ? ok(null) : fail('vm.hostMemoryExhausted');
  },
});
