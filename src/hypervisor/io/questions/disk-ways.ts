/**
 * What the work of disks has cost each VM, by the way in which it has its disk: exits by what they are for, and where the time went. All
 * of it is counted since the VM was made, so that two answers give what lies between them.
 */
import type { DiskWay } from '#base/catalogue/disk-ways';
import { USUAL_WAY } from '#base/catalogue/disk-ways';
import { ok } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { ExitDetail } from '../../monitor/exit-details.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';

/** What an exit is for, as far as disks go: registers of a disk, the way of an interrupt, waiting for one, or anything else. */
const ROLES = ['registers', 'interrupts', 'waiting', 'other'] as const;
type Role = (typeof ROLES)[number];

export interface RoleAnswer {
  readonly role: Role;
  readonly exits: number;
  readonly costNs: VirtualNs;
}
export interface DiskWayAnswer {
  readonly vm: string;
  /** Of each of its disks. */
  readonly ways: readonly DiskWay[];
  /** Requests that were served, and bytes that were moved. */
  readonly operations: number;
  readonly bytes: number;
  readonly roles: readonly RoleAnswer[];
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

function costOf(vm: Vm): DiskWayAnswer {
  const { devices, vcpus, spec } = vm;
  const windows = new Set([
    ...devices.slots.filter(({ device }) => device?.kind === 'block').map(({ name }) => name),
    ...devices.ideDisks.map(({ name }) => name),
  ]);
  const roles = ROLES.map((role) => ({ role, exits: 0, costNs: 0 }));
  for (const detail of vm.exitDetails.list()) {
    const tally = roles[ROLES.indexOf(roleOf(detail, windows))]!;
    tally.exits += detail.count;
    tally.costNs += detail.costNs;
  }
  const count = (counter: string): number => devices.counted('block', counter);
  const exitNs = roles.reduce((sum, { costNs }) => sum + costNs, 0);
  return {
    vm: spec.name,
    ways: spec.disks.map(({ way = USUAL_WAY }) => way),
    operations: count('reads') + count('writes'),
    bytes: count('bytesRead') + count('bytesWritten'),
    roles,
    guestNs: Math.max(0, vcpus.reduce((sum, { runNs }) => sum + runNs, 0) - exitNs),
    exitNs,
    mediumNs: count('busyNs'),
  };
}

function roleOf({ reason, detail }: ExitDetail, windows: ReadonlySet<string>): Role {
  if (reason === 'wfi') return 'waiting';
  if (reason === 'interrupt' || (reason === 'mmio' && detail === 'plic')) return 'interrupts';
  return reason === 'mmio' && windows.has(detail) ? 'registers' : 'other';
}
