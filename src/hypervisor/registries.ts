/**
 * What a host can be made of, and what it can be told: a list for each kind of thing that a specification, a command or a
 * question names. A host is created with such lists; whoever has kinds of their own passes longer ones, and nothing that is
 * shared changes.
 */
import type { LaterPart } from '#base/later';
import type { DiskKind } from '#machine/devices/disk/disk';
import { DISK_KINDS } from '#machine/devices/disk/disk-kinds';
import type { DeviceKind } from '#machine/devices/virtio/device-kind';
import { DEVICE_KINDS } from '#machine/devices/virtio/device-kinds';
import { ADJUSTMENT } from './adjustment/adjustment.ts';
import { allKinds } from './all-kinds.ts';
import { BARE } from './bare/state.ts';
import * as ALL_COMMANDS from './commands/all.ts';
import type { CommandDefinition } from './commands/command.ts';
import { LOOKING } from './cpu/looking-part.ts';
import type { SchedulerKind } from './cpu/schedulers/scheduler.ts';
import { SCHEDULERS } from './cpu/schedulers/schedulers.ts';
import { COMPARING } from './io/comparison/host-comparison.ts';
import { EMULATION } from './io/emulation.ts';
import type { DiskModelKind } from './io/media/model.ts';
import { DISK_MODELS } from './io/media/models.ts';
import { PASSING } from './io/passthrough/host-devices.ts';
import type { IoSchedulerKind } from './io/scheduling/io-scheduler.ts';
import { IO_SCHEDULERS } from './io/scheduling/io-schedulers.ts';
import { LaterParts } from './later.ts';
import { DEFLATE } from './memory/compression/deflate.ts';
import { POLICIES } from './memory/swap/policies/policies.ts';
import type { PolicyKind } from './memory/swap/policies/policy.ts';
import { AGES } from './memory/tracking/access-log.ts';
import { RECORDING } from './memory/tracking/reference-recorder.ts';
import { ALARMING } from './monitor/alarm-state.ts';
import { MEASURED_METRICS, type MeasuredMetric } from './monitor/measures.ts';
import type { ApplianceKind } from './network/appliances/appliance.ts';
import { APPLIANCES } from './network/appliances/appliances.ts';
import { switches } from './network/questions/switches.ts';
import type { StageKind } from './network/stages/stage.ts';
import { PORT_STAGES } from './network/stages/stages.ts';
import type { SwitchPartKind } from './network/switch-parts/switch-part.ts';
import { SWITCH_PARTS } from './network/switch-parts/switch-parts.ts';
import type { Question } from './questions/question.ts';
import { QuestionList } from './questions/question-list.ts';
import { REMOTE } from './remote-desktop/remote.ts';
import { GUEST_AGENT } from './vm/agent/agent-door.ts';

export type { Question } from './questions/question.ts';
export { QuestionList } from './questions/question-list.ts';

export interface Registries {
  /** What is measured of each VM; the position is that of a value in samples. */
  readonly metrics: readonly MeasuredMetric[];
  readonly devices: readonly DeviceKind[];
  /** What the content of disks can lie in. */
  readonly disks: readonly DiskKind[];
  /** Stages of switch ports, in the order in which frames pass them. */
  readonly stages: readonly StageKind[];
  /** What a switch can have beside its ports, in the order in which frames meet them. */
  readonly switchParts: readonly SwitchPartKind[];
  /** What can hang at switches and is no VM. */
  readonly appliances: readonly ApplianceKind[];
  readonly schedulers: readonly SchedulerKind[];
  /** Which page leaves RAM when there is too little of it. */
  readonly policies: readonly PolicyKind[];
  /** What physical disks cost in time, and whose request is next. */
  readonly diskModels: readonly DiskModelKind[];
  readonly ioSchedulers: readonly IoSchedulerKind[];
  readonly commands: readonly CommandDefinition[];
  readonly questions: QuestionList;
  /** Code that no plain lab needs. */
  readonly parts: readonly LaterPart[];
}

/** What the page asks as soon as it shows a lab. */
const AT_ONCE: readonly Question[] = [switches];

/** Parts of hosts that come when they are wanted, those of kinds aside, which stand in the rows of these. */
const LATER_PARTS: readonly LaterPart[] = [
  ADJUSTMENT,
  AGES,
  ALARMING,
  BARE,
  EMULATION,
  PASSING,
  REMOTE,
  DEFLATE,
  GUEST_AGENT,
  COMPARING,
  RECORDING,
  LOOKING,
];

/** The lists of the product. */
export const REGISTRIES: Registries = {
  metrics: MEASURED_METRICS,
  devices: DEVICE_KINDS,
  disks: DISK_KINDS,
  stages: PORT_STAGES,
  switchParts: SWITCH_PARTS,
  appliances: APPLIANCES,
  schedulers: SCHEDULERS,
  policies: POLICIES,
  diskModels: DISK_MODELS,
  ioSchedulers: IO_SCHEDULERS,
  commands: Object.values(ALL_COMMANDS),
  parts: LATER_PARTS,
  questions: new QuestionList(AT_ONCE, async () => Object.values(await import('./questions/all.ts'))),
};

/** What of these lists comes later. */
export function laterParts(registries: Registries): LaterParts {
  return new LaterParts(registries.parts, allKinds(registries));
}

/** Sees to it that all of it is here, questions too, for who makes hosts and asks them without waiting. */
export async function comeWhole(registries: Registries): Promise<void> {
  await Promise.all([registries.questions.come(), laterParts(registries).come()]);
}
