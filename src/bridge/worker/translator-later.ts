/**
 * The translator's code comes once guests have run for a moment, so that a visit does not wait for it: until then they are
 * interpreted, and nobody can tell. Where it cannot be had they stay so. Behind it comes, ahead of who wants it, what else hosts may need.
 */
import { comeWhole, REGISTRIES } from '#hypervisor/registries';
import type { MakeTranslator, TranslationPolicy } from '#machine/translation-policy';

/** The page has drawn a lab that runs. */
const USUAL_WAIT_MS = 500;

export interface LaterOptions {
  readonly load?: () => Promise<MakeTranslator | undefined>;
  readonly waitMs?: number;
  /** Fetches what may be wanted next. */
  readonly ahead?: () => Promise<void>;
}

/** For all hosts of a thread. */
export function translatorLater({
  load = loadTranslator,
  waitMs = USUAL_WAIT_MS,
  ahead = () => comeWhole(REGISTRIES),
}: LaterOptions = {}): TranslationPolicy['translator'] {
  let isAsked = false;
  let translator: MakeTranslator | undefined;
  const fetchIt = async (): Promise<void> => {
    translator = await load().catch(() => undefined);
    await ahead().catch(() => undefined);
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
