/** Where a name of a VM's image begins. */
import { type Hex64, hex64 } from '#base/hex64';
import { fail, ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { SHORT_TEXT } from '../../shapes/values.ts';

interface Args {
  readonly name: string;
}

export const symbol: Question<'symbol', OfVm & Args, Hex64> = defineVmQuestion<'symbol', Hex64, Args>({
  id: 'symbol',
  text: {
    en: "where a name of the VM's image begins",
    zh: '虚拟机映像中的名称从何处开始',
  },
  more: { name: SHORT_TEXT },
  ask(vm, { name }, host) {
    const names = host.namesIn(vm);
    const variable = names.value(name);
    const found = names.find(name) ?? (variable !== undefined && variable.size > 0 ? variable : undefined);
    return found === undefined ? fail('no-such-symbol', { name }) : ok(hex64(found.lo, found.hi));
  },
});
