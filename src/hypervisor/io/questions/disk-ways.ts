/**
 * What the work of disks has cost each VM, by the way in which it has its disk: exits by what they are for, and where the time went. All
 * of it is counted since the VM was made, so that two answers give what lies between them.
 */
import type { DiskWay } from '#base/catalogue/disk-ways';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';
import { comparedDevice, type RoleTally, rolesOf } from '../comparison/compared-devices.ts';

export interface DiskWayAnswer {
  readonly vm: string;
  /** Of each of its disks. */
  readonly ways: readonly DiskWay[];
  /** Requests that were served, and bytes that were moved. */
  readonly operations: number;
  readonly bytes: number;
  readonly roles: readonly RoleTally[];
  /** Its vCPUs were on a hart: in the guest, and in exits. */
  readonly guestNs: VirtualNs;
  readonly exitNs: VirtualNs;
  /** Requests of its disks were under way. */
  readonly mediumNs: VirtualNs;
}

export const diskWays: Question<'disk-ways', object, readonly DiskWayAnswer[]> = defineQuestion({
  id: 'disk-ways',
  text: {
    en: 'what the work of disks has cost each VM that has some, by the way in which it has them: exits, and where the time went',
    zh: '每台有磁盘的虚拟机为磁盘工作付出的代价，按其磁盘的给予方式：退出次数与时间去向',
  },
  arguments: {},
  ask: (_, host) => ok(host.vms().flatMap((vm) => (vm.spec.disks.length === 0 ? [] : [costOf(vm)]))),
});

const DISK = comparedDevice('disk');

function costOf(vm: Vm): DiskWayAnswer {
  const roles = rolesOf(vm, DISK);
  const exitNs = roles.reduce((sum, { costNs }) => sum + costNs, 0);
  return {
    vm: vm.spec.name,
    ways: DISK.waysOf(vm),
    operations: DISK.operations(vm),
    bytes: DISK.bytes(vm),
    roles,
    guestNs: Math.max(0, vm.vcpus.reduce((sum, { runNs }) => sum + runNs, 0) - exitNs),
    exitNs,
    mediumNs: vm.devices.counted('block', 'busyNs'),
  };
}
