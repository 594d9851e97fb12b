/** The languages that there are texts in. */

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A language by its tag or locale: `zh-TW`, `zh_CN.UTF-8`. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split(/[-_.@]/);
  return LANGUAGES.find((language) => language === primary);
}

/** The language for a list of what a person reads, most wanted first. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const known = languageOf(tag);
    if (known !== undefined) return known;
  }
  return 'en';
}
