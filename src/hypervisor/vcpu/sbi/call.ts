/** The shape of an SBI extension and of a call to it (SBI 2.0, chapter 3). Values come from guests. */
import { addressOf } from '#base/addresses';
import type { EventCode } from '#base/catalogue/event-codes';
import type { ErrorData } from '#base/result';
import type { VmSpec } from '#base/scenario';
import type { Hart } from '#machine/hart';
import type { PhysicalMemory } from '#machine/memory';
import { NOTHING_AWAITED } from '../../memory/address-space.ts';
import type { VmMemory } from '../../memory/vm-memory.ts';
import type { ExitDetails } from '../../monitor/exit-details.ts';
import type { Vcpu } from '../vcpu.ts';

/** Error codes (SBI 2.0, table 1). */
export const SBI_SUCCESS = 0;
export const SBI_ERR_FAILED = -1;
export const SBI_ERR_NOT_SUPPORTED = -2;
export const SBI_ERR_INVALID_PARAM = -3;
export const SBI_ERR_DENIED = -4;
export const SBI_ERR_INVALID_ADDRESS = -5;
export const SBI_ERR_ALREADY_AVAILABLE = -6;

/** What SBI functions may ask of the VM that calls. */
export interface SbiVm {
  readonly ram: PhysicalMemory;
  readonly memory: VmMemory;
  readonly vcpus: readonly Vcpu[];
  /** `vcpus`: how many of them it was given, the first. */
  readonly spec: Pick<VmSpec, 'vcpus'>;
  /** Bytes to the VM's console, from the debug console. */
  consoleOutput(bytes: Uint8Array): void;
  /** Takes typed bytes that wait for the debug console; the number taken. */
  consoleInput(target: Uint8Array): number;
  /** A vCPU that was off begins to run. */
  startVcpu(vcpu: Vcpu): void;
  /** The guest wants to end, or to begin anew. Done when the exit has been answered. */
  requestReset(kind: 'shutdown' | 'reboot', isFailure: boolean): void;
  /** Exits under finer names. */
  readonly exitDetails: ExitDetails;
  /** Tells people what the guest does; it goes on. */
  note(code: EventCode, data: ErrorData): void;
}

/** One call, reused from call to call. */
export class SbiCall {
  vm: SbiVm;
  vcpu: Vcpu;
  hart: Hart;
  /** What a1 will hold; an integer. */
  value = 0;
  /** A page that the call needs is on its way, the guest frame: nothing has been done, and the call is made again when it is there. */
  awaited: number = NOTHING_AWAITED;

  /** What the call names could not be read: the fault that the guest takes at the call, instead of an answer. */
  fault: { readonly cause: number; readonly lo: number; readonly hi: number } | undefined;

  /** The caller gets no answer: it goes on elsewhere, with registers that the function has set. */
  isLeft = false;

  constructor(vm: SbiVm, vcpu: Vcpu, hart: Hart) {
    this.vm = vm;
    this.vcpu = vcpu;
    this.hart = hart;
  }

  /** The guest takes a fault for an address, as if it had read there itself (SBI 2.0, chapter 5). */
  refuse(cause: number, lo: number, hi: number): void {
    this.fault = { cause, lo, hi };
  }
  /** Argument `i` in halves (a0 is argument 0). */
  lo(i: number): number {
    return this.hart.xLo(10 + i);
  }
  hi(i: number): number {
    return this.hart.xHi(10 + i);
  }
  /** Argument `i` as a number; `undefined` from 2^53 on. */
  argument(i: number): number | undefined {
    return addressOf(this.lo(i), this.hi(i));
  }
  /** An argument of type uint32_t: upper bits do not count. */
  word(i: number): number {
    return this.lo(i) >>> 0;
  }
}

/** Answers a call; the result is the error code, and of a legacy call all that there is. */
export type SbiFunction = (call: SbiCall) => number;

/** One extension: functions by FID. */
export interface SbiExtension {
  readonly eid: number;
  readonly name: string;
  /** One function whatever the FID, and one result, in a0. */
  readonly isLegacy?: true;
  readonly functions: readonly { readonly name: string; readonly call: SbiFunction }[];
}

/**
 * The vCPUs that a hart mask names (SBI 2.0, 3.1); `undefined` when one that it names, or its base, whatever the mask, is no vCPU: both
 * are invalid parameters there.
 */
export function vcpusOfMask(call: SbiCall, mask: number, base: number): readonly Vcpu[] | undefined {
  const { vcpus } = call.vm;
  if (call.lo(base) === 0xffff_ffff && call.hi(base) === 0xffff_ffff) return vcpus.filter(isStarted);
  const first = call.argument(base);
  if (first === undefined || vcpus[first] === undefined) return undefined;
  const named: Vcpu[] = [];
  for (let bit = 0; bit < 64; bit++) {
    const word = bit < 32 ? call.lo(mask) : call.hi(mask);
    if (((word >>> (bit & 31)) & 1) === 0) continue;
    const vcpu = vcpus[first + bit];
    if (vcpu === undefined) return undefined;
    if (isStarted(vcpu)) named.push(vcpu);
  }
  return named;
}

function isStarted(vcpu: Vcpu): boolean {
  return vcpu.state !== 'off';
}
