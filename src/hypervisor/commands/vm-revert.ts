/** A VM is again what it was when a snapshot was taken; what it is now is gone, unless that is a snapshot too. */
import { VM_STATES } from '#base/catalogue/vm-life-cycle';
import { ok, type Result } from '#base/result';
import { SNAPSHOT_NAME } from '../shapes/values.ts';
import type { Reverting } from '../snapshot/vm-snapshots.ts';
import type { Vm } from '../vm/vm.ts';
import { type CommandDefinition, type CommandedHost, defineVmCommand } from './command.ts';
import { TOGETHER, type Together, vmsTogether } from './together.ts';

interface Args extends Together {
  readonly snapshot: string;
}

export const vmRevert: CommandDefinition<'vm.revert', { readonly vm: string } & Args> = defineVmCommand<
  'vm.revert',
  Args
>({
  op: 'vm.revert',
  from: VM_STATES,
  loses: true,
  more: { snapshot: SNAPSHOT_NAME, ...TOGETHER },
  tells: ({ snapshot }) => ({ name: snapshot }),
  run(vm, args, host) {
    const all = nodesOf(vm, args, host);
    const reverted = all.ok ? host.snapshots.revert(all.value) : all;
    if (!all.ok || !reverted.ok) return reverted.ok ? ok(null) : reverted;
    for (const { vm: other } of all.value)
      if (other !== vm) host.vmTable.tell(other, 'info', 'vm-revert', { name: args.snapshot });
    if (hasPeersAhead(all.value, host)) host.vmTable.tell(vm, 'info', 'vm.peersAhead', {});
    return ok(null);
  },
});

/** The snapshot of that name of each VM. */
function nodesOf(vm: Vm, args: Args, host: CommandedHost): Result<readonly Reverting[]> {
  const vms = vmsTogether(vm, args, host);
  if (!vms.ok) return vms;
  const all: Reverting[] = [];
  for (const each of vms.value) {
    const node = host.snapshots.find(each, args.snapshot);
    if (!node.ok) return node;
    all.push({ vm: each, node: node.value });
  }
  return ok(all);
}

/** True when others that run can have sent to a VM that does not know of it any more, or the reverse. */
function hasPeersAhead(all: readonly Reverting[], { vmTable }: CommandedHost): boolean {
  const reverted = all.map(({ vm }) => vm).filter(({ isRunning }) => isRunning);
  const switches = new Set(reverted.flatMap(({ spec }) => spec.nics.map((nic) => nic.switch)));
  return vmTable
    .list()
    .some(
      (vm) => vm.isRunning && !reverted.includes(vm) && vm.spec.nics.some((nic) => switches.has(nic.switch)),
    );
}
