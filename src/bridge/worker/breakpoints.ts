/** Breakpoints and stops of the running lab, between the words of the wire and those of a host. */
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import type { Breakpoint, Hex64, StopReport } from '#bridge/protocol/answers';
import {
  type AddressStop,
  EXIT_REASONS,
  type ExitReasonId,
  type ExitStop,
  type Host,
  MOST_ADDRESS_STOPS,
} from '#hypervisor/host';
import type { Lab } from '#lab/lab';
import { hex64, parseHex64 } from './values.ts';

function isReason(text: string): text is ExitReasonId {
  return EXIT_REASONS.some(({ id }) => id === text);
}

/** An address of a VM, as hosts name it. */
export function addressStop(host: Host, vm: string, address: Hex64, space?: Hex64): Result<AddressStop> {
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
export function setBreakpoints(host: Host, breakpoints: readonly Breakpoint[]): Result<null> {
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

/** Why the lab stands where it stands. */
export function stopOf(lab: Lab): StopReport | undefined {
  const { stopped } = lab;
  const host = stopped === undefined ? undefined : lab.hosts[stopped];
  const stop = host?.stops.stopped;
  if (stopped === undefined || host === undefined || stop === undefined) return undefined;
  const vm = host.vms().find(({ slot }) => slot === Math.floor(stop.vcpu / LIMITS.vcpus));
  const vcpu = vm?.vcpus[stop.vcpu % LIMITS.vcpus];
  if (vm === undefined || vcpu === undefined) return undefined;
  const { pc } = vm.registers(vcpu);
  return {
    kind: stop.kind === 'address' && !hasBreakpoint(host, vm.slot, pc) ? 'target' : stop.kind,
    host: stopped,
    vm: vm.spec.name,
    vcpu: vcpu.index,
    pc: hex64(pc[0], pc[1]),
    at: stop.at,
    ...(stop.reason === undefined ? {} : { reason: stop.reason }),
    ...(stop.detail === undefined ? {} : { detail: stop.detail }),
  };
}
