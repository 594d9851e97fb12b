/**
 * The ui store: what the person chose, and nothing that the machine knows. What should outlive a visit is kept in
 * the browser's storage; a browser that forbids storage only forgets.
 */
import { create } from 'zustand';

/** Where the person is. */
export type Route =
  | { readonly view: 'topology' }
  | { readonly view: 'charts' }
  | { readonly view: 'host'; readonly host: number; readonly frame?: number }
  | { readonly view: 'vm'; readonly host: number; readonly vm: string; readonly tab?: string }
  | MachineRoute;

/** A vCPU of a host and an address of it; the machine's own choice where nothing is given. */
export interface MachineRoute {
  readonly view: 'machine';
  readonly host: number;
  readonly vm?: string;
  readonly vcpu?: number;
  /** The page of code around it, rather than the one of pc. */
  readonly at?: string;
}

/** What the charts show: the last so many seconds of virtual time (0: the whole run), or a part that was dragged out. */
export type ChartRange =
  | { readonly kind: 'last'; readonly seconds: number }
  | { readonly kind: 'part'; readonly fromNs: number; readonly toNs: number };

/** Dialogs, of which one at a time is open. */
export type DialogName = 'create-vm' | 'help' | 'palette' | 'share';

export interface Choices {
  readonly route: Route;
  readonly range: ChartRange;
  /** Node of the topology: `host`, `host/vm`, `host/switch`. */
  readonly selected: string | null;
  readonly dialog: DialogName | null;
  readonly screenReader: boolean;
  readonly tourSeen: boolean;
  /** `replace`: back leads to where one was before, not to the route that is left. */
  go(route: Route, how?: 'push' | 'replace'): void;
  setRange(range: ChartRange): void;
  select(node: string | null): void;
  openDialog(dialog: DialogName | null): void;
  setScreenReader(on: boolean): void;
  finishTour(): void;
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

function machineRoute(query: URLSearchParams, host: number): MachineRoute {
  const vm = query.get('vm');
  const vcpu = Number.parseInt(query.get('vcpu') ?? '0', 10);
  const at = query.get('at');
  return {
    view: 'machine',
    host,
    ...(vm === null ? {} : { vm }),
    ...(vm !== null && vcpu >= 0 ? { vcpu } : {}),
    ...(at !== null && /^0x[0-9a-f]{1,16}$/.test(at) ? { at } : {}),
  };
}

/** The route that an address names; anything unknown is home. */
export function routeOf(search: string): Route {
  const query = new URLSearchParams(search);
  const host = Number.parseInt(query.get('host') ?? '0', 10);
  const at = Number.isInteger(host) && host >= 0 ? host : 0;
  const vm = query.get('vm');
  const tab = query.get('tab');
  switch (query.get('view')) {
    case 'charts':
      return { view: 'charts' };
    case 'host':
      return { view: 'host', host: at };
    case 'machine':
      return machineRoute(query, at);
    case 'vm':
      return vm === null
        ? { view: 'topology' }
        : { view: 'vm', host: at, vm, ...(tab === null ? {} : { tab }) };
    default:
      return { view: 'topology' };
  }
}

/** The address of a route; other parameters and the fragment (the lab) stay. */
export function addressOfRoute(route: Route, search: string): string {
  const query = new URLSearchParams(search);
  for (const name of ['view', 'host', 'vm', 'tab', 'vcpu', 'at']) query.delete(name);
  if (route.view !== 'topology') query.set('view', route.view);
  if ('host' in route) query.set('host', String(route.host));
  if (route.view === 'vm') {
    query.set('vm', route.vm);
    if (route.tab !== undefined) query.set('tab', route.tab);
  }
  if (route.view === 'machine') {
    for (const name of ['vm', 'vcpu', 'at'] as const)
      if (route[name] !== undefined) query.set(name, String(route[name]));
  }
  const text = query.toString();
  return text === '' ? '?' : `?${text}`;
}

function sameRoute(left: Route, right: Route): boolean {
  return addressOfRoute(left, '') === addressOfRoute(right, '');
}

export const useChoices = create<Choices>()((set, get) => ({
  route: routeOf(globalThis.location?.search ?? ''),
  range: { kind: 'last', seconds: 60 },
  selected: null,
  dialog: null,
  screenReader: remembered('screen-reader') === 'yes',
  tourSeen: remembered('tour') === 'seen',
  go(route, how = 'push') {
    const address = addressOfRoute(route, location.search) + location.hash;
    if (!sameRoute(get().route, route))
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
}));

/** Follows the browser's back and forward; returns the end. */
export function followHistory(): () => void {
  const follow = (): void => useChoices.setState({ route: routeOf(location.search) });
  window.addEventListener('popstate', follow);
  return () => window.removeEventListener('popstate', follow);
}
