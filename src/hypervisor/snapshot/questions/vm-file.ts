/** A VM as one file, to go on with elsewhere. The VM itself is left as it is: who suspends it pauses it before. */
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { vmFile as fileOf } from '../vm-file.ts';

export const vmFile: Question<'vm-file', OfVm, Uint8Array> = defineVmQuestion({
  id: 'vm-file',
  text: {
    en: 'a VM as one file: memory, registers, devices and disks; it goes on from there in any lab',
    zh: '把虚拟机存为一个文件：内存、寄存器、设备与磁盘；可在任何实验中继续运行',
  },
  ask: (vm, _, host) => ok(fileOf(vm, host.hashBytes)),
});
