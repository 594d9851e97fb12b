/** What a snapshot holds of a VM. */
import type { ErrorCode } from '#base/catalogue/error-codes';
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES, type VmState } from '#base/catalogue/vm-life-cycle';
import type { ErrorData } from '#base/result';
import type { VmSpec } from '#base/scenario';
import { VM_SPEC } from '#base/scenario-state';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare, since } from '#base/state/declare';
import { integer, list, oneOf, optional, type Type, text, u32, upTo, written } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { OPTIONAL_EXTENSIONS, type OptionalExtension, USUAL_EXTENSIONS } from '#isa/extensions';
import { BYTE_RING, type ByteRingState } from '#machine/devices/byte-ring';
import { BUS, type BusState } from '#machine/devices/mmio-bus';
import { ADDRESS_SPACE, type AddressSpaceState } from '../memory/address-space-state.ts';
import { VM_PAGES, type VmPages } from '../memory/vm-pages.ts';
import { ANSWERS, type AnswersState, NO_ANSWERS } from '../monitor/answers.ts';
import { CONSOLE_LOG, type ConsoleLogState } from '../monitor/console-log.ts';
import { EXIT_DETAILS, type ExitDetail } from '../monitor/exit-details.ts';
import { type AllSamplesState, NO_SAMPLES, SAMPLES } from '../monitor/metrics.ts';
import { VCPU, VCPU_PLACEMENT, type VcpuPlacement, type VcpuSnapshot } from '../vcpu/state.ts';
import { AGENT, type AgentState } from './agent/state.ts';

/** Why a VM stopped or failed: a code that selects the text, with data. */
export interface VmReason {
  readonly code: string;
  readonly data: ErrorData;
}

/** What a handler wants done once the exit is answered. */
export type VmRequest =
  | { readonly kind: 'shutdown' | 'reboot'; readonly isFailure: boolean }
  | { readonly kind: 'fail' | 'hold'; readonly code: ErrorCode; readonly data: ErrorData };

/** Consoles of a VM; typed bytes go to the one that the guest spoke on last. */
export const TERMINALS = ['none', 'debug', 'serial', 'virtio'] as const;
export type Terminal = (typeof TERMINALS)[number];

/** Of a VM itself, whatever host it is on: times are its own, pages are told by guest frame. */
export interface VmSnapshot extends AllSamplesState {
  readonly spec: VmSpec;
  readonly identity: number;
  readonly state: VmState;
  readonly reason: VmReason | undefined;
  /** The guest's `time`. */
  readonly guestTicks: number;
  /** Optional extensions that its harts had when it started: its guest may use them. */
  readonly extensions: readonly OptionalExtension[];
  /** What asks the guest to shut down, typed on its console. */
  readonly shutDownText: string;
  readonly terminal: Terminal;
  readonly typed: ByteRingState;
  readonly console: ConsoleLogState;
  readonly memory: VmPages;
  readonly vcpus: readonly VcpuSnapshot[];
  readonly devices: BusState;
  /** What it and its agent, if it has a port for one, have said to each other. */
  readonly agent: AgentState | undefined;
  /** How long it took to answer. */
  readonly answers: AnswersState;
  readonly exitDetails: readonly ExitDetail[];
}

/** Of its place on a host: the frames behind its pages, and what the host knows of its vCPUs. */
export interface VmPlacement {
  readonly startedAtNs: VirtualNs;
  readonly memory: AddressSpaceState;
  readonly vcpus: readonly VcpuPlacement[];
}

/** Data of an error, as JSON. */
const ERROR_DATA: Type<ErrorData> = written(text(4096), JSON.stringify, (json) => {
  const data = parsed(json);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new SnapshotFormatError('the data of a reason is no record');
  for (const value of Object.values(data))
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new SnapshotFormatError('the data of a reason holds what no text shows');
  return data as ErrorData;
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new SnapshotFormatError('the data of a reason is no JSON');
  }
}

export const VM: Declaration<VmSnapshot> = declare('vm', {
  spec: VM_SPEC,
  identity: u32,
  state: oneOf(...VM_STATES),
  reason: optional(declare<VmReason>('reason', { code: text(256), data: ERROR_DATA })),
  guestTicks: integer,
  // Before they were recorded, nearly all hosts had the usual ones.
  extensions: since(
    15,
    list(oneOf(...OPTIONAL_EXTENSIONS), upTo(OPTIONAL_EXTENSIONS.length)),
    USUAL_EXTENSIONS,
  ),
  shutDownText: text(1024),
  terminal: oneOf(...TERMINALS),
  typed: BYTE_RING,
  console: CONSOLE_LOG,
  memory: VM_PAGES,
  vcpus: list(VCPU, upTo(LIMITS.vcpus)),
  devices: BUS,
  agent: since(7, optional(AGENT), undefined),
  samples: SAMPLES,
  finest: since(11, SAMPLES, NO_SAMPLES),
  coarse: since(11, SAMPLES, NO_SAMPLES),
  answers: since(12, ANSWERS, NO_ANSWERS),
  exitDetails: EXIT_DETAILS,
});

export const VM_PLACEMENT: Declaration<VmPlacement> = declare('vm placement', {
  startedAtNs: integer,
  memory: ADDRESS_SPACE,
  vcpus: list(VCPU_PLACEMENT, upTo(LIMITS.vcpus)),
});
