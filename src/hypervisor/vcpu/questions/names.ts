/** What lies at addresses by the names of a VM's image. */
import * as v from 'valibot';
import { type Hex64, parseHex64 } from '#base/hex64';
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { ADDRESS } from '../../shapes/values.ts';

interface Args {
  readonly addresses: readonly Hex64[];
}

/** An address that has a name. */
export interface NamedAddress {
  readonly address: Hex64;
  /** `name` or `name+0x10`. */
  readonly name: string;
  readonly kind: 'code' | 'variable';
}

const MOST_ADDRESSES = 256;

export const names: Question<'names', OfVm & Args, readonly NamedAddress[]> = defineVmQuestion<
  'names',
  readonly NamedAddress[],
  Args
>({
  id: 'names',
  text: {
    en: `which of at most ${MOST_ADDRESSES} addresses lie in code or variables that the VM's image names`,
    zh: `至多 ${MOST_ADDRESSES} 个地址中，哪些位于虚拟机映像所命名的代码或变量中`,
  },
  more: { addresses: v.pipe(v.array(ADDRESS), v.maxLength(MOST_ADDRESSES), v.readonly()) },
  ask(vm, { addresses }, host) {
    const known = host.namesIn(vm);
    const found: NamedAddress[] = [];
    for (const address of addresses) {
      const parsed = parseHex64(address);
      if (!parsed.ok) return parsed;
      const { lo, hi } = parsed.value;
      const code = known.at(lo, hi);
      const place = code ?? known.variableAt(lo, hi);
      if (place === undefined) continue;
      const name = place.offset === 0 ? place.name : `${place.name}+0x${place.offset.toString(16)}`;
      found.push({ address, name, kind: code === undefined ? 'variable' : 'code' });
    }
    return ok(found);
  },
});
