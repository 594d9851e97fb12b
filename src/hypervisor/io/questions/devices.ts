/** The devices of a VM: where they lie, their interrupts, drivers, queues and counters; of one also features and every register. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { NAME } from '../../shapes/values.ts';
import { type DeviceDetail, type DeviceState, detailOf, devicesOf } from '../monitor.ts';

interface WhichDevice {
  /** The name of the window of one that is to be described in detail. */
  readonly device?: string;
}

export interface DevicesOfVm {
  readonly devices: readonly DeviceState[];
  readonly detail?: DeviceDetail;
}

export const devices: Question<'devices', OfVm & WhichDevice, DevicesOfVm> = defineVmQuestion<
  'devices',
  DevicesOfVm,
  WhichDevice
>({
  id: 'devices',
  text: {
    en: 'devices of a VM: addresses, interrupts, drivers, queues, counters; of one each register with its accesses',
    zh: '虚拟机的设备：地址、中断、驱动、队列、计数器；指定一个设备时还有每个寄存器及其访问次数',
  },
  more: { device: v.exactOptional(NAME) },
  ask(vm, { device }) {
    const all = devicesOf(vm);
    if (device === undefined) return ok({ devices: all });
    const detail = detailOf(vm, device);
    return detail === undefined ? fail('no-such-device', { device }) : ok({ devices: all, detail });
  },
});
