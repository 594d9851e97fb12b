/** The usual policy, with the translator itself. Who does not want its code at once imports this file when it is time. */
import { type TranslationPace, type TranslationPolicy, USUAL_PACE } from './translation-policy.ts';
import { Translator } from './translator/translator.ts';

/** A policy whose translator is here. */
export function translatingAt(pace: TranslationPace): TranslationPolicy {
  return { ...pace, translator: () => (host, policy) => new Translator(host, policy) };
}

export const USUAL_POLICY: TranslationPolicy = translatingAt(USUAL_PACE);
