/** Names of a VM's image that a person may mean who has typed a part of one. */
import { type Hex64, hex64 } from '#base/hex64';
import { ok } from '#base/result';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { SHORT_TEXT } from '../../shapes/values.ts';

interface Args {
  readonly part: string;
}

export interface SymbolList {
  /** At most 50; those that begin with the part come first. */
  readonly rows: readonly {
    readonly name: string;
    readonly kind: 'code' | 'variable';
    readonly address: Hex64;
  }[];
  /** Names with the part in them. */
  readonly total: number;
  /** Names that the image has at all. */
  readonly known: number;
}

const MOST_ROWS = 50;

export const symbols: Question<'symbols', OfVm & Args, SymbolList> = defineVmQuestion<
  'symbols',
  SymbolList,
  Args
>({
  id: 'symbols',
  text: {
    en: `names of the VM's image with a text in them, at most ${MOST_ROWS}`,
    zh: `虚拟机映像中含有某段文字的名称，至多 ${MOST_ROWS} 个`,
  },
  more: { part: SHORT_TEXT },
  ask(vm, { part }, host) {
    const names = host.namesIn(vm);
    const found = names.matching(part);
    return ok({
      rows: found
        .slice(0, MOST_ROWS)
        .map(({ name, kind, lo, hi }) => ({ name, kind, address: hex64(lo, hi) })),
      total: found.length,
      known: part === '' ? found.length : names.matching('').length,
    });
  },
});
