/**
 * How far a person is with the guide of the lab: which step is read, which are done, and whether it is shown. It stays while one goes from
 * view to view and when the page is loaded again in its tab, and begins anew with another lab.
 */
import { create } from 'zustand';
import { NARROW } from '../kit/media.ts';

export interface GuidePlaceKept {
  /** Of which guide. */
  readonly of: string;
  readonly step: number;
  readonly done: readonly number[];
  readonly isShown: boolean;
  /** One line of it is. */
  readonly isFolded: boolean;
}

const KEY = 'virtlab.guide';
const BEGINNING: Omit<GuidePlaceKept, 'of'> = { step: 0, done: [], isShown: true, isFolded: false };
/** On a phone it begins as one line: what it is about is to be seen on the first screen. */
function beginning(of: string): GuidePlaceKept {
  return { ...BEGINNING, isFolded: matchMedia(NARROW).matches, of };
}

/** A browser that forbids storage, and whatever else stands there, is a beginning. */
function kept(of: string): GuidePlaceKept {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<GuidePlaceKept>;
    if (found.of === of && Array.isArray(found.done)) return { ...beginning(of), ...found };
  } catch {
    // It begins.
  }
  return beginning(of);
}

export const useGuide = create<GuidePlaceKept>()(() => ({ of: '', ...BEGINNING }));

useGuide.subscribe((state) => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // It is forgotten with the page.
  }
});

/** A lab with this guide is open. */
export function beginGuide(of: string): void {
  if (useGuide.getState().of !== of) useGuide.setState(kept(of));
}

/** Steps have come true, or a person says that they are done. */
export function markDone(steps: readonly number[]): void {
  const { done } = useGuide.getState();
  const fresh = steps.filter((step) => !done.includes(step));
  if (fresh.length > 0) useGuide.setState({ done: [...done, ...fresh] });
}
