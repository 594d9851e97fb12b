/** The address spaces that a walk can be made in. */
import { fail, ok } from '#base/result';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { placeOf, type VcpuPlace } from '../../vcpu/place.ts';
import { type KnownSpace, knownSpaces } from '../known-spaces.ts';

export interface AddressSpaces {
  readonly vcpu: VcpuPlace;
  /**
   * That of the vCPU first, then those that the guest names (the kernel's, its processes'), then those that the vCPU ran in
   * lately, the latest first.
   */
  readonly spaces: readonly KnownSpace[];
  /** The guest's image says where its processes are. */
  readonly namesProcesses: boolean;
}

export const spaces: Question<'spaces', OfVcpu, AddressSpaces> = defineVcpuQuestion({
  id: 'spaces',
  text: {
    en: 'the address spaces of a guest: where a vCPU is and was lately, and the processes that the guest names',
    zh: '客户机的地址空间：某个 vCPU 当前与最近所在的，以及客户机列出的进程',
  },
  ask(vm, vcpu, _, host) {
    if (!vm.hasMemory) return fail('vm.off', { vm: vm.spec.name });
    const { list, namesProcesses } = knownSpaces(vm, vcpu, host.namesIn(vm), host.now);
    return ok({ vcpu: placeOf(vm, vcpu), spaces: list, namesProcesses });
  },
});
