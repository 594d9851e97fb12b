/** The words of the page in a language, for tests that ask for the same in both. */
import type { Language } from '../src/base/texts/languages.ts';
import { en } from '../src/ui/i18n/en.ts';
import { enLater } from '../src/ui/i18n/en-later.ts';
import { zh } from '../src/ui/i18n/zh.ts';

/** The text that stands at a key (`nav.topology`), with its gaps filled. */
export type Say = (key: string, data?: Readonly<Record<string, string | number>>) => string;

const CATALOGUES = { en: { ...en, ...enLater }, zh } as const;

export function wordsOf(language: Language): Say {
  return (key, data = {}) => {
    const found = key.split('.').reduce<unknown>((tree, part) => {
      return typeof tree === 'object' && tree !== null ? Reflect.get(tree, part) : undefined;
    }, CATALOGUES[language]);
    if (typeof found !== 'string') throw new Error(`no text ${key}`);
    return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(data[name]));
  };
}
