/** The hash of all that a VM is, the same on whatever host it runs. */
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { vmHash as hashOf } from '../vm-file.ts';

export const vmHash: Question<'vm-hash', OfVm, string> = defineVmQuestion({
  id: 'vm-hash',
  text: {
    en: 'the hash of all that a VM is, the same on whatever host it runs',
    zh: '虚拟机全部状态的散列值，在任何主机上都相同',
  },
  ask: (vm, _, { machine }) => ok(hashOf(machine, vm)),
});
