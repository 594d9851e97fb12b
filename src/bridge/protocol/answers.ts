/**
 * What is said of the machine: the lab's description, and the answers to questions, whose types lie where they are answered.
 * Types only.
 */
import type { StopReport as HostStop } from '#hypervisor/cpu/debugger';

export type { Hex64 } from '#base/hex64';
export type { Breakpoint } from '#hypervisor/cpu/debugger';
export type { ByStage, MachineState } from '#hypervisor/cpu/questions/machine';
export type { Timeline } from '#hypervisor/cpu/questions/timeline';
export type { DeviceDetail, DeviceState, RegisterState } from '#hypervisor/io/monitor';
export type { QueueState } from '#hypervisor/io/queue-state';
export type { KnownSpace } from '#hypervisor/memory/known-spaces';
export type { FrameQuery } from '#hypervisor/memory/questions/frames';
export type { TlbEntry } from '#hypervisor/memory/questions/tlb';
export type {
  AccessKind,
  DrawnWalk,
  EntryFlags,
  WalkMode,
  WalkResult,
  WalkStep,
} from '#hypervisor/memory/questions/walk';
export type { SeenFrame } from '#hypervisor/network/capture/capture-ring';
export type { CapturePage } from '#hypervisor/network/capture/questions/capture';
export type { CapturesAnswer } from '#hypervisor/network/capture/questions/captures';
export type { PassingFrame } from '#hypervisor/network/capture/questions/passing';
export type { TraceStep } from '#hypervisor/network/capture/questions/trace';
export type { BandwidthView } from '#hypervisor/network/switch-parts/bandwidth/view';
export type { TreePortView, TreeView } from '#hypervisor/network/switch-parts/spanning-tree/view';
export type { AnswerOf, ArgumentsOf, QuestionId } from '#hypervisor/questions';
export type { Timed } from '#hypervisor/questions/question';
export type { VcpuPlace } from '#hypervisor/vcpu/place';
export type { CodeLine, CodeView } from '#hypervisor/vcpu/questions/code';
export type { NamedAddress } from '#hypervisor/vcpu/questions/names';
export type { CsrValue, VcpuRegisters } from '#hypervisor/vcpu/questions/registers';
export type { Stack, StackWord } from '#hypervisor/vcpu/questions/stack';
export type {
  ApplianceDescription,
  HostDescription,
  LabDescription,
  SwitchPlace,
  VmCommandDescription,
  VmDescription,
} from './description.ts';

/** A VM of the lab: index of its host in the scenario, and its name there. */
export interface VmRef {
  readonly host: number;
  readonly vm: string;
}

/** Why the lab stands where it stands: on which host, and why that one does. */
export type StopReport = HostStop & { readonly host: number };
