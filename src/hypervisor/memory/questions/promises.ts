/** How much memory a host has promised to its VMs, and may promise together: what decides whether one may start. */
import { PAGE_SIZE } from '#base/addresses';
import type { AllocationMode } from '#base/catalogue/allocation-modes';
import { ok } from '#base/result';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { limitOf, promisedTo } from '../admission.ts';

export interface PromisedVm {
  readonly vm: string;
  readonly allocation: AllocationMode;
  /** What it may have at most, and what it has been promised: nothing while it is off. */
  readonly memoryBytes: number;
  readonly promisedBytes: number;
  /** Frames that it has now, as bytes; those of its tables apart. */
  readonly heldBytes: number;
}
export interface PromisesAnswer {
  readonly ramBytes: number;
  /** Of the RAM, in percent, and as bytes; absent: it promises what VMs ask for. */
  readonly limitPercent?: number;
  readonly limitBytes?: number;
  readonly promisedBytes: number;
  readonly vms: readonly PromisedVm[];
}

export const promises: Question<'promises', object, PromisesAnswer> = defineQuestion({
  id: 'promises',
  text: {
    en: 'how much memory the host has promised to its VMs, and how much it may promise',
    zh: '主机已向各虚拟机承诺多少内存，以及最多可承诺多少',
  },
  arguments: {},
  ask(_, host) {
    const ramBytes = host.machine.ram.sizeBytes;
    const limitPercent = host.spec.memory?.overcommitPercent;
    const vms = host.vms().map((vm) => ({
      ...{ vm: vm.spec.name, allocation: vm.spec.allocation, memoryBytes: vm.spec.memoryBytes },
      promisedBytes: vm.hasMemory ? promisedTo(vm) : 0,
      heldBytes: vm.memory.dataFrames * PAGE_SIZE,
    }));
    return ok({
      ramBytes,
      ...(limitPercent === undefined ? {} : { limitPercent, limitBytes: limitOf(ramBytes, limitPercent) }),
      promisedBytes: vms.reduce((sum, { promisedBytes }) => sum + promisedBytes, 0),
      vms,
    });
  },
});
