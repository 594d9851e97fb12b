/** What stopped a VM that reached for what is not its own, and how often: every wall that there is, with what it stopped. */
import { hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import type { Language } from '#base/texts/languages';
import { BALLOON_COUNTERS } from '#machine/devices/virtio/balloon/metrics';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import type { Vm } from '../../vm/vm.ts';
import { protectedRanges } from '../protection.ts';

export interface Wall {
  readonly id: string;
  /** What it is, and what it keeps from whom. */
  readonly text: Readonly<Record<Language, string>>;
  readonly stopped: number;
}
export interface WallsOfVm {
  readonly walls: readonly Wall[];
  /** Ranges of its memory where something is not allowed. */
  readonly protected: readonly { readonly gpa: string; readonly bytes: number; readonly rights: string }[];
}

export const walls: Question<'walls', OfVm, WallsOfVm> = defineVmQuestion({
  id: 'walls',
  text: {
    en: 'what stopped a VM that reached for what is not its own, and how often',
    zh: '虚拟机试图触及不属于它的东西时，被什么挡住、挡住多少次',
  },
  ask: (vm) =>
    ok({
      walls: WALLS.map(({ stopped, ...wall }) => ({ ...wall, stopped: stopped(vm) })),
      protected: protectedRanges(vm.memory).map(({ gpa, bytes, rights }) => ({
        ...{ gpa: hexNumber(gpa), bytes },
        rights: [[PTE_R, 'r'] as const, [PTE_W, 'w'] as const, [PTE_X, 'x'] as const]
          .map(([bit, letter]) => ((rights & bit) === 0 ? '-' : letter))
          .join(''),
      })),
    }),
});

/** Exits of a VM under a finer name. */
function exits({ exitDetails }: Vm, ...names: readonly string[]): number {
  return exitDetails
    .list()
    .reduce((sum, { detail, count }) => (names.includes(detail) ? sum + count : sum), 0);
}

/** The walls from the outermost in, each with where it counts. */
const WALLS: readonly (Omit<Wall, 'stopped'> & { readonly stopped: (vm: Vm) => number })[] = [
  {
    id: 'g-stage',
    text: {
      en: 'G-stage: no memslot holds the address, so the guest is told of an access fault',
      zh: 'G 阶段：没有内存槽包含该地址，客户机收到访问异常',
    },
    stopped: (vm) => exits(vm, 'void'),
  },
  {
    id: 'rights',
    text: {
      en: 'G-stage: the hypervisor does not allow that kind of access there',
      zh: 'G 阶段：虚拟机监控器不允许对该处进行此种访问',
    },
    stopped: (vm) => exits(vm, 'denied'),
  },
  {
    id: 'privilege',
    text: {
      en: 'privilege: an instruction or CSR of HS-mode',
      zh: '特权级：属于 HS 模式的指令或 CSR',
    },
    stopped: (vm) => exits(vm, 'illegal'),
  },
  {
    id: 'virtqueue',
    text: {
      en: 'virtqueue: rings or descriptors that are no memory of the guest or make no sense; the device needs a reset',
      zh: 'virtqueue：环或描述符不在客户机内存中或没有意义，设备需要复位',
    },
    stopped: ({ devices }) => devices.slots.reduce((sum, { counters }) => sum + counters.faults, 0),
  },
  {
    id: 'iommu',
    text: {
      en: 'IOMMU: a device that the VM was given whole reached for memory that is not the VM’s, and was refused',
      zh: 'IOMMU：直通设备访问不属于该虚拟机的内存，被拒绝',
    },
    stopped: ({ devices }) => devices.passed.reduce((sum, disk) => sum + disk.counters.dmaRefused, 0),
  },
  ...BALLOON_COUNTERS.filter(({ id }) =>
    ['repeated', 'outside', 'held', 'notLent', 'ignored'].includes(id),
  ).map(({ id, text }) => ({
    id: `balloon-${id}`,
    text: { en: `balloon: ${text.en}`, zh: `气球：${text.zh}` },
    stopped: ({ devices }: Vm) => devices.counted('balloon', id),
  })),
];
