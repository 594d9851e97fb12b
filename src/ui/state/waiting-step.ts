/** A step that was asked of a vCPU that waits: no time has passed, and the person decides what to do about it. */
import { create } from 'zustand';
import type { LabError } from '#base/result';

/** Whose step it is. */
export interface VcpuOfHost {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
}

interface WaitingStep {
  readonly asked: { readonly of: VcpuOfHost; readonly waitsFor: LabError } | null;
}

export const useWaitingStep = create<WaitingStep>()(() => ({ asked: null }));

/** True for an error that says what a vCPU waits for. */
export function isWait({ code }: LabError): boolean {
  return code.startsWith('wait.');
}
