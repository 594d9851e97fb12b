/**
 * The page's language: from the last choice, else from the browser; switched at run time. The English that the page begins
 * with is always here, as what is fallen back on; that of what comes later comes with it, and Chinese is fetched whole by whoever reads it.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { Later } from '#base/later';
import { en as sharedEnglish } from '#base/texts/en';
import { type Language, languageFor } from '#base/texts/languages';
import type { SaidTexts } from '#base/texts/texts';
import { remember, rememberAgain, remembered } from '../state/choices.ts';
import { en } from './en.ts';

/** Chinese, once it is here. */
let chinese: typeof import('./chinese.ts') | undefined;

function languageWanted(): Language {
  // Tests of what is imported here run where there is no browser.
  const ofBrowser = (globalThis.navigator as Navigator | undefined)?.languages ?? [];
  return languageFor([...chosenBefore(), ...ofBrowser]);
}

/** The language that was asked for last. */
let asked: Language | undefined;
/** Whether something has come whose texts are not those that the page begins with, in whatever language. */
let isLaterWanted = false;

/** What the page shares with the layers below, in English, as far as it has come. */
const NONE_YET = {
  error: {},
  exitMeaning: {},
  exitDetail: {},
  deviceState: {},
  deviceFault: {},
  fileFormat: {},
  fileAdvice: {},
};
let english: SaidTexts = { ...sharedEnglish, ...NONE_YET };
/** Whether all of it has come, or cannot be had. */
let isEnglishWhole = false;

/** The English of what comes later. It is made known once, as whoever shows a text draws itself again then. */
const laterEnglish = new Later(async () => {
  const [own, shared] = await Promise.all([import('./en-later.ts'), import('#base/texts/en-later')]);
  english = { ...sharedEnglish, ...shared.enLater };
  isEnglishWhole = true;
  i18next.addResourceBundle('en', 'translation', { ...own.enLater, ...shared.enLater });
});

/** Sees to it that the texts of what comes later are here, for who reads English; in Chinese they have come with the others. */
export async function fetchLaterTexts(): Promise<void> {
  isLaterWanted = true;
  if (languageNow() === 'en' || asked === 'en') await laterEnglish.come();
}

/** Sees to it that the texts of a language are here; without them the page stays with those that it has. */
async function fetchTexts(language: Language): Promise<boolean> {
  if (language === 'zh') chinese ??= await import('./chinese.ts').catch(() => undefined);
  else if (isLaterWanted)
    return laterEnglish.come().then(
      () => true,
      () => false,
    );
  return language === 'en' || chinese !== undefined;
}

// Whoever imports this has the texts with which the page begins.
await fetchTexts(languageWanted());

/** The page's language. */
export function languageNow(): Language {
  return languageFor([i18next.language]);
}

/** The texts that the page shares with the layers below, in its language, as far as they have come. */
export function sharedTexts(): SaidTexts {
  return languageNow() === 'zh' && chinese !== undefined ? chinese.SHARED : english;
}

/** Whether errors have sentences now. Where they have not come they are fetched, and whoever has `useTranslation` draws itself again. */
export function canTellErrors(): boolean {
  if (isEnglishWhole || sharedTexts() !== english) return true;
  laterEnglish.come().catch(() => {
    // Their codes are told, then.
    isEnglishWhole = true;
    i18next.addResourceBundle('en', 'translation', {});
  });
  return false;
}

function announce(language: string): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

function chosenBefore(): string[] {
  const chosen = remembered('language');
  return chosen === null ? [] : [chosen];
}

/** Makes the texts known. Text from guests and links is escaped by React, so not here. */
export function startLanguage(): void {
  const language = chinese === undefined ? 'en' : languageWanted();
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: { ...sharedEnglish, ...en } },
      ...(chinese === undefined ? {} : { zh: { translation: chinese.ALL } }),
    },
    interpolation: { escapeValue: false },
    react: { bindI18nStore: 'added' },
    returnNull: false,
    initAsync: false,
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  announce(language);
}

async function speak(language: Language): Promise<void> {
  asked = language;
  if (!(await fetchTexts(language))) return;
  if (chinese !== undefined) i18next.addResourceBundle('zh', 'translation', chinese.ALL);
  // Another one may have been chosen meanwhile.
  if (language !== asked) return;
  announce(language);
  await i18next.changeLanguage(language);
}

export function chooseLanguage(language: Language): void {
  remember('language', language);
  void speak(language);
}

/** What is chosen in one window of the site holds in the others, too: language, letters of consoles, screen-reader mode. */
export function followOtherWindows(): void {
  window.addEventListener('storage', ({ key }) => {
    if (key !== null && !key.startsWith('virtlab.')) return;
    rememberAgain();
    const language = languageWanted();
    if (language !== languageNow()) void speak(language);
  });
}

/** One text in the page's language, before there is a page. */
export function sayInLanguage(element: HTMLElement, key: string): void {
  startLanguage();
  element.textContent = i18next.t(key);
}
