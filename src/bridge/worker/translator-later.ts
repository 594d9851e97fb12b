/**
 * The translator's code comes once guests have run for a moment, so that a visit does not wait for it: until then they are
 * interpreted, and nobody can tell. Where it cannot be had they stay so.
 */
import type { MakeTranslator, TranslationPolicy } from '#machine/translation-policy';

/** The page has drawn a lab that runs. */
const USUAL_WAIT_MS = 500;

export interface LaterOptions {
  readonly load?: () => Promise<MakeTranslator | undefined>;
  readonly waitMs?: number;
}

/** For all hosts of a thread. */
export function translatorLater({
  load = loadTranslator,
  waitMs = USUAL_WAIT_MS,
}: LaterOptions = {}): TranslationPolicy['translator'] {
  let isAsked = false;
  let translator: MakeTranslator | undefined;
  const fetchIt = async (): Promise<void> => {
    translator = await load().catch(() => undefined);
  };
  return () => {
    if (!isAsked) setTimeout(() => void fetchIt(), waitMs);
    isAsked = true;
    return translator;
  };
}

async function loadTranslator(): Promise<MakeTranslator | undefined> {
  const { USUAL_POLICY } = await import('#machine/usual-policy');
  return USUAL_POLICY.translator();
}
