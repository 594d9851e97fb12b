/** A VM in detail: vCPUs, memslots, page tables, and where its devices lie. */
import { PAGE_SIZE } from '#base/addresses';
import { type DiskWay, USUAL_WAY } from '#base/catalogue/disk-ways';
import { type Hex64, hexNumber } from '#base/hex64';
import { ok } from '#base/result';
import type { PortSettings } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { type DevicePlace, placesOf } from '../../io/monitor.ts';
import { describeVm, type VmDescription } from '../../monitor/description.ts';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { placeOf, type VcpuPlace } from '../../vcpu/place.ts';
import type { Vm } from '../vm.ts';

/** A network card of a VM. */
export interface CardState {
  readonly mac: string;
  readonly switch: string;
  /** As its specification has it. */
  readonly address?: string;
  /** Settings of its port. */
  readonly port?: PortSettings;
  /** How the VM is given it. */
  readonly way: DiskWay;
  /** Its cable is in. */
  readonly up: boolean;
}

export interface VmDetail {
  readonly description: VmDescription;
  readonly vcpus: readonly (VcpuPlace & { readonly runNs: number; readonly stealNs: number })[];
  readonly memslots: readonly { readonly gpa: Hex64; readonly bytes: number; readonly mappedBytes: number }[];
  /** Frames that its G-stage tables take. */
  readonly tableFrames: number;
  /** Where which device lies; what they do says the question `devices`. */
  readonly devices: readonly DevicePlace[];
  /** Its network cards, in the order of its specification. */
  readonly cards: readonly CardState[];
  readonly startedAtNs: VirtualNs;
}

export const vm: Question<'vm', OfVm, VmDetail> = defineVmQuestion({
  id: 'vm',
  text: {
    en: 'a VM in detail: vCPUs, memory, page tables, and where its devices lie',
    zh: '虚拟机详情：vCPU、内存、页表，以及各设备的位置',
  },
  ask: (asked, _, host) => ok(detailOf(asked, host)),
});

function cardsOf(vm: Vm, { vmTable }: Host): CardState[] {
  const { cards, spec, macs } = vm;
  return cards.map((_, index) => {
    const { switch: to = '', address, way = USUAL_WAY, port } = spec.nics[index] ?? {};
    const up = vmTable.isLinked(vm, index);
    return {
      ...{ mac: macs[index] ?? '', switch: to, way, up },
      ...(address === undefined ? {} : { address }),
      ...(port === undefined ? {} : { port }),
    };
  });
}

function detailOf(vm: Vm, host: Host): VmDetail {
  return {
    description: describeVm(vm),
    vcpus: vm.vcpus.map((vcpu) => ({
      ...placeOf(vm, vcpu),
      runNs: vcpu.runNs,
      stealNs: vcpu.stealNs,
    })),
    memslots: vm.memory.slots.map((slot) => ({
      gpa: hexNumber(slot.base),
      bytes: slot.sizeBytes,
      mappedBytes: slot.framed * PAGE_SIZE,
    })),
    tableFrames: vm.memory.tableFrames,
    devices: placesOf(vm.devices),
    cards: cardsOf(vm, host),
    startedAtNs: vm.startedAtNs,
  };
}
