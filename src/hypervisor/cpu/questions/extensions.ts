/** Which of the optional extensions of the instruction set the harts of a host have. */
import { ok } from '#base/result';
import { EXTENSION_TEXTS } from '#isa/extension-texts';
import { EXTENSION_NEEDS, OPTIONAL_EXTENSIONS, USUAL_EXTENSIONS } from '#isa/extensions';
import { defineQuestion, type Question } from '../../questions/question.ts';

/** One that there is. */
export interface ExtensionRow {
  readonly name: string;
  readonly text: { readonly en: string; readonly zh: string };
  /** The harts have it. */
  readonly has: boolean;
  /** Harts of which nothing is said have it. */
  readonly usual: boolean;
  /** Whoever has it has these too. */
  readonly needs: readonly string[];
}

export const extensions: Question<
  'extensions',
  Readonly<Record<string, never>>,
  { readonly rows: readonly ExtensionRow[] }
> = defineQuestion({
  id: 'extensions',
  text: {
    en: 'the optional extensions of the instruction set: what each is for, and whether the harts have it',
    zh: '指令集的可选扩展：各自的用途，以及硬件线程是否具备',
  },
  arguments: {},
  ask: (_, { machine }) =>
    ok({
      rows: OPTIONAL_EXTENSIONS.map((name) => ({
        ...{ name, text: EXTENSION_TEXTS[name], has: machine.extensions.includes(name) },
        ...{ usual: USUAL_EXTENSIONS.includes(name), needs: EXTENSION_NEEDS[name] ?? [] },
      })),
    }),
});
