/**
 * The ui store: what the person chose, and nothing that the machine knows. What should outlive a visit is kept in
 * the browser's storage; a browser that forbids storage only forgets.
 */
import { create } from 'zustand';
import { USUAL_KEEP_BYTES } from '#bridge/protocol/keeping';
import { addressOf, HOME, type Route } from './routes.ts';

/** What the charts show: the last so many seconds of virtual time (0: the whole run), or a part that was dragged out. */
export type ChartRange =
  | { readonly kind: 'last'; readonly seconds: number }
  | { readonly kind: 'part'; readonly fromNs: number; readonly toNs: number };

/** Dialogs, of which one at a time is open. */
export type DialogName = 'create-vm' | 'help' | 'kept' | 'palette' | 'resume-vm' | 'share';

export interface Choices {
  readonly route: Route;
  readonly range: ChartRange;
  /** Node of the topology: `host`, `host/vm`, `host/switch:name`. */
  readonly selected: string | null;
  readonly dialog: DialogName | null;
  readonly screenReader: boolean;
  readonly tourSeen: boolean;
  /** Room for labs that the browser keeps; 0: it keeps none. */
  readonly keepBytes: number;
  /** `replace`: back leads to where one was before, not to the route that is left. */
  go(route: Route, how?: 'push' | 'replace'): void;
  setRange(range: ChartRange): void;
  select(node: string | null): void;
  openDialog(dialog: DialogName | null): void;
  setScreenReader(on: boolean): void;
  finishTour(): void;
  setKeepBytes(bytes: number): void;
}

/** A value that outlives the visit. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`virtlab.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`virtlab.${key}`, value);
  } catch {
    // Forgotten at the end of the visit.
  }
}

function rememberedRoom(): number {
  const bytes = Number(remembered('keep-bytes') ?? USUAL_KEEP_BYTES);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : USUAL_KEEP_BYTES;
}

export const useChoices = create<Choices>()((set, get) => ({
  route: HOME,
  range: { kind: 'last', seconds: 60 },
  selected: null,
  dialog: null,
  screenReader: remembered('screen-reader') === 'yes',
  tourSeen: remembered('tour') === 'seen',
  keepBytes: rememberedRoom(),
  go(route, how = 'push') {
    const left = get().route;
    const address = addressOf(route, location.search, left) + location.hash;
    if (addressOf(route, '', left) !== addressOf(left, '', left))
      if (how === 'push') history.pushState(null, '', address);
      else history.replaceState(null, '', address);
    set({ route });
  },
  setRange: (range) => set({ range }),
  select: (selected) => set({ selected }),
  openDialog: (dialog) => set({ dialog }),
  setScreenReader(on) {
    remember('screen-reader', on ? 'yes' : 'no');
    set({ screenReader: on });
  },
  finishTour() {
    remember('tour', 'seen');
    set({ tourSeen: true });
  },
  setKeepBytes(bytes) {
    remember('keep-bytes', String(bytes));
    set({ keepBytes: bytes });
  },
}));

/** Goes where the address says, now and with the browser's back and forward; returns the end. */
export function followHistory(routeOf: (search: string) => Route): () => void {
  const follow = (): void => useChoices.setState({ route: routeOf(location.search) });
  follow();
  window.addEventListener('popstate', follow);
  return () => window.removeEventListener('popstate', follow);
}
