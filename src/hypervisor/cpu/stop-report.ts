/** Why a host stands where it stands, in words that leave it. */
import { LIMITS } from '#base/catalogue/limits';
import { type Hex64, hex64 } from '#base/hex64';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../host.ts';
import type { WatchedAccess, WatchStop } from './looking-part.ts';
import { slotOf } from './schedulers/active.ts';

/** Why a host stands where it stands. */
export interface StopReport {
  /** `address`: a breakpoint; `target`: the address that it was to run to. */
  readonly kind: 'address' | 'target' | 'exit' | 'step' | 'watch' | 'count';
  readonly vm: string;
  readonly vcpu: number;
  readonly pc: Hex64;
  /** Virtual time of the hart. */
  readonly at: VirtualNs;
  /** Of an exit. */
  readonly reason?: string;
  readonly detail?: string;
  /** Of a watched access: the bytes that are watched. */
  readonly watched?: { readonly address: Hex64; readonly length: number; readonly access: WatchedAccess };
}

/** What is watched, as it leaves a host. */
export function watched({ address, length, access }: Omit<WatchStop, 'slot' | 'condition'>): {
  readonly address: Hex64;
  readonly length: number;
  readonly access: WatchedAccess;
} {
  return { address: `0x${address.toString(16)}`, length, access };
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
    ...(stop.watched === undefined ? {} : { watched: watched(stop.watched) }),
  };
}
