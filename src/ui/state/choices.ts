/**
 * The ui store: what the person chose, and nothing that the machine knows. What should outlive a visit is kept in
 * the browser's storage; a browser that forbids storage only forgets.
 */
import { create } from 'zustand';
import { USUAL_KEEP_BYTES } from '#bridge/protocol/keeping';
import { askedByAddress, knowViews, nameInAddress } from './address-bar.ts';
import { type Asked, NOWHERE } from './addresses.ts';
import type { Addressed, Route } from './routes.ts';

/** What the charts show: the last so many seconds of virtual time (0: the whole run), or a part that was dragged out. */
export type ChartRange =
  | { readonly kind: 'last'; readonly seconds: number }
  | { readonly kind: 'part'; readonly fromNs: number; readonly toNs: number };

/** Dialogs, of which one at a time is open. */
export type DialogName =
  | 'create-vm'
  | 'disks'
  | 'help'
  | 'kept'
  | 'moments'
  | 'palette'
  | 'resume-vm'
  | 'run-to'
  | 'share';

/** A VM whose console is shown below the page. */
export interface DockedConsole {
  readonly host: number;
  readonly vm: string;
}

/** What the address names is part of it: the lab, the route, and the node of the topology (`host`, `host/vm`, `host/switch:name`). */
export interface Choices extends Asked {
  readonly range: ChartRange;
  readonly dialog: DialogName | null;
  readonly screenReader: boolean;
  /** Height of a console's letters in pixels: one of `CONSOLE_FONTS`. */
  readonly consoleFont: number;
  /** Consoles that stay in sight below the page. */
  readonly docked: readonly DockedConsole[];
  /** `first`: it was not seen yet; `asked`: a person wants it again. */
  readonly tour: 'first' | 'asked' | 'seen';
  /** For people who look from afar: larger type, one panel, what is clicked is shown. */
  readonly isPresenting: boolean;
  /** Room for labs that the browser keeps; 0: it keeps none. */
  readonly keepBytes: number;
  /** `replace`: back leads to where one was before, not to the route that is left. */
  go(route: Route, how?: 'push' | 'replace'): void;
  /** Shows a lab, and where in it. */
  show(asked: Asked, how: 'push' | 'replace'): void;
  setRange(range: ChartRange): void;
  select(node: string | null): void;
  openDialog(dialog: DialogName | null): void;
  setScreenReader(on: boolean): void;
  setConsoleFont(size: number): void;
  setDocked(which: DockedConsole, docked: boolean): void;
  finishTour(): void;
  setPresenting(on: boolean): void;
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

export const CONSOLE_FONTS: readonly number[] = [10, 11, 12, 13, 14, 16, 18, 21, 24];
const USUAL_FONT = 13;

function rememberedFont(): number {
  const size = Number(remembered('console-font'));
  return CONSOLE_FONTS.includes(size) ? size : USUAL_FONT;
}

export const useChoices = create<Choices>()((set, get) => ({
  ...NOWHERE,
  range: { kind: 'last', seconds: 60 },
  dialog: null,
  screenReader: remembered('screen-reader') === 'yes',
  consoleFont: rememberedFont(),
  docked: [],
  tour: remembered('tour') === 'seen' ? 'seen' : 'first',
  isPresenting: false,
  keepBytes: rememberedRoom(),
  go(route, how = 'push') {
    set({ route });
    nameInAddress(get(), how);
  },
  show({ lab, route, selected }, how) {
    set({ lab, route, selected });
    nameInAddress(get(), how);
    // As the browser writes it: a link that was pasted may have characters that no address has.
    set({ lab: askedByAddress().lab });
  },
  setRange: (range) => set({ range }),
  select(selected) {
    set({ selected });
    nameInAddress(get(), 'replace');
  },
  openDialog: (dialog) => set({ dialog }),
  setScreenReader(on) {
    remember('screen-reader', on ? 'yes' : 'no');
    set({ screenReader: on });
  },
  setConsoleFont(size) {
    remember('console-font', String(size));
    set({ consoleFont: size });
  },
  setDocked({ host, vm }, isDocked) {
    const others = get().docked.filter((each) => each.host !== host || each.vm !== vm);
    set({ docked: isDocked ? [...others, { host, vm }] : others });
  },
  finishTour() {
    remember('tour', 'seen');
    set({ tour: 'seen' });
  },
  setPresenting: (isPresenting) => set({ isPresenting }),
  setKeepBytes(bytes) {
    remember('keep-bytes', String(bytes));
    set({ keepBytes: bytes });
  },
}));

/** Another window of the site has chosen something: what outlives a visit is taken up here, too. */
export function rememberAgain(): void {
  useChoices.setState({
    screenReader: remembered('screen-reader') === 'yes',
    consoleFont: rememberedFont(),
  });
}

/** Begins where the address says; which views it may name is said by whoever shows them. */
export function startAtAddress(views: readonly Addressed[]): void {
  knowViews(views);
  useChoices.setState(askedByAddress());
}
