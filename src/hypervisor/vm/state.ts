/** What a snapshot holds of a VM. */
import { LIMITS } from '#base/catalogue/limits';
import { VM_STATES, type VmState } from '#base/catalogue/vm-life-cycle';
import type { ErrorData } from '#base/result';
import { SnapshotFormatError } from '#base/state/bytes';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, oneOf, optional, type Type, text, upTo, written } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { BYTE_RING, type ByteRingState } from '#machine/devices/byte-ring';
import { BUS, type BusState } from '#machine/devices/mmio-bus';
import { ADDRESS_SPACE, type AddressSpaceState } from '../memory/address-space.ts';
import { CONSOLE_LOG, type ConsoleLogState } from '../monitor/console-log.ts';
import { EXIT_DETAILS, type ExitDetail } from '../monitor/exit-details.ts';
import { SAMPLES, type SamplesState } from '../monitor/metrics.ts';
import { VCPU, type VcpuSnapshot } from '../vcpu/state.ts';

/** Why a VM stopped or failed: a code that selects the text, with data. */
export interface VmReason {
  readonly code: string;
  readonly data: ErrorData;
}

/** Consoles of a VM; typed bytes go to the one that the guest spoke on last. */
export const TERMINALS = ['none', 'debug', 'serial', 'virtio'] as const;
export type Terminal = (typeof TERMINALS)[number];

export interface VmSnapshot {
  readonly state: VmState;
  readonly reason: VmReason | undefined;
  readonly startedAtNs: VirtualNs;
  readonly pausedAtNs: VirtualNs;
  readonly timeDelta: number;
  /** What asks the guest to shut down, typed on its console. */
  readonly shutDownText: string;
  readonly terminal: Terminal;
  readonly typed: ByteRingState;
  readonly console: ConsoleLogState;
  readonly memory: AddressSpaceState;
  readonly vcpus: readonly VcpuSnapshot[];
  readonly devices: BusState;
  readonly samples: SamplesState;
  readonly exitDetails: readonly ExitDetail[];
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
  state: oneOf(...VM_STATES),
  reason: optional(declare<VmReason>('reason', { code: text(256), data: ERROR_DATA })),
  startedAtNs: integer,
  pausedAtNs: integer,
  timeDelta: integer,
  shutDownText: text(1024),
  terminal: oneOf(...TERMINALS),
  typed: BYTE_RING,
  console: CONSOLE_LOG,
  memory: ADDRESS_SPACE,
  vcpus: list(VCPU, upTo(LIMITS.vcpus)),
  devices: BUS,
  samples: SAMPLES,
  exitDetails: EXIT_DETAILS,
});
