/** What holds where a document, or a person, says nothing else. */
import type { SharingSpec } from '../scenario.ts';

/** As fast as leaves most of a CPU to the guests, and finds four VMs of 32 MiB in half a minute. */
export const USUAL_SHARING: SharingSpec = { pages: 64, periodNs: 20_000_000 };
