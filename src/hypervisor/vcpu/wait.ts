/** What a vCPU waits for that has nothing to do now, as far as it is known, and when it ends. It only looks. */
import { type SeenVcpuState, seenState } from '#base/catalogue/vcpu-states';
import { type Failure, fail, type LabError } from '#base/result';
import { OWNER_FIRST_VM } from '#base/views';
import { NS_PER_S, NS_PER_US, type VirtualNs } from '#base/virtual-time';
import type { Host } from '../host.ts';
import type { Vm } from '../vm/vm.ts';
import { VSEIP, VSSIP } from './status-bits.ts';
import type { Vcpu } from './vcpu.ts';

/** Whether a vCPU has something to do. */
export interface VcpuWait {
  readonly state: SeenVcpuState;
  /** What it waits for; absent where it has something to do, and waits at most for a hart. */
  readonly waitsFor?: LabError;
  /** When that ends, where it is known. */
  readonly dueAt?: VirtualNs;
}

/** What ends a wait, and when. */
interface Known {
  readonly code: 'wait.timer' | 'wait.device' | 'wait.page';
  readonly dueAt: VirtualNs;
}

/** Says what a vCPU waits for. */
export function waitOf(host: Host, vm: Vm, vcpu: Vcpu): VcpuWait {
  const state = seenState(vcpu.state, vm.state);
  const of = { vm: vm.spec.name, vcpu: vcpu.index };
  const without = ({ error }: Failure): VcpuWait => ({ state, waitsFor: error });
  if (!vm.isRunning) return without(fail('wrong-state', { vm: of.vm, state: vm.state }));
  if (vcpu.state === 'ready' || vcpu.state === 'running') return { state };
  if (vcpu.state === 'off') return without(fail('wait.start', of));
  const known = vcpu.state === 'blocked' ? pageOf(host, vm, vcpu) : wakeUpOf(vm, vcpu);
  if (known === undefined) {
    const others = vm.vcpus.length > 1 ? VSEIP | VSSIP : VSEIP;
    const canWake = (vcpu.interruptEnables & others) !== 0;
    return without(fail(canWake ? 'wait.interrupt' : 'wait.nothing', of));
  }
  const { code, dueAt } = known;
  const after = secondsOf(Math.max(0, dueAt - host.now));
  const { error } = fail(code, { ...of, seconds: secondsOf(dueAt), after });
  return { state, waitsFor: error, dueAt };
}

/** For a sentence: no more digits than a person reads. */
function secondsOf(ns: VirtualNs): number {
  return Math.round(ns / NS_PER_US) / (NS_PER_S / NS_PER_US);
}

/** The page that a blocked vCPU needs is read from the swap area. */
function pageOf(host: Host, vm: Vm, vcpu: Vcpu): Known {
  return {
    code: 'wait.page',
    dueAt: host.swap.arrivesAt(OWNER_FIRST_VM + vm.slot, vcpu.awaited) ?? host.now,
  };
}

/** What ends WFI first (privileged spec 3.3.3): its timer, or the end of a request that a device of the VM is at. */
function wakeUpOf(vm: Vm, vcpu: Vcpu): Known | undefined {
  const timer = vcpu.timerDueNs();
  const isHeard = (vcpu.interruptEnables & VSEIP) !== 0;
  const device = isHeard ? vm.devices.nextEventAt : Number.POSITIVE_INFINITY;
  if (device < timer) return { code: 'wait.device', dueAt: device };
  // Kernels set a timer that they do not want to the end of time.
  return timer <= Number.MAX_SAFE_INTEGER ? { code: 'wait.timer', dueAt: timer } : undefined;
}
