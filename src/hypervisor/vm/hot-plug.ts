/**
 * Disks and cards that come and go while a VM is there. virtio-mmio has no way to tell a guest of either: its slots are all in the
 * device tree, empty ones too, and the guest agent lets the driver of a slot look again, or let go. A VM's specification says what
 * it has at any moment, so that a snapshot of it is built of the same.
 */

import { deviceStateOf } from '#base/catalogue/device-states';
import { diskWayOf } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import { type DiskSpec, type NicSpec, possibleVcpus, TAKEN_OUT, type VmSpec } from '#base/scenario';
import { isThere, nextNumber } from '#base/slots';
import { SnapshotFormatError } from '#base/state/bytes';
import { virtioWindow } from '#machine/devices/platform';
import { freeSlots, transportAt } from '../io/slots.ts';
import { withVcpus } from './vcpu-count.ts';
import type { Vm } from './vm.ts';

export type Sort = 'disk' | 'card';

/** A disk or card of a specification. */
export interface PluggableDevice {
  readonly sort: Sort;
  readonly index: number;
  /** The slot that it was plugged into; nothing for one that has always been there. */
  readonly slot: number | undefined;
}

/** Those that are there. */
export function devicesOf({ disks, nics }: VmSpec): readonly PluggableDevice[] {
  const all = [
    ...disks.map(({ slot }, index) => ({ sort: 'disk' as const, index, slot })),
    ...nics.map(({ slot }, index) => ({ sort: 'card' as const, index, slot })),
  ];
  return all.filter(isThere);
}

/** Could a card of a VM have this number? */
export function isFreeCard({ spec }: Vm, card: number): boolean {
  return isFreeIn(spec.nics, card, LIMITS.nicsPerVm);
}
/** Could a disk? */
export function isFreeDisk({ spec }: Vm, disk: number): boolean {
  return isFreeIn(spec.disks, disk, LIMITS.disksPerVm);
}
function isFreeIn(list: readonly (DiskSpec | NicSpec)[], index: number, limit: number): boolean {
  const there = list[index];
  return index < limit && (there === undefined || !isThere(there));
}

/** With an item at its number; numbers before it that are not in the list are as those that were taken out. */
function withPlaced<T extends DiskSpec | NicSpec>(list: readonly T[], index: number, item: T): readonly T[] {
  const length = Math.max(list.length, index + 1);
  const gone = { ...item, slot: TAKEN_OUT };
  return Array.from({ length }, (_, at) => (at === index ? item : (list[at] ?? gone)));
}

/** Gives a VM the device of its host that has come to a slot. */
export type Give = (vm: Vm, slot: number) => Result<null>;

/**
 * Puts a disk or a card into the first empty slot, and has the guest look, if somebody there can be asked.
 * @param at its number; the first that is free unless said
 */
export function plugIn(vm: Vm, sort: 'disk', spec: DiskSpec, at?: number, give?: Give): Result<null>;
export function plugIn(vm: Vm, sort: 'card', spec: NicSpec, at?: number, give?: Give): Result<null>;
export function plugIn(vm: Vm, sort: Sort, spec: DiskSpec | NicSpec, at?: number, give?: Give): Result<null> {
  const [slot] = freeSlots(vm.devices);
  const list = sort === 'disk' ? vm.spec.disks : vm.spec.nics;
  const index = at ?? nextNumber(list);
  const limit = sort === 'disk' ? LIMITS.disksPerVm : LIMITS.nicsPerVm;
  if (slot === undefined || index >= limit) return fail('vm.noSlot', { vm: vm.spec.name, limit });
  const placed = { ...spec, slot };
  const lists = { disks: vm.spec.disks, nics: vm.spec.nics };
  if (sort === 'disk') lists.disks = withPlaced(lists.disks, index, placed as DiskSpec);
  else lists.nics = withPlaced(lists.nics, index, placed as NicSpec);
  vm.spec = { ...vm.spec, ...lists };
  vm.devices.plugWanted(vm.spec, slot);
  const given = give?.(vm, slot) ?? ok(null);
  if (!given.ok) {
    takeOut(vm, sort, index);
    return given;
  }
  const address = sort === 'card' ? (spec as NicSpec).address : undefined;
  if (vm.isRunning && vm.agent.can('hotplug'))
    vm.agent.request('plug', [addressOf(slot), ...(address === undefined ? [] : [address])].join(' '));
  return ok(null);
}

/**
 * Has the guest let go of a disk or card, after which it is taken out. Where nobody can be asked it is taken out now, unless a
 * driver has it: then only if it is forced, and what it had under way is lost.
 */
export function letGo(vm: Vm, sort: Sort, index: number, force: boolean): Result<'asked' | 'now'> {
  const found = devicesOf(vm.spec).find((each) => each.sort === sort && each.index === index);
  if (found === undefined)
    return sort === 'disk'
      ? fail('vm.noDisk', { vm: vm.spec.name, disk: index })
      : fail('vm.noCard', { vm: vm.spec.name, card: index });
  const { slot } = found;
  if (slot === undefined) {
    const { way } = (sort === 'disk' ? vm.spec.disks : vm.spec.nics)[index] ?? {};
    return fail(diskWayOf(way).registers ? 'vm.notPluggable' : 'vm.notPlugged', { vm: vm.spec.name, index });
  }
  if (vm.isRunning && vm.agent.can('hotplug')) {
    const asked = vm.agent.request('unplug', force ? `${addressOf(slot)} force` : addressOf(slot));
    if (!asked.ok && !force) return asked;
    if (asked.ok) return ok('asked');
  }
  const isDriven = deviceStateOf(transportAt(vm.devices, slot)?.status ?? 0) !== 'reset';
  if (vm.hasMemory && isDriven && !force) return fail('vm.driven', { vm: vm.spec.name, index });
  return ok('now');
}

/** Takes a disk or card out of its slot. Numbers of others stay. */
export function takeOut(vm: Vm, sort: Sort, index: number): void {
  const list: readonly (DiskSpec | NicSpec)[] = sort === 'disk' ? vm.spec.disks : vm.spec.nics;
  const slot = list[index]?.slot;
  if (slot === undefined || slot === TAKEN_OUT) return;
  vm.devices.takeOut(slot);
  const { disks, nics } = vm.spec;
  const gone = <T extends DiskSpec | NicSpec>(all: readonly T[]): readonly T[] => {
    const marked = all.map((each, at) => (at === index ? { ...each, slot: TAKEN_OUT } : each));
    const last = marked.findLastIndex(isThere);
    return marked.slice(0, last + 1);
  };
  vm.spec = sort === 'disk' ? { ...vm.spec, disks: gone(disks) } : { ...vm.spec, nics: gone(nics) };
}

/** A VM that is off gets the plugged devices of another specification of it: those of a snapshot. What has always been there stays. */
export function refit(vm: Vm, saved: VmSpec, disconnect: (card: number) => void): void {
  const { disks, nics } = saved;
  if (possibleVcpus(saved) !== possibleVcpus(vm.spec)) throw new SnapshotFormatError('a VM of other vCPUs');
  vm.spec = withVcpus(vm.spec, saved.vcpus);
  for (const { sort, index, slot } of devicesOf(vm.spec)) {
    if (slot === undefined) continue;
    takeOut(vm, sort, index);
    if (sort === 'card') disconnect(index);
  }
  vm.spec = { ...vm.spec, disks: refitted(vm.spec.disks, disks), nics: refitted(vm.spec.nics, nics) };
  for (const { slot } of devicesOf(vm.spec)) {
    if (slot === undefined) continue;
    if (!freeSlots(vm.devices).includes(slot)) throw new SnapshotFormatError('two devices of a slot');
    vm.devices.plugWanted(vm.spec, slot);
  }
}

/** Those that have always been there, and of another list those that were plugged in. */
function refitted<T extends DiskSpec | NicSpec>(own: readonly T[], other: readonly T[]): readonly T[] {
  const fixed = own.filter(({ slot }) => slot === undefined);
  const plugged = other.slice(fixed.length);
  if (other.length < fixed.length || plugged.some(({ slot }) => slot === undefined))
    throw new SnapshotFormatError('a VM of other devices');
  return [...fixed, ...plugged];
}

/** A slot as the agent knows it: its physical address. */
function addressOf(slot: number): string {
  return virtioWindow(slot).base.toString(16);
}

/** What a request to the agent was about. */
export function placeIn(what: string): { readonly slot: number; readonly force: boolean } {
  const [address = '', force] = what.split(' ');
  const first = virtioWindow(0);
  return { slot: (Number.parseInt(address, 16) - first.base) / first.size, force: force === 'force' };
}
