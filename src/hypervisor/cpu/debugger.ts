/**
 * What a person can ask of a host that is to stop somewhere, in words that leave it: breakpoints, steps, a run to an
 * address. It changes no machine, so no log and no link has it.
 */

import { EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { LIMITS } from '#base/catalogue/limits';
import { type Hex64, hex64, parseHex64 } from '#base/hex64';
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../host.ts';
import { waitOf } from '../vcpu/wait.ts';
import { slotOf } from './schedulers/active.ts';
import { type AddressStop, type ExitStop, MOST_ADDRESS_STOPS, type VcpuStep } from './stops.ts';

/** Where a person wants the lab to stop. */
export type Breakpoint =
  | {
      readonly kind: 'address';
      readonly vm: string;
      readonly address: Hex64;
      /** `vsatp` of the address space; any unless given. */
      readonly space?: Hex64;
    }
  /** `reason`: a word of the table of exits. */
  | { readonly kind: 'exit'; readonly vm: string; readonly reason: string };

/** Why a host stands where it stands. */
export interface StopReport {
  /** `address`: a breakpoint; `target`: the address that it was to run to. */
  readonly kind: 'address' | 'target' | 'exit' | 'step';
  readonly vm: string;
  readonly vcpu: number;
  readonly pc: Hex64;
  /** Virtual time of the hart. */
  readonly at: VirtualNs;
  /** Of an exit. */
  readonly reason?: string;
  readonly detail?: string;
}

/** What a person asks of it. */
export type DebugRequest =
  /** Replaces all breakpoints. */
  | { readonly kind: 'breakpoints'; readonly breakpoints: readonly Breakpoint[] }
  /** The host may go on, until a vCPU has done one step. `patient`: also one that waits for something that is no hart. */
  | {
      readonly kind: 'step';
      readonly vm: string;
      readonly vcpu: number;
      readonly unit: VcpuStep;
      readonly patient?: true;
    }
  /** The host may go on, to an address or to a breakpoint before it. */
  | { readonly kind: 'run-to'; readonly vm: string; readonly address: Hex64 }
  /** The host may go on from where it stands. */
  | { readonly kind: 'go-on' };

/** Does what a person asks. */
export function debugHost(host: Host, request: DebugRequest): Result<null> {
  switch (request.kind) {
    case 'breakpoints':
      return setBreakpoints(host, request.breakpoints);
    case 'step':
      return step(host, request);
    case 'run-to':
      return runTo(host, request.vm, request.address);
    case 'go-on':
      host.stops.resume();
      return ok(null);
  }
}

type StepRequest = Extract<DebugRequest, { readonly kind: 'step' }>;

function step(host: Host, { vm, vcpu: index, unit, patient }: StepRequest): Result<null> {
  const found = host.vm(vm);
  if (found === undefined) return fail('no-such-vm', { vm });
  const vcpu = found.vcpus[index];
  if (vcpu === undefined) return fail('no-such-vcpu', { vcpu: index });
  const { waitsFor } = waitOf(host, found, vcpu);
  if (waitsFor !== undefined && !(patient === true && found.isRunning)) return { ok: false, error: waitsFor };
  host.stops.step(vcpu.id, unit);
  return ok(null);
}

function runTo(host: Host, vm: string, address: Hex64): Result<null> {
  const { state } = host.vm(vm) ?? {};
  if (state !== undefined && state !== 'running') return fail('wrong-state', { state, vm });
  const stop = addressStop(host, vm, address);
  if (!stop.ok) return stop;
  host.stops.runTo(stop.value);
  return ok(null);
}

function isReason(text: string): text is ExitReasonId {
  return EXIT_REASONS.some(({ id }) => id === text);
}

/** An address of a VM, as hosts name it. */
function addressStop(host: Host, vm: string, address: Hex64, space?: Hex64): Result<AddressStop> {
  const found = host.vm(vm);
  if (found === undefined) return fail('no-such-vm', { vm });
  const parsed = parseHex64(address);
  if (!parsed.ok) return parsed;
  const { lo, hi } = parsed.value;
  const stop = { slot: found.slot, lo: (lo & ~1) >>> 0, hi };
  if (space === undefined) return ok(stop);
  const vsatp = parseHex64(space);
  return vsatp.ok ? ok({ ...stop, space: [vsatp.value.lo, vsatp.value.hi] }) : vsatp;
}

/** Replaces the breakpoints of a host; none of them changes unless all are right. */
function setBreakpoints(host: Host, breakpoints: readonly Breakpoint[]): Result<null> {
  const addresses: AddressStop[] = [];
  const exits: ExitStop[] = [];
  for (const each of breakpoints) {
    if (each.kind === 'address') {
      const stop = addressStop(host, each.vm, each.address, each.space);
      if (!stop.ok) return stop;
      addresses.push(stop.value);
    } else {
      const vm = host.vm(each.vm);
      if (vm === undefined) return fail('no-such-vm', { vm: each.vm });
      if (isReason(each.reason)) exits.push({ slot: vm.slot, reason: each.reason });
    }
  }
  if (addresses.length > MOST_ADDRESS_STOPS)
    return fail('too-many-breakpoints', { limit: MOST_ADDRESS_STOPS });
  host.stops.setBreakpoints(addresses, exits);
  return ok(null);
}

/** The breakpoints that a host has: those of VMs that are gone went with them. */
export function breakpointsOf(host: Host): Breakpoint[] {
  const { stops } = host;
  const nameOf = (slot: number): string => host.vms().find((vm) => vm.slot === slot)?.spec.name ?? '';
  return [
    ...stops.addresses.map(
      ({ slot, lo, hi, space }): Breakpoint => ({
        kind: 'address',
        vm: nameOf(slot),
        address: hex64(lo, hi),
        ...(space === undefined ? {} : { space: hex64(...space) }),
      }),
    ),
    ...stops.exits.map(({ slot, reason }): Breakpoint => ({ kind: 'exit', vm: nameOf(slot), reason })),
  ];
}

/** What stops at an address and is no breakpoint was told to run to there. */
function hasBreakpoint({ stops }: Host, slot: number, [lo, hi]: readonly [number, number]): boolean {
  const place = [lo >>> 0, hi >>> 0];
  return stops.addresses.some(
    (each) => each.slot === slot && each.lo === place[0] && each.hi >>> 0 === place[1],
  );
}

/** Why the host stands where it stands; undefined while it may go on. */
export function stopOf(host: Host): StopReport | undefined {
  const stop = host.stops.stopped;
  if (stop === undefined) return undefined;
  const vm = host.vmTable.at(slotOf(stop.vcpu));
  const vcpu = vm?.vcpus[stop.vcpu % LIMITS.vcpus];
  if (vm === undefined || vcpu === undefined) return undefined;
  const { pc } = vm.registers(vcpu);
  return {
    kind: stop.kind === 'address' && !hasBreakpoint(host, vm.slot, pc) ? 'target' : stop.kind,
    vm: vm.spec.name,
    vcpu: vcpu.index,
    pc: hex64(pc[0], pc[1]),
    at: stop.at,
    ...(stop.reason === undefined ? {} : { reason: stop.reason }),
    ...(stop.detail === undefined ? {} : { detail: stop.detail }),
  };
}
