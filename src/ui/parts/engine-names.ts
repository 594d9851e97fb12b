/** What the engine names by its own words, in those of the page: images, finer causes of exits, counters. */
import type { TFunction } from 'i18next';
import { languageNow } from '../i18n/language.ts';
import type { Format } from '../kit/format.ts';

/** What an image is called; a file of one's own by its name. */
export function imageName(t: TFunction, name: string): string {
  return t(`image.${name}`, { defaultValue: name });
}

/** What a kind of appliance is called. */
export function applianceName(t: TFunction, kind: string): string {
  return t(`wiring.appliances.${kind}`, { defaultValue: kind });
}

/** Of a function of an SBI extension that is not there, its number is behind a word. */
const NUMBERED = /^(absent) (0x[0-9a-f]+)$/;

/** What happened inside of a reason to exit; a function of the SBI and a device are called by their names. */
export function exitDetailText(t: TFunction, detail: string): string {
  const [, word, number] = NUMBERED.exec(detail) ?? [];
  if (word !== undefined) return `${t(`exitDetail.${word}`)} (${number})`;
  return t(`exitDetail.${detail}`, { defaultValue: detail });
}

interface Counted {
  readonly unit: 'count' | 'bytes' | 'ns';
  readonly text: { readonly en: string; readonly zh: string };
  readonly value: number;
}

/** A counter with its name, and its value in its unit. */
export function counterText(format: Format, { unit, text, value }: Counted): string {
  const written = { count: format.count, bytes: format.bytes, ns: format.duration }[unit](value);
  return `${text[languageNow()]} ${written}`;
}
