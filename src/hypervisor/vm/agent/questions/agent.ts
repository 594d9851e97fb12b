/** What the guest agent of a VM has said, of itself and of its guest, and what it was asked. */
import { ok } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import { freeSlots, wholeAt } from '../../../io/slots.ts';
import type { Vioc } from '../../../io/vioc.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../../questions/question.ts';
import { maybe } from '../../../shapes/document.ts';
import { devicesOf } from '../../hot-plug.ts';
import type { AgentFacts, AgentSelf } from '../report.ts';
import type { AgentJob } from '../state.ts';

/** A request without the bytes of its file. */
export type AgentJobState = Omit<AgentJob, 'content' | 'sentBytes'>;

export interface PluggedDevice {
  readonly sort: 'disk' | 'card';
  readonly index: number;
  readonly slot: number;
  /** Of a disk. */
  readonly bytes?: number;
  /** The physical disk that it is, given whole, or the switch whose physical card it is. */
  readonly whole?: string;
  /** Of a card. */
  readonly switch?: string;
}

export interface AgentAnswer {
  /** The VM has a port at which an agent may be. */
  readonly hasPort: boolean;
  /** What the agent says of itself, if there is one. */
  readonly self?: AgentSelf;
  /** What it has said of its guest last, and how long ago in the guest's time. */
  readonly facts?: AgentFacts & { readonly agoNs: VirtualNs };
  /** Disks and cards that were plugged in, and slots that are empty. */
  readonly plugged: readonly PluggedDevice[];
  readonly freeSlots: number;
  /** The latest last. Times are the guest's. */
  readonly requests: readonly AgentJobState[];
}

export const agent: Question<'agent', OfVm, AgentAnswer> = defineVmQuestion({
  id: 'agent',
  text: {
    en: 'the guest agent of a VM: whether one is there, what it reports, and what it was asked',
    zh: '虚拟机的客户机代理：是否存在、报告了什么、被请求过什么',
  },
  ask({ agent: asked, spec, devices }) {
    const { self, facts } = asked;
    return ok({
      hasPort: asked.hasPort,
      ...(self === undefined ? {} : { self }),
      ...(facts === undefined ? {} : { facts: agoOf(facts, asked.now) }),
      plugged: pluggedIn(spec, devices),
      freeSlots: freeSlots(devices).length,
      requests: asked.jobs.map(({ content: _, sentBytes: __, ...job }) => job),
    });
  },
});

function pluggedIn(spec: VmSpec, devices: Pick<Vioc, 'passed'>): PluggedDevice[] {
  return devicesOf(spec).flatMap(({ sort, index, slot }): PluggedDevice[] => {
    if (slot === undefined) return [];
    const whole = wholeAt(devices, slot)?.device?.name;
    if (sort === 'disk') {
      return [{ sort, index, slot, bytes: spec.disks[index]?.sizeBytes ?? 0, ...maybe('whole', whole) }];
    }
    return [{ sort, index, slot, switch: spec.nics[index]?.switch ?? '', ...maybe('whole', whole) }];
  });
}

function agoOf(
  { atNs, ...facts }: AgentFacts & { readonly atNs: VirtualNs },
  now: VirtualNs,
): AgentFacts & { readonly agoNs: VirtualNs } {
  return { ...facts, agoNs: now - atNs };
}
