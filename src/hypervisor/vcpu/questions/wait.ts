/** What a vCPU waits for. */
import { ok } from '#base/result';
import { defineVcpuQuestion, type OfVcpu, type Question } from '../../questions/question.ts';
import { type VcpuWait, waitOf } from '../wait.ts';

export const wait: Question<'wait', OfVcpu, VcpuWait> = defineVcpuQuestion<'wait', VcpuWait>({
  id: 'wait',
  text: {
    en: 'what a vCPU waits for that has nothing to do (a timer, a device, a page, another vCPU), and when it ends',
    zh: '没有事情可做的 vCPU 在等待什么（定时器、设备、页、另一个 vCPU），以及何时结束',
  },
  ask: (vm, vcpu, _, host) => ok(waitOf(host, vm, vcpu)),
});
