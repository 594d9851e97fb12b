/**
 * The browser's address and history: the one place of the page that reads and writes them. Each entry of the history knows its
 * number, so that a step back that a person takes back can be found again.
 */
import { type Asked, readAddress, restOf, writeAddress } from './addresses.ts';
import type { Addressed } from './routes.ts';

let views: readonly Addressed[] = [];

/** The views that addresses may name. */
export function knowViews(known: readonly Addressed[]): void {
  views = known;
}

/** What the address asks for. */
export function askedByAddress(): Asked {
  return readAddress(views, location);
}

/** The number of the entry that the browser is at; undefined for one that no page of ours has made (an edited address). */
export function entryNumber(): number | undefined {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('entry' in state)) return undefined;
  return typeof state.entry === 'number' ? state.entry : undefined;
}

/** Lets the address name what is on the screen; `push`: back leads to where one was before. */
export function nameInAddress(asked: Asked, how: 'push' | 'replace'): void {
  const rest = restOf(views, location);
  const here = entryNumber();
  const isNamed = writeAddress(asked, rest) === writeAddress(askedByAddress(), rest);
  if (isNamed && here !== undefined) return;
  const address = isNamed ? location.href : `${location.pathname}${writeAddress(asked, rest)}`;
  const entry = here ?? lastEntry + 1;
  lastEntry = how === 'push' && !isNamed ? entry + 1 : entry;
  if (how === 'push' && !isNamed) history.pushState({ entry: lastEntry }, '', address);
  else history.replaceState({ entry: lastEntry }, '', address);
}

/** The entry that was shown last. */
let lastEntry = 0;

/** The entry that the page shows. */
export function shownEntry(): number {
  return lastEntry;
}

/** Goes back or forward to an entry of which the number is known. */
export function goToEntry(entry: number): void {
  history.go(entry - (entryNumber() ?? entry));
}

/** Asks for the lab of a link, in the view that is on the screen. */
export function askForLink(text: string): void {
  location.hash = text;
}

/** The same place without a frame of a course around it. */
export function addressWithoutFrame(asked: Asked): string {
  const rest = restOf(views, location);
  rest.delete('embed');
  return `${location.pathname}${writeAddress(asked, rest)}`;
}

/** Calls back when a person went back, forward, or edited the address; returns the end. */
export function onAddress(follow: () => void): () => void {
  window.addEventListener('popstate', follow);
  // Browsers differ in whether they tell of an edited fragment by the one or the other.
  window.addEventListener('hashchange', follow);
  return () => {
    window.removeEventListener('popstate', follow);
    window.removeEventListener('hashchange', follow);
  };
}
