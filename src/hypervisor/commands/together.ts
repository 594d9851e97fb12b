/** Commands that several VMs of a host can be given at one instant: those that exchange packets stay of one mind. */
import * as v from 'valibot';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { Shape } from '../shapes/parse.ts';
import { listOf, NAME } from '../shapes/values.ts';
import type { Vm } from '../vm/vm.ts';
import type { CommandedHost } from './command.ts';

/** Further VMs, by name. */
export interface Together {
  readonly with?: readonly string[];
}
export const TOGETHER: { readonly with: Shape<readonly string[] | undefined> } = {
  with: v.exactOptional(listOf(NAME, LIMITS.vms)) as Shape<readonly string[] | undefined>,
};

/** The VM of a command and the others, each once. */
export function vmsTogether(
  vm: Vm,
  { with: names = [] }: Together,
  { vmTable }: CommandedHost,
): Result<readonly Vm[]> {
  const vms = new Set([vm]);
  for (const name of names) {
    const found = vmTable.find(name);
    if (found === undefined) return fail('no-such-vm', { vm: name });
    vms.add(found);
  }
  return ok([...vms]);
}
