/** The page's language: from the last choice, else from the browser; switched at run time. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, languageFor, TEXTS } from '#base/texts/languages';
import type { Texts } from '#base/texts/texts';
import { remember, rememberAgain, remembered } from '../state/choices.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** The page's language. */
export function languageNow(): Language {
  return languageFor([i18next.language]);
}

/** The texts that the page shares with the layers below, in its language. */
export function sharedTexts(): Texts {
  return TEXTS[languageNow()];
}

function announce(language: string): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

function chosenBefore(): string[] {
  const chosen = remembered('language');
  return chosen === null ? [] : [chosen];
}

/** Makes both catalogues known. Text from guests and links is escaped by React, so not here. */
export function startLanguage(): void {
  const language = languageFor([...chosenBefore(), ...navigator.languages]);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: { ...TEXTS.en, ...en } },
      zh: { translation: { ...TEXTS.zh, ...zh } },
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

/** What is chosen in one window of the site holds in the others, too: language, letters of consoles, screen-reader mode. */
export function followOtherWindows(): void {
  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !key.startsWith('virtlab.')) return;
    rememberAgain();
    const language = languageFor([...chosenBefore(), ...navigator.languages]);
    if (language === languageNow()) return;
    announce(language);
    void i18next.changeLanguage(language);
  });
}

/** One text in the page's language, before there is a page. */
export function sayInLanguage(element: HTMLElement, key: string): void {
  startLanguage();
  element.textContent = i18next.t(key);
}
