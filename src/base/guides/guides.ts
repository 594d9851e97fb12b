/** The guides of the labs that come along. They are texts of both languages, so whoever shows one fetches them then. Data only. */
import type { GuidedLab } from '../catalogue/builtin-labs.ts';
import type { GuideStep } from '../scenario.ts';
import { CPU_GUIDES } from './cpu.ts';
import { IO_GUIDES } from './io.ts';
import { MEMORY_GUIDES } from './memory.ts';
import { NETWORK_GUIDES } from './network.ts';
import { SWITCH_GUIDES } from './switches.ts';

export const GUIDES: Readonly<Record<GuidedLab, readonly GuideStep[]>> = {
  ...CPU_GUIDES,
  ...MEMORY_GUIDES,
  ...IO_GUIDES,
  ...NETWORK_GUIDES,
  ...SWITCH_GUIDES,
};

/** The steps of a lab by its name, which may come from anywhere; none of one that has no guide. */
export function guideNamed(name: string): readonly GuideStep[] {
  return Object.hasOwn(GUIDES, name) ? GUIDES[name as GuidedLab] : [];
}
