/**
 * vCPUs that a VM gets or gives back while it is there. All that it could have are in its device tree; SBI starts those that it was given
 * and no other. The guest has to take one up, or let it go: its agent is asked, or it does so by itself.
 */
import { fail, ok, type Result } from '#base/result';
import { possibleVcpus, type VmSpec } from '#base/scenario';
import { maybe } from '../shapes/document.ts';
import type { Vm } from './vm.ts';

/** What an agent says that it can. */
const PROCESSORS = 'processors';

/** vCPUs behind the first so many that the guest uses, the last first. */
function usedBehind({ vcpus }: Vm, count: number): readonly number[] {
  return vcpus
    .filter(({ index, state }) => index >= count && state !== 'off')
    .map(({ index }) => index)
    .reverse();
}

/** The vCPUs that a VM shall have from now on; refused where that is more than it can have, or its guest uses one that nobody can take. */
export function setVcpus(vm: Vm, count: number): Result<null> {
  const { spec, agent } = vm;
  const limit = possibleVcpus(spec);
  if (count > limit) return fail('vm.vcpusMost', { vm: spec.name, vcpus: count, limit });
  const canAsk = vm.isRunning && agent.can(PROCESSORS);
  const taken = usedBehind(vm, count);
  if (taken.length > 0 && !canAsk)
    return fail('vm.vcpuInUse', { vm: spec.name, vcpu: taken.at(-1) ?? count });
  vm.spec = withVcpus(spec, count);
  if (!canAsk) return ok(null);
  for (const index of taken) {
    const asked = agent.request('processor', `${index} off`);
    if (asked.ok) continue;
    keepUsed(vm);
    return asked;
  }
  for (let index = spec.vcpus; index < count; index++) {
    const asked = agent.request('processor', `${index} on`);
    if (!asked.ok) return asked;
  }
  return ok(null);
}

/** The guest has taken up a vCPU or let one go, or would not: what it goes on using it keeps. What it is still asked for is not known yet. */
export function processorAnswered(vm: Vm): void {
  const isAsked = vm.agent.jobs.some(({ request, state }) => request === 'processor' && state === 'waiting');
  if (!isAsked) keepUsed(vm);
}

function keepUsed(vm: Vm): void {
  const last = usedBehind(vm, vm.spec.vcpus)[0];
  if (last !== undefined) vm.spec = withVcpus(vm.spec, last + 1);
}

/** Another number of vCPUs, of as many as before. */
export function withVcpus(spec: VmSpec, vcpus: number): VmSpec {
  const { maxVcpus: _, ...others } = spec;
  const limit = possibleVcpus(spec);
  return { ...others, vcpus, ...maybe('maxVcpus', limit === vcpus ? undefined : limit) };
}
