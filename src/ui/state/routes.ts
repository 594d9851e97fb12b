/**
 * Where the person is: an object of the lab, one of its views, and what that view was asked to show. A route is plain data;
 * its address is `?view=…`, whatever view it is of. Which views there are is said by whoever asks (`views/registry.tsx`).
 */

import { type BuiltinLab, placeOfLab } from '#base/catalogue/builtin-labs';

/** Kinds of objects that have a page: the lab, whose views are the items of the navigation, a host, a VM. */
export const PLACES = ['lab', 'host', 'vm'] as const;
export type Place = (typeof PLACES)[number];

/** What a view was asked to show (a frame, an address), as texts of the address. */
export type Parameters = Readonly<Record<string, string>>;

interface Shown {
  /** Undefined: the first of the place. */
  readonly view?: string | undefined;
  readonly parameters?: Parameters;
}
export type Route =
  | (Shown & { readonly place: 'lab' })
  | (Shown & { readonly place: 'host'; readonly host: number })
  | (Shown & { readonly place: 'vm'; readonly host: number; readonly vm: string });

/** What an address needs to know of a view. */
export interface Addressed {
  /** Its name in addresses, of which there is one in its place. */
  readonly id: string;
  readonly place: Place;
  /** Parameters that it understands and how each must look; anything else is not for it. */
  readonly parameters?: Readonly<Record<string, RegExp>>;
}

export const HOME: Route = { place: 'lab' };

export function labRoute(view: string, parameters: Parameters = {}): Route {
  return { place: 'lab', view, parameters };
}

export function hostRoute(host: number, view?: string, parameters: Parameters = {}): Route {
  return { place: 'host', host, view, parameters };
}

export function vmRoute(host: number, vm: string, view?: string, parameters: Parameters = {}): Route {
  return { place: 'vm', host, vm, view, parameters };
}

/** Where a lab that comes along shows what it is about. */
export function routeOfLab(lab: BuiltinLab): Route {
  const at = placeOfLab(lab);
  if (at === undefined) return HOME;
  return at.vm === undefined ? hostRoute(at.host, at.view) : vmRoute(at.host, at.vm, at.view);
}

/** The views of a place, in their order. */
export function viewsOf<V extends Addressed, P extends Place>(
  views: readonly V[],
  place: P,
): readonly (V & { readonly place: P })[] {
  return views.filter((view): view is V & { readonly place: P } => view.place === place);
}

/** The view that a route shows: the one that it names, else the first of its place. */
export function viewOf<V extends Addressed, P extends Place>(
  views: readonly V[],
  { place, view }: { readonly place: P; readonly view?: string | undefined },
): V & { readonly place: P } {
  const all = viewsOf(views, place);
  const shown = all.find(({ id }) => id === view) ?? all[0];
  if (shown === undefined) throw new Error(`no view of ${place}`);
  return shown;
}

/** What of an address is for a view. */
function parametersOf(view: Addressed, query: URLSearchParams): Parameters {
  return Object.fromEntries(
    Object.entries(view.parameters ?? {}).flatMap(([name, form]) => {
      const text = query.get(name);
      return text !== null && form.test(text) ? [[name, text] as const] : [];
    }),
  );
}

/**
 * The route that an address names: `view` is an object's kind, and `tab` one of its views, or `view` is a view, which says
 * of what it is. Anything unknown is home.
 */
export function routeOf(views: readonly Addressed[], query: URLSearchParams): Route {
  const named = query.get('view');
  const object = PLACES.find((each) => each === named);
  const place = object ?? views.find(({ id }) => id === named)?.place;
  if (place === undefined) return HOME;
  const view = (object === undefined ? named : query.get('tab')) ?? undefined;
  const number = Number(query.get('host') ?? '0');
  const host = Number.isSafeInteger(number) && number >= 0 ? number : 0;
  const vm = query.get('vm');
  const parameters = parametersOf(viewOf(views, { place, view }), query);
  switch (place) {
    case 'lab':
      return { place, view, parameters };
    case 'host':
      return { place, host, view, parameters };
    case 'vm':
      return vm === null ? HOME : { place, host, vm, view, parameters };
  }
}

/** What an address says of a route, in the order in which it says it. */
export function wordsOf(route: Route): [name: string, value: string][] {
  const { view } = route;
  const words: [string, string | undefined][] =
    route.place === 'lab'
      ? [['view', view]]
      : [
          ['view', route.place],
          ['host', String(route.host)],
          ...(route.place === 'vm' ? [['vm', route.vm] as [string, string]] : []),
          ['tab', view],
        ];
  words.push(...Object.entries(route.parameters ?? {}));
  return words.filter((word): word is [string, string] => word[1] !== undefined);
}

/** The names that addresses of routes use: whatever else stands in an address is no route's. */
export function routeNames(views: readonly Addressed[]): ReadonlySet<string> {
  return new Set([
    ...['view', 'host', 'vm', 'tab'],
    ...views.flatMap(({ parameters = {} }) => Object.keys(parameters)),
  ]);
}
