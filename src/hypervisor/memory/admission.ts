/**
 * Whether a VM may start, and if not, why: what it asks for, what there is, and what would help. A host promises as much as it has,
 * or more where VMs get pages as they touch them; how much more at most is its limit of overcommitment.
 */
import { PAGE_SIZE } from '#base/addresses';
import { fail, ok, type Result } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { Balloon } from '#machine/devices/virtio/balloon/balloon';
import type { AddressSpace } from './address-space.ts';

/** A VM as admission sees it. */
export interface AdmittedVm {
  readonly spec: VmSpec;
  /** It has been started. */
  readonly hasMemory: boolean;
  readonly memory: AddressSpace;
  readonly devices: { readonly balloon: Balloon | undefined };
}

/** What a host can promise. */
export interface Promises {
  readonly ramBytes: number;
  /** Of its RAM, in percent, that VMs may be promised together; all that they ask for when absent. */
  readonly overcommitPercent: number | undefined;
}

/** What a VM has been promised: what it may use without asking. What was taken from it, and it gave, it may not. */
export function promisedTo({ spec, devices: { balloon } }: AdmittedVm): number {
  const removed = balloon === undefined ? 0 : Math.min(balloon.claimed('removal'), balloon.actualPages);
  return spec.memoryBytes - removed * PAGE_SIZE;
}

/** What a host may promise to VMs together. */
export function limitOf(ramBytes: number, overcommitPercent: number): number {
  return Math.floor((ramBytes * overcommitPercent) / 100);
}

/** The VM that has most of something. */
function most(vms: readonly AdmittedVm[], has: (vm: AdmittedVm) => number): { holder: string; held: number } {
  return vms.reduce((best, vm) => (has(vm) > best.held ? { holder: vm.spec.name, held: has(vm) } : best), {
    ...{ holder: '–', held: 0 },
  });
}

/** Whether a VM may be promised its memory beside those that have theirs. */
export function admit(
  { name, memoryBytes: asked }: VmSpec,
  vms: readonly AdmittedVm[],
  { ramBytes, overcommitPercent }: Promises,
): Result<null> {
  if (overcommitPercent === undefined) return ok(null);
  const others = vms.filter(({ spec, hasMemory }) => hasMemory && spec.name !== name);
  const promised = others.reduce((sum, vm) => sum + promisedTo(vm), 0);
  const limit = limitOf(ramBytes, overcommitPercent);
  const missing = promised + asked - limit;
  if (missing <= 0) return ok(null);
  return fail('vm.overcommitted', {
    ...{ vm: name, asked, promised, limit, missing },
    ...most(others, promisedTo),
  });
}

/** Why a VM had to give up for want of frames, when what it had taken is free again. */
export function shortage(
  { name, memoryBytes: asked }: VmSpec,
  vms: readonly AdmittedVm[],
  freeFrames: number,
): Result<never> {
  const free = freeFrames * PAGE_SIZE;
  return fail('vm.memoryShort', {
    ...{ vm: name, asked, free },
    ...most(vms, ({ memory }) => (memory.dataFrames + memory.tableFrames) * PAGE_SIZE),
  });
}
