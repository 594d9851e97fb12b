/** The page's language: from the last choice, else from the browser; switched at run time. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en as sharedEn } from '#base/texts/en';
import { zh as sharedZh } from '#base/texts/zh';
import { remember, remembered } from '../state/choices.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language for a list of what a person reads, most wanted first. */
export function languageFor(chosen: string | null, wanted: readonly string[]): Language {
  for (const tag of [...(chosen === null ? [] : [chosen]), ...wanted]) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().startsWith(language));
    if (known !== undefined) return known;
  }
  return 'en';
}

function announce(language: string): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** Makes both catalogues known. Text from guests and links is escaped by React, so not here. */
export function startLanguage(): void {
  const language = languageFor(remembered('language'), navigator.languages);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: { ...sharedEn, ...en } },
      zh: { translation: { ...sharedZh, ...zh } },
    },
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  announce(language);
}

export function chooseLanguage(language: Language): void {
  remember('language', language);
  announce(language);
  void i18next.changeLanguage(language);
}
