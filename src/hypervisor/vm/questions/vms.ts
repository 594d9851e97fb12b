/** All VMs of a host: how each is, and what is measured of it. */
import { ok } from '#base/result';
import { describeVm, type VmDescription } from '../../monitor/description.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';

export interface VmRow extends VmDescription {
  /** Addresses of its cards, those too that its specification does not give. */
  readonly macs: readonly string[];
  /** Each metric as it is now: counters since the VM was created, levels. */
  readonly measures: Readonly<Record<string, number>>;
}

export const vms: Question<'vms', object, readonly VmRow[]> = defineQuestion({
  id: 'vms',
  text: {
    en: 'all VMs of the host: how each is, and each metric of it as it is now',
    zh: '主机的全部虚拟机：各自的状态与各项指标的当前值',
  },
  arguments: {},
  ask: (_, host) =>
    ok(host.vms().map((vm) => ({ ...describeVm(vm), macs: vm.macs, measures: vm.measure() }))),
});
