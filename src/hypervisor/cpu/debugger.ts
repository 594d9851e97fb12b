/**
 * What a person can ask of a host that is to stop somewhere, in words that leave it: breakpoints, steps, a run to an
 * address. It changes no machine, so no log and no link has it.
 */

import { EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { LIMITS } from '#base/catalogue/limits';
import { type Hex64, hex64, parseHex64 } from '#base/hex64';
import { fail, ok, type Result } from '#base/result';
import type { Host } from '../host.ts';
import { waitOf } from '../vcpu/wait.ts';
import { LOOKING, type StatedCondition, type WatchedAccess, type WatchStop } from './looking-part.ts';
import { watched } from './stop-report.ts';
import { type AddressStop, type ExitStop, MOST_ADDRESS_STOPS, type VcpuStep } from './stops.ts';

export type { StopReport } from './stop-report.ts';

/** Where a person wants the lab to stop. */
export type Breakpoint =
  | {
      readonly kind: 'address';
      readonly vm: string;
      readonly address: Hex64;
      /** `vsatp` of the address space; any unless given. */
      readonly space?: Hex64;
      /** It counts while this holds, as `a0 == 3 && [sp] != 0` (condition.ts). */
      readonly condition?: string;
    }
  /** Bytes that a vCPU of the VM is about to access, by virtual addresses. */
  | {
      readonly kind: 'watch';
      readonly vm: string;
      readonly address: Hex64;
      readonly length: number;
      readonly access: WatchedAccess;
      readonly condition?: string;
    }
  /** `reason`: a word of the table of exits. */
  | { readonly kind: 'exit'; readonly vm: string; readonly reason: string };

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
  /** The host may go on, until a vCPU stands after so many of its instructions (and at an address) or exits, or to a breakpoint before it. */
  | {
      readonly kind: 'run-to-count';
      readonly vm: string;
      readonly vcpu: number;
      readonly unit: VcpuStep;
      readonly count: number;
      readonly pc?: Hex64;
    }
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
    case 'run-to-count':
      return runToCount(host, request);
    case 'go-on':
      host.stops.resume();
      return ok(null);
  }
}

function runToCount(
  host: Host,
  request: Extract<DebugRequest, { readonly kind: 'run-to-count' }>,
): Result<null> {
  const { vm, vcpu: index, unit, count, pc } = request;
  const found = host.vm(vm);
  if (found === undefined) return fail('no-such-vm', { vm });
  const vcpu = found.vcpus[index]?.id;
  if (vcpu === undefined) return fail('no-such-vcpu', { vcpu: index });
  const address = pc === undefined ? undefined : parseHex64(pc);
  if (address?.ok === false) return address;
  const at = address && { pc: wide(address.value) };
  host.stops.runToCount(
    unit === 'exit' ? { is: 'exits', vcpu, count } : { is: 'instructions', vcpu, count, ...at },
  );
  return ok(null);
}

const wide = ({ lo, hi }: { readonly lo: number; readonly hi: number }): bigint =>
  (BigInt(hi) << 32n) | BigInt(lo);

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
  const watches: WatchStop[] = [];
  for (const each of breakpoints) {
    if (each.kind === 'address') {
      const stop = addressStop(host, each.vm, each.address, each.space);
      if (!stop.ok) return stop;
      const condition = stated(each.condition);
      if (!condition.ok) return condition;
      addresses.push({ ...stop.value, ...condition.value });
    } else if (each.kind === 'watch') {
      const stop = watchStop(host, each);
      if (!stop.ok) return stop;
      watches.push(stop.value);
    } else {
      const vm = host.vm(each.vm);
      if (vm === undefined) return fail('no-such-vm', { vm: each.vm });
      if (isReason(each.reason)) exits.push({ slot: vm.slot, reason: each.reason });
    }
  }
  if (addresses.length > MOST_ADDRESS_STOPS)
    return fail('too-many-breakpoints', { limit: MOST_ADDRESS_STOPS });
  if (watches.length > MOST_WATCHES) return fail('too-many-watchpoints', { limit: MOST_WATCHES });
  host.stops.setBreakpoints(addresses, exits, watches);
  return ok(null);
}

/** Each is looked at before each instruction. */
const MOST_WATCHES = 16;

function watchStop(host: Host, watch: Extract<Breakpoint, { readonly kind: 'watch' }>): Result<WatchStop> {
  const { vm, access } = watch;
  const found = host.vm(vm);
  if (found === undefined) return fail('no-such-vm', { vm });
  const address = parseHex64(watch.address);
  if (!address.ok) return address;
  const length = Math.min(LIMITS.watchedBytes, Math.max(1, Math.floor(watch.length)));
  const condition = stated(watch.condition);
  if (!condition.ok) return condition;
  return ok({ slot: found.slot, address: wide(address.value), length, access, ...condition.value });
}

/** A condition that is read; nothing where there is none. */
function stated(text: string | undefined): Result<{ readonly condition?: StatedCondition }> {
  if (text === undefined || text.trim() === '') return ok({});
  const parsed = LOOKING.code.here.parseCondition(text);
  return parsed.ok ? ok({ condition: { text: text.trim(), holds: parsed.value } }) : parsed;
}

/** The breakpoints that a host has: those of VMs that are gone went with them. */
export function breakpointsOf(host: Host): Breakpoint[] {
  const { stops } = host;
  const nameOf = (slot: number): string => host.vms().find((vm) => vm.slot === slot)?.spec.name ?? '';
  return [
    ...stops.addresses.map(
      ({ slot, lo, hi, space, condition }): Breakpoint => ({
        kind: 'address',
        vm: nameOf(slot),
        address: hex64(lo, hi),
        ...(space === undefined ? {} : { space: hex64(...space) }),
        ...(condition === undefined ? {} : { condition: condition.text }),
      }),
    ),
    ...stops.watches.map(
      ({ slot, condition, ...watch }): Breakpoint => ({
        ...{ kind: 'watch', vm: nameOf(slot), ...watched(watch) },
        ...(condition === undefined ? {} : { condition: condition.text }),
      }),
    ),
    ...stops.exits.map(({ slot, reason }): Breakpoint => ({ kind: 'exit', vm: nameOf(slot), reason })),
  ];
}
