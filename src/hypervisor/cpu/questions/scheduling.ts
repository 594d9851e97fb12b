/** Who decides which vCPU runs, what each VM is due, and what each vCPU has had: time on harts, time ready without one. */
import { USUAL_CPU_WEIGHT } from '#base/catalogue/usual';
import type { VcpuState } from '#base/catalogue/vcpu-states';
import { ok } from '#base/result';
import type { CpuSpec, KindSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { maybe } from '../../shapes/document.ts';
import type { Vcpu } from '../../vcpu/vcpu.ts';
import { ROUND_ROBIN } from '../schedulers/schedulers.ts';

export interface ScheduledVcpu {
  readonly index: number;
  readonly state: VcpuState;
  /** Where it runs, or ran last. */
  readonly hart?: number;
  readonly runNs: VirtualNs;
  /** Ready, without a hart: up to now. */
  readonly stealNs: VirtualNs;
  /** It is ready, but its VM has had what its cap allows in this period. */
  readonly held: boolean;
  /** What the scheduler promises it now; absent: nothing. */
  readonly longestWaitNs?: VirtualNs;
}
export interface ScheduledVm {
  readonly vm: string;
  /** As it is specified: nothing where all is as usual. */
  readonly cpu: CpuSpec;
  readonly weight: number;
  /** vCPUs that its guest may use, of so many that it could be given. */
  readonly given: number;
  readonly possible: number;
  readonly vcpus: readonly ScheduledVcpu[];
}
export interface SchedulingAnswer {
  readonly scheduler: KindSpec;
  /** Whom the host may be given. */
  readonly schedulers: readonly string[];
  readonly harts: number;
  readonly timeSliceNs: VirtualNs;
  readonly vms: readonly ScheduledVm[];
}

export const scheduling: Question<'scheduling', object, SchedulingAnswer> = defineQuestion({
  id: 'scheduling',
  text: {
    en: 'which scheduler shares the harts, what each VM is due, and what its vCPUs have had',
    zh: '由哪个调度器分配 hart、每台虚拟机应得多少、其 vCPU 已得多少',
  },
  arguments: {},
  ask: (_, host) =>
    ok({
      scheduler: host.spec.scheduler ?? { kind: ROUND_ROBIN.id },
      schedulers: host.registries.schedulers.map(({ id }) => id),
      ...{ harts: host.spec.harts, timeSliceNs: host.spec.timeSliceNs },
      vms: host.vms().map(({ spec: { name, cpu = {}, vcpus: given }, vcpus }) => ({
        ...{ vm: name, cpu, weight: cpu.weight ?? USUAL_CPU_WEIGHT, given, possible: vcpus.length },
        vcpus: vcpus.map((vcpu) => scheduled(host, vcpu)),
      })),
    }),
});

function scheduled({ dispatcher, now }: Host, vcpu: Vcpu): ScheduledVcpu {
  const { id, index, state, lastHart, runNs, stealNs, readySince } = vcpu;
  const wants = state === 'ready' || state === 'running';
  const longestNs = wants ? dispatcher.scheduler.longestWaitNs(id) : Number.POSITIVE_INFINITY;
  return {
    ...{ index, state, ...maybe('hart', lastHart < 0 ? undefined : lastHart), runNs },
    stealNs: stealNs + (state === 'ready' ? Math.max(0, now - readySince) : 0),
    held: dispatcher.caps.isHeld(id),
    ...maybe('longestWaitNs', Number.isFinite(longestNs) ? Math.round(longestNs) : undefined),
  };
}
