/**
 * Consoles in windows of their own. Such a window is a page of this site that shows one console, through the client of the page that
 * has opened it: the lab runs once. Which there are is known for as long as the page is there; they close with it.
 */
import { create } from 'zustand';
import type { DockedConsole } from './choices.ts';
import { addressOfConsole, consoleOfWindow, nameOfConsole } from './console-address.ts';

const FEATURES = 'popup,width=780,height=540';
/** How soon it is noticed that a person has closed one. */
const LOOK_EVERY_MS = 500;

interface OwnWindows {
  readonly consoles: readonly DockedConsole[];
}
export const useOwnWindows = create<OwnWindows>()(() => ({ consoles: [] }));

const windows = new Map<string, Window>();
let looking: ReturnType<typeof setInterval> | undefined;

/** In a frame of another site the window could not reach its page: browsers keep them apart. */
export function canHaveWindows(): boolean {
  return window.top === window.self && consoleOfWindow() === undefined;
}

/** Forgets windows that are closed. */
function look(): void {
  for (const [name, each] of windows) if (each.closed) windows.delete(name);
  const { consoles } = useOwnWindows.getState();
  const still = consoles.filter((which) => windows.has(nameOfConsole(which)));
  if (still.length !== consoles.length) useOwnWindows.setState({ consoles: still });
  if (windows.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

/** Shows a console in a window of its own; false where the browser allows none. */
export function openConsoleWindow(which: DockedConsole): boolean {
  const name = nameOfConsole(which);
  const known = windows.get(name);
  if (known !== undefined && !known.closed) {
    known.focus();
    return true;
  }
  const opened = window.open(addressOfConsole(which), `virtlab ${name}`, FEATURES);
  if (opened === null) return false;
  windows.set(name, opened);
  useOwnWindows.setState(({ consoles }) => ({ consoles: [...consoles, which] }));
  looking ??= setInterval(look, LOOK_EVERY_MS);
  return true;
}

/** The console is in the page alone again. */
export function closeConsoleWindow(which: DockedConsole): void {
  windows.get(nameOfConsole(which))?.close();
  look();
}
