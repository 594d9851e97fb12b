/** The texts that every layer shares, in all languages. A page, which speaks one of them, takes that one alone. */
import { en } from './en.ts';
import { enLater } from './en-later.ts';
import type { Language } from './languages.ts';
import type { Texts } from './texts.ts';
import { zh } from './zh.ts';

export const TEXTS: Readonly<Record<Language, Texts>> = { en: { ...en, ...enLater }, zh };
